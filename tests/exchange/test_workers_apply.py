"""What a checked file does to the roll, and what an undo takes back."""

import datetime as dt

import pytest
from django.db.models import F

from core import crypto
from core.errors import RuleError
from exchange import services
from exchange.models import ImportEffect
from tests.exchange.sheets import NUMBER, applied, finish, member, member_book, messages_of, upload
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from workers.models import IdentityDocument, Membership, Worker
from workers.positions import differing_positions

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def person(place: int) -> Worker:
    index = crypto.blind_index(f"111:{member(place)[NUMBER]}", purpose="identity")
    return Worker.objects.get(documents__number_index=index)


def spells(worker):
    return list(
        worker.memberships.order_by("start").values_list(
            "union__name", "start", "end", "start_change", "end_change", "is_retained"
        )
    )


def test_a_new_person_has_document_job_membership_and_todays_position(firm, union, officer):
    run = applied(upload(officer, union, member_book([member(1)])), officer)
    worker = person(1)
    assert (run.state, run.applied) == ("applied", 1)
    assert (worker.name, worker.sex, worker.birth_date) == ("试乙", "2", dt.date(1990, 1, 5))
    assert (worker.phone, worker.phone_tail, worker.is_migrant) == ("13900000001", "0001", False)
    assert (worker.union, worker.employer, worker.standing) == (union, firm, "member")
    assert worker.member_since == dt.date(2021, 6, 1)
    assert worker.documents.get().number == member(1)[NUMBER]
    assert worker.employments.get().employer == firm
    assert spells(worker) == [(union.name, dt.date(2021, 6, 1), None, "1", "", False)]
    assert differing_positions() == []


def test_a_changed_row_writes_only_what_it_says(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    applied(upload(officer, union, member_book([member(1, c8="大专", c4="")])), officer)
    worker = person(1)
    assert (worker.education, worker.ethnicity, worker.version) == ("31", "01", 2)


def test_all_or_nothing_refuses_a_file_with_problems_and_good_rows_writes_the_rest(firm, union, officer):
    run = upload(officer, union, member_book([member(1), member(2, c4="无名族"), member(3)]))
    with pytest.raises(RuleError, match="有 1 行存在问题"):
        services.confirm(run=run, mode="all", by=officer, hint=False)
    assert Worker.objects.count() == 0
    run = applied(run, officer, mode="good")
    assert (run.rows, run.new, run.failed, run.applied) == (3, 2, 1, 2)
    assert Worker.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "reason", "standing", "end_change"),
    [
        ("转出", "劳动（工作）关系发生变化", "left", "4"),
        ("退会", "个人要求退会", "left", "6"),
        ("除名", "因犯罪被开除会籍", "left", "5"),
    ],
)
def test_leaving_closes_the_spell(firm, union, officer, change, reason, standing, end_change):
    applied(upload(officer, union, member_book([member(1)])), officer)
    row = member(1, c13=change, c14="2024/02/01", c15=reason)
    applied(upload(officer, union, member_book([row])), officer)
    worker = person(1)
    assert spells(worker) == [(union.name, dt.date(2021, 6, 1), dt.date(2024, 2, 1), "1", end_change, False)]
    assert (worker.standing, worker.member_since) == (standing, None)
    assert differing_positions() == []


def test_retaining_closes_one_spell_and_opens_another(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    row = member(1, c5="失业", c13="保留", c14="2024/02/01", c15="失业")
    applied(upload(officer, union, member_book([row])), officer)
    worker = person(1)
    assert [spell[2:] for spell in spells(worker)] == [
        (dt.date(2024, 2, 1), "1", "3", False),
        (None, "3", "", True),
    ]
    assert worker.standing == "retained"
    again = upload(officer, union, member_book([row, member(2)]))
    assert again.unchanged == 1


def test_a_transfer_inside_the_reach_moves_person_and_job(firm, union, federation, federation_officer):
    other = EmployerFactory(
        name="丙厂有限公司", name_key="丙厂有限公司", union=UnionFactory(parent=federation)
    )
    by = federation_officer
    applied(upload(by, federation, member_book([member(1, c17="甲厂有限公司")])), by)
    moved = member(1, c13="转入", c14="2024/02/01", c17="丙厂有限公司")
    applied(upload(by, federation, member_book([moved])), by)
    worker = person(1)
    assert (worker.union, worker.employer) == (other.union, other)
    assert worker.member_since == dt.date(2021, 6, 1)
    assert [spell[0] for spell in spells(worker)] == [union.name, other.union.name]
    assert differing_positions() == []


def test_joining_twice_is_refused(firm, federation, federation_officer):
    EmployerFactory(name="丙厂有限公司", name_key="丙厂有限公司", union=UnionFactory(parent=federation))
    by = federation_officer
    applied(upload(by, federation, member_book([member(1, c17="甲厂有限公司")])), by)
    run = upload(by, federation, member_book([member(1, c17="丙厂有限公司")]))
    assert messages_of(run) == [(5, "会籍变化日期", "on.member_elsewhere")]


def test_a_row_whose_person_changed_since_the_check_is_not_written_over(firm, union, officer):
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    run = upload(officer, union, member_book([member(1, c8="大专"), member(2, c8="大专")]))
    Worker.objects.filter(pk=person(1).pk).update(education="21", version=F("version") + 1)
    run = applied(run, officer, mode="good")
    assert (run.changed, run.failed, run.applied) == (1, 1, 1)
    assert person(1).education == "21"
    assert messages_of(run) == [(5, "", "changed_since_check")]


def test_all_or_nothing_writes_nothing_when_one_person_changed_since(firm, union, officer):
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    run = upload(officer, union, member_book([member(1, c8="大专"), member(2, c8="大专")]))
    Worker.objects.filter(pk=person(1).pk).update(version=F("version") + 1)
    run = applied(run, officer)
    assert (run.state, run.applied, person(2).education) == ("checked", 0, "61")
    assert "1 行" in run.error
    assert (run.changed, run.failed) == (2, 0)
    assert applied(run, officer).applied == 2


def test_a_number_registered_meanwhile_is_a_conflict_and_not_written_twice(firm, union, officer):
    run = upload(officer, union, member_book([member(1), member(2)]))
    WorkerFactory(employer=firm, document=member(1)[NUMBER])
    run = applied(run, officer, mode="good")
    assert (run.new, run.failed, run.applied) == (1, 1, 1)
    assert IdentityDocument.objects.count() == 2


def test_undo_reverts_keeps_and_says_why_not(firm, union, officer, town):
    applied(upload(officer, union, member_book([member(1)])), officer)
    rows = [member(1, c8="大专", c13="转出", c14="2024/02/01"), member(2), member(3), member(4)]
    run = applied(upload(officer, union, member_book(rows)), officer)
    before = person(1)
    Worker.objects.filter(pk=person(3).pk).update(version=F("version") + 1)
    gone = person(4)
    Membership.objects.filter(worker=gone).delete()
    gone.employments.all().delete()
    gone.documents.all().delete()
    gone.delete()
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.state == "undone"
    assert run.outcomes() == {"reverted": 2, "kept": 1, "impossible": 1}
    worker = person(1)
    assert (worker.education, worker.standing, worker.version) == ("61", "member", before.version + 1)
    assert spells(worker) == [(union.name, dt.date(2021, 6, 1), None, "1", "", False)]
    assert Worker.objects.count() == 2
    assert list(ImportEffect.objects.exclude(reason="").order_by("row").values_list("reason", flat=True)) == [
        "导入之后有人修改过，保留现状",
        "记录已不在名册中",
    ]
    assert differing_positions() == []


def test_an_undone_file_can_be_imported_again(firm, union, officer):
    content = member_book([member(1)])
    run = applied(upload(officer, union, content), officer)
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert Worker.objects.count() == 0
    assert applied(upload(officer, union, content), officer).applied == 1


def test_undo_ends_with_its_days(firm, union, officer):
    run = applied(upload(officer, union, member_book([member(1)])), officer)
    run.undo_until = run.applied_at
    run.save()
    with pytest.raises(RuleError, match="期限"):
        services.request_undo(run=run, by=officer, hint=False)
