"""Entering, correcting, reviewing and revoking permits; merging and forgetting their holders."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from core.errors import RuleError
from core.models import LegalNumber
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import ISSUED, enter, number_of
from training.holdings.permits import permit_sheets
from training.invariants import INVARIANTS
from training.models import Permit, PermitReview
from training.queries.permit_states import in_state, standing
from training.services import permit_people, permits
from workers import services as roll

TODAY = dt.date(2026, 11, 2)
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def frozen():
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


@pytest.fixture
def permit(worker, officer):
    return enter(worker, officer)


def faults(refusal):
    error = refusal.value
    return (
        {name: texts[0] for name, texts in error.message_dict.items()}
        if hasattr(error, "error_dict")
        else error.messages
    )


def review(permit, by, on, *, passed=True, **facts):
    return permits.review_permit(permit=permit, on=on, passed=passed, by=by, **facts)


def broken():
    return [text for _, check in INVARIANTS for text in check()]


def test_a_card_is_entered_sealed_dated_and_audited(worker, officer, union):
    permit = enter(worker, officer, number=f" t{number_of(worker)[1:]} ", issuer=" 试验市 应急管理局")
    assert (permit.number, permit.number_tail) == (number_of(worker), number_of(worker)[-4:])
    assert (permit.valid_until, permit.first_due, permit.due_on) == (
        dt.date(2030, 3, 1),
        dt.date(2027, 3, 1),
        dt.date(2027, 3, 1),
    )
    entry = AuditEntry.objects.get(action="training.permit_enter")
    assert (entry.union_id, entry.object_id, entry.details["worker"]) == (union.pk, permit.pk, worker.pk)
    assert number_of(worker)[1:] not in str(entry.details)
    assert broken() == []


@pytest.mark.parametrize(
    ("facts", "field", "part"),
    [
        ({"number": ""}, "number", "请填写操作证号"),
        ({"number": "操作证一"}, "number", "6 至 30 位字母和数字"),
        ({"number": "T330382199912311230"}, "number", "与名册中此人的证件号码不一致"),
        ({"category": "99"}, "category", "没有代码为“99”的选项"),
        ({"issued_on": dt.date(2026, 11, 3)}, "issued_on", "日期不能晚于今天，现填 2026-11-03"),
        ({"issued_on": dt.date(2010, 6, 30)}, "issued_on", "早于 2010-07-01：当时的证早已期满"),
        ({"valid_until": ISSUED}, "valid_until", "应晚于发证日期 2024-03-01"),
        (
            {"valid_until": dt.date(2030, 3, 2)},
            "valid_until",
            "有效期为 6 年，2024-03-01 发的证最迟到 2030-03-01",
        ),
        ({"item": "电" * 51}, "item", "50"),
    ],
)
def test_a_bad_fact_is_refused_at_its_field(worker, officer, facts, field, part):
    with pytest.raises(RuleError) as refusal:
        enter(worker, officer, **facts)
    assert part in faults(refusal)[field]
    assert Permit.objects.count() == 0


def test_the_same_card_is_entered_once(worker, officer, permit):
    with pytest.raises(Exception, match="这张操作证已登记"):
        enter(worker, officer)
    assert enter(worker, officer, item="高压电工作业").state == "active"
    assert Permit.objects.active().count() == 2


def test_a_number_of_another_make_is_taken(worker, officer):
    assert enter(worker, officer, number="浙A2024001".removeprefix("浙")).number == "A2024001"


def test_a_new_card_replaces_the_old_one_whichever_is_entered_first(worker, officer):
    new = enter(worker, officer)
    old = enter(worker, officer, issued_on=dt.date(2018, 3, 1))
    assert (old.state, old.ended_on, new.state) == ("replaced", ISSUED, "active")
    with pytest.raises(RuleError, match="已换发新证，不能再登记复审"):
        review(old, officer, dt.date(2021, 2, 1))
    permits.revoke_permit(permit=new, version="1", on=ISSUED, note="录错了人", by=officer)
    old.refresh_from_db()
    assert (old.state, old.ended_on) == ("active", None)
    assert broken() == []


def test_the_database_keeps_end_and_state_together(permit):
    with pytest.raises(IntegrityError), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).update(ended_on=TODAY)


def test_a_passed_review_moves_the_clock_and_a_failed_one_does_not(worker, officer):
    permit = enter(worker, officer, issued_on=dt.date(2023, 12, 1))
    review(permit, officer, dt.date(2026, 10, 5), passed=False)
    permit.refresh_from_db()
    assert permit.due_on == dt.date(2026, 12, 1)
    done = review(permit, officer, dt.date(2026, 10, 20), hours=Decimal(8), note="补考合格")
    permit.refresh_from_db()
    assert (done.next_due, permit.due_on) == (dt.date(2029, 12, 1), dt.date(2029, 12, 1))
    entry = AuditEntry.objects.filter(action="training.permit_review").latest("pk")
    assert entry.details == {"on": "2026-10-20", "passed": True, "next_due": "2029-12-01"}
    assert Permit.objects.with_due_at(dt.date(2026, 10, 10)).get().due_at == dt.date(2026, 12, 1)
    assert Permit.objects.with_due_at(TODAY).get().due_at == dt.date(2029, 12, 1)
    permits.strike_review(review=done, note="登记错了人", by=officer)
    permit.refresh_from_db()
    assert permit.due_on == dt.date(2026, 12, 1)
    with pytest.raises(RuleError, match="已被他人删去"):
        permits.strike_review(review=done, note="登记错了人", by=officer)
    assert broken() == []


@pytest.mark.parametrize(
    ("on", "facts", "field", "part"),
    [
        (dt.date(2026, 11, 3), {}, "on", "不能晚于今天，现填 2026-11-03"),
        (dt.date(2022, 10, 1), {}, "on", "应在 2023-06-01 前复审，最早 2023-04-02 起办理"),
        (dt.date(2026, 6, 2), {}, "on", "已于 2026-06-01 到期"),
        (dt.date(2023, 5, 1), {"hours": Decimal("7.5")}, "hours", "不少于 8 学时，现填 7.5"),
        (dt.date(2023, 5, 1), {"hours": Decimal(0)}, "hours", "不少于 8 学时"),
    ],
)
def test_a_review_that_cannot_be_is_refused(worker, officer, on, facts, field, part):
    permit = enter(worker, officer, issued_on=dt.date(2020, 6, 1))
    with pytest.raises(RuleError) as refusal:
        review(permit, officer, on, **facts)
    assert part in faults(refusal)[field]
    assert PermitReview.objects.count() == 0


def test_hours_are_data(worker, officer):
    LegalNumber.objects.filter(code="permit.review_hours").update(value=16)
    permit = enter(worker, officer, issued_on=dt.date(2020, 6, 1))
    with pytest.raises(RuleError, match="不少于 16 学时"):
        review(permit, officer, dt.date(2023, 5, 1), hours=Decimal(8))


def test_correcting_a_card_winds_the_clock_again(permit, officer):
    done = permits.edit_permit(permit=permit, version="1", by=officer, long_service=True, number="")
    assert (done.due_on, done.version, done.number) == (dt.date(2030, 3, 1), 2, permit.number)
    entry = AuditEntry.objects.get(action="training.permit_edit")
    assert entry.details["changes"] == {"long_service": [False, True]}
    with pytest.raises(RuleError, match="已被其他人修改"):
        permits.edit_permit(permit=permit, version="1", by=officer, long_service=False)


def test_a_correction_may_not_leave_a_review_outside(worker, officer):
    permit = enter(worker, officer, issued_on=dt.date(2020, 6, 1))
    review(permit, officer, dt.date(2023, 5, 1))
    permit.refresh_from_db()
    with pytest.raises(RuleError, match="已登记 2023-05-01 的复审"):
        permits.edit_permit(
            permit=permit, version="2", by=officer, issued_on=dt.date(2023, 6, 1), valid_until=None
        )


def test_a_revoked_card_is_closed_and_may_be_entered_again(permit, worker, officer):
    for on, note, part in (
        (dt.date(2026, 11, 3), "不再从事电工", "不能晚于今天，现填 2026-11-03"),
        (dt.date(2024, 2, 29), "不再从事电工", "不能早于发证日期"),
        (TODAY, "", "请写明事由"),
    ):
        with pytest.raises(RuleError, match=part):
            permits.revoke_permit(permit=permit, version="1", on=on, note=note, by=officer)
    permits.revoke_permit(permit=permit, version="1", on=TODAY, note="不再从事电工", by=officer)
    permit.refresh_from_db()
    assert (permit.state, permit.ended_on, permit.end_note) == ("revoked", TODAY, "不再从事电工")
    with pytest.raises(RuleError, match="已注销，不能再修改"):
        permits.edit_permit(permit=permit, version="2", by=officer, item="")
    assert enter(worker, officer).state == "active"


def test_nobody_writes_out_of_reach(permit, worker, other_officer, handler, group_member, officer):
    done = review(
        enter(worker, officer, issued_on=dt.date(2020, 6, 1), item=""), officer, dt.date(2023, 5, 1)
    )
    for user in (other_officer, handler, group_member):
        for call in (
            lambda user=user: enter(worker, user, item="高压"),
            lambda user=user: permits.edit_permit(permit=permit, version="1", by=user, item=""),
            lambda user=user: review(permit, user, TODAY),
            lambda user=user: permits.strike_review(review=done, note="登记错了人", by=user),
            lambda user=user: permits.revoke_permit(
                permit=permit, version="1", on=TODAY, note="不再从事", by=user
            ),
        ):
            with pytest.raises(PermissionDenied):
                call()
    assert list(Permit.objects.visible_to(other_officer)) == []


def test_states_in_words_and_as_filters(worker, officer):
    # issued three years, or six, before: due so many days from today
    dues = {
        "今天应复审": 0,
        "还有 30 天复审": 30,
        "还有 31 天复审": 31,
        "还有 90 天复审": 90,
        "还有 91 天复审": 91,
        "逾期未审 1 天": -1,
    }
    for place, (text, days) in enumerate(dues.items()):
        due = TODAY + dt.timedelta(days=days)
        permit = enter(worker, officer, item=str(place), issued_on=due.replace(year=due.year - 3))
        assert standing(permit, TODAY) == text
    expired = enter(worker, officer, item="E", issued_on=dt.date(2020, 11, 1))
    assert standing(expired, TODAY) == "已到期 1 天"

    def items(state):
        return sorted(in_state(Permit.objects.all(), state, TODAY).values_list("item", flat=True))

    assert items("expired") == ["E"]
    assert items("unreviewed") == ["5"]
    assert items("overdue") == ["5", "E"]
    assert (items("30"), items("60"), items("90")) == (["0", "1"], ["0", "1", "2"], ["0", "1", "2", "3"])
    assert items("due") == ["0", "1", "2", "3", "5", "E"]
    assert items("current") == ["0", "1", "2", "3", "4", "5", "E"]
    type(worker).objects.filter(pk=worker.pk).update(standing="left", member_since=None, employer=None)
    assert (items("current"), len(items("all"))) == ([], 7)


def test_cards_go_over_when_two_records_become_one(worker, officer, union):
    other = WorkerFactory(employer=worker.employer, birth_date=worker.birth_date, sex=worker.sex)
    kept = enter(worker, officer)
    moved = enter(other, officer, issued_on=dt.date(2018, 5, 1))
    roll.merge_workers(kept=worker, absorbed=other, facts={}, note="同一人两次登记", by=officer)
    moved.refresh_from_db()
    kept.refresh_from_db()
    assert (moved.worker, moved.state, moved.ended_on, kept.state) == (worker, "replaced", ISSUED, "active")
    assert broken() == []


def test_nothing_personal_stays_of_somebody_who_is_forgotten(permit, worker, officer):
    done = review(
        enter(worker, officer, issued_on=dt.date(2020, 6, 1), item="x"),
        officer,
        dt.date(2023, 5, 1),
        note="在甲厂",
    )
    permit_people.erase_permits([worker.pk], [])
    permit.refresh_from_db()
    done.refresh_from_db()
    assert (permit.number, permit.number_index, permit.number_tail, permit.item, done.note) == (
        None,
        None,
        "",
        "",
        "",
    )
    assert (permit.category, permit.issued_on) == ("01", ISSUED)


def test_the_copy_for_the_person_holds_cards_and_reviews(worker, officer):
    permit = enter(worker, officer, issued_on=dt.date(2020, 6, 1))
    review(permit, officer, dt.date(2023, 5, 1), hours=Decimal(8))
    (_, headings, cards), (_, _, reviews) = permit_sheets(worker, by=officer, full_numbers=True)
    assert (len(headings), cards[0][:3]) == (len(cards[0]), ("电工作业", "低压电工作业", number_of(worker)))
    assert reviews == [("电工作业", "2023-05-01", "是", "8.0", "")]
    masked = permit_sheets(worker, by=officer, full_numbers=False)[0][2][0][2]
    assert number_of(worker)[4:-2] not in masked
