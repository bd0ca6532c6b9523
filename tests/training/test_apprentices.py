"""Entering, correcting, ending and reopening apprenticeships; merging and forgetting their people."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from core.errors import RuleError
from core.models import LegalNumber
from tests.factories.talent import ApprenticeshipFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.holdings import talent as holdings
from training.invariants.apprentices import INVARIANTS
from training.models import Apprenticeship
from training.services import apprentice_people, apprentices
from workers.services import merge_workers

TODAY = dt.date(2026, 11, 2)
FACTS = {
    "trade": "电工",
    "goal_level": "L3",
    "goal": "",
    "signed_on": dt.date(2026, 10, 1),
    "start": dt.date(2026, 10, 8),
    "until": dt.date(2027, 10, 7),
}
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def frozen():
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def master(firm):
    return WorkerFactory(employer=firm, name="试师甲")


@pytest.fixture
def apprentice(firm):
    return WorkerFactory(employer=firm, name="试徒乙")


def enter(master, apprentice, by, **facts):
    return apprentices.enter_apprenticeship(master=master, apprentice=apprentice, by=by, **(FACTS | facts))


def end(pair, by, outcome="finished", on=TODAY, **facts):
    seen = {"version": str(pair.version), "outcome": outcome, "end": on}
    return apprentices.end_apprenticeship(apprenticeship=pair, by=by, **(seen | facts))


def faults(refusal):
    return {name: texts[0] for name, texts in refusal.value.message_dict.items()}


def broken():
    return [text for _, check in INVARIANTS for text in check()]


def test_a_pair_is_entered_and_told(master, apprentice, officer, union):
    pair = enter(master, apprentice, officer, trade=" 电 工 ")
    pair.refresh_from_db()
    assert (pair.trade, pair.union_id, pair.outcome, pair.end) == ("电工", union.pk, "", None)
    entry = AuditEntry.objects.get(action="training.apprentice_enter")
    assert (entry.union_id, entry.object_id) == (union.pk, pair.pk)
    assert entry.details == {"apprentice": apprentice.pk, "master": master.pk, "start": "2026-10-08"}
    assert broken() == []


@pytest.mark.parametrize(
    ("facts", "field", "part"),
    [
        ({"trade": " "}, "trade", "没有填写工种"),
        ({"goal_level": ""}, "goal_level", "请选择目标等级，或填写目标技能"),
        ({"goal_level": "L99"}, "goal_level", "没有代码为“L99”的选项"),
        ({"goal": "技" * 101}, "goal", "最多 100 个字"),
        ({"signed_on": dt.date(2026, 11, 3)}, "signed_on", "不能晚于今天，现填 2026-11-03"),
        ({"until": dt.date(2026, 10, 7)}, "until", "约定期满日期 2026-10-07 早于开始日期 2026-10-08"),
        ({"until": dt.date(2062, 10, 7)}, "until", "期限超过 10 年"),
        (
            {"start": dt.date(2026, 1, 1), "until": dt.date(2026, 9, 1)},
            "signed_on",
            "签订日期 2026-10-01 晚于约定期满日期",
        ),
    ],
)
def test_what_cannot_be_agreed_is_refused_at_its_field(master, apprentice, officer, facts, field, part):
    with pytest.raises(RuleError) as refusal:
        enter(master, apprentice, officer, **facts)
    assert list(faults(refusal)) == [field]
    assert part in faults(refusal)[field]
    assert not Apprenticeship.objects.exists()


def test_nobody_is_his_own_apprentice_in_service_and_database(master, apprentice, officer):
    with pytest.raises(RuleError) as refusal:
        enter(master, master, officer)
    assert "不能是同一人" in faults(refusal)["master"]
    pair = ApprenticeshipFactory(apprentice=apprentice)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Apprenticeship.objects.filter(pk=pair.pk).update(master=pair.apprentice)


def test_a_pair_holds_once_at_a_time(master, apprentice, officer):
    first = enter(master, apprentice, officer)
    with pytest.raises(ValidationError, match="这对师徒已登记，尚未结束"):
        enter(master, apprentice, officer, start=dt.date(2028, 1, 1), until=dt.date(2028, 6, 1))
    enter(apprentice, master, officer)  # the other way round is another pair
    end(first, officer, "unfinished", dt.date(2026, 10, 20), note="调岗，未学满")
    enter(master, apprentice, officer, start=dt.date(2026, 10, 20))
    assert Apprenticeship.objects.count() == 3


def test_both_people_lie_in_reach_unless_the_town_enters(master, other_union, officer, clerk):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    for people in ((stranger, master), (master, stranger)):
        with pytest.raises(PermissionDenied):
            enter(*people, officer)
    pair = enter(stranger, master, clerk)
    assert end(pair, officer).outcome == "finished"  # the apprentice's union keeps it


def test_people_who_left_are_refused(master, apprentice, officer):
    type(master).objects.filter(pk=master.pk).update(standing="left", member_since=None)
    with pytest.raises(RuleError) as refusal:
        enter(master, apprentice, officer)
    assert "已离会" in faults(refusal)["master"]


def test_there_is_a_limit_only_once_the_office_has_entered_one(master, firm, officer):
    people = [WorkerFactory(employer=firm) for _ in range(3)]
    enter(master, people[0], officer)
    enter(master, people[1], officer)
    LegalNumber.objects.create(
        code="apprentice.most", title="师傅同时带徒上限", value=2, unit="人", valid_from=TODAY, source="试验"
    )
    with pytest.raises(RuleError) as refusal:
        enter(master, people[2], officer)
    assert "已带 2 名徒弟，规定最多 2 名" in faults(refusal)["master"]
    enter(master, people[2], officer, start=dt.date(2027, 1, 1))  # not in force yet


def test_facts_are_corrected_until_there_is_an_outcome(master, apprentice, officer):
    pair = enter(master, apprentice, officer)
    seen = {"apprenticeship": pair, "version": "1", "by": officer}
    done = apprentices.edit_apprenticeship(**seen, **(FACTS | {"goal": "独立调试断路器"}))
    assert (done.goal, done.version) == ("独立调试断路器", 2)
    entry = AuditEntry.objects.get(action="training.apprentice_edit")
    assert entry.details["changes"] == {"goal": ["", "独立调试断路器"]}
    with pytest.raises(RuleError, match="已被其他人修改"):
        apprentices.edit_apprenticeship(**seen, **FACTS)
    end(done, officer)
    with pytest.raises(RuleError, match=r"已于 2026-11-02 结束（出师）"):
        apprentices.edit_apprenticeship(**(seen | {"version": "3"}), **FACTS)


@pytest.mark.parametrize(
    ("facts", "field", "part"),
    [
        ({"on": dt.date(2026, 11, 3)}, "end", "不能晚于今天，现填 2026-11-03"),
        ({"on": dt.date(2026, 10, 7)}, "end", "不能早于开始日期 2026-10-08"),
        ({"outcome": "stopped"}, "note", "请写明事由"),
        ({"outcome": "lost", "note": "不知去向了"}, "outcome", "请选择结果"),
    ],
)
def test_an_end_that_cannot_be_is_refused(master, apprentice, officer, facts, field, part):
    pair = enter(master, apprentice, officer)
    with pytest.raises(RuleError) as refusal:
        end(pair, officer, **facts)
    assert part in faults(refusal)[field]


def test_a_verified_certificate_gained_in_the_time_shows_success(master, apprentice, officer):
    pair = enter(master, apprentice, officer)
    day = dt.date(2026, 10, 30)
    wrong = [
        CertificateFactory(worker=apprentice, level="L3", issued_on=dt.date(2026, 10, 7)),
        CertificateFactory(worker=apprentice, level="L3", issued_on=day, state="entered"),
        CertificateFactory(worker=master, level="L3", issued_on=day),
    ]
    for certificate in wrong:
        with pytest.raises(RuleError) as refusal:
            end(pair, officer, certificate=certificate)
        assert "不是徒弟在 2026-10-08 至 2026-11-02 之间取得的已核验证书" in faults(refusal)["certificate"]
    right = CertificateFactory(worker=apprentice, level="L3", issued_on=day)
    with pytest.raises(RuleError) as refusal:
        end(pair, officer, "unfinished", certificate=right, note="没有学满时间")
    assert "只有出师的可以附证书" in faults(refusal)["certificate"]
    assert end(pair, officer, certificate=right).certificate == right
    assert broken() == []
    Apprenticeship.objects.update(apprentice=master, master=apprentice)
    assert len(broken()) == 1


def test_an_outcome_is_taken_back_with_a_reason(master, apprentice, officer):
    pair = end(enter(master, apprentice, officer), officer)
    seen = {"apprenticeship": pair, "by": officer}
    with pytest.raises(RuleError, match="请写明事由"):
        apprentices.reopen_apprenticeship(**seen, version=str(pair.version), note="")
    again = apprentices.reopen_apprenticeship(**seen, version=str(pair.version), note="登记错了人")
    assert (again.outcome, again.end, again.certificate) == ("", None, None)
    with pytest.raises(RuleError, match="还没有登记结果"):
        apprentices.reopen_apprenticeship(**seen, version=str(again.version), note="登记错了人")
    entry = AuditEntry.objects.get(action="training.apprentice_reopen")
    assert (entry.details["was"], entry.details["note"]) == ("finished", "登记错了人")


def merge(kept, absorbed, by):
    merge_workers(kept=kept, absorbed=absorbed, facts={}, note="同一人两次登记", by=by)


def test_a_merge_that_makes_a_person_his_own_apprentice_ends_the_pair_as_never_counted(
    master, apprentice, officer
):
    pair = enter(master, apprentice, officer)
    merge(master, apprentice, officer)
    pair.refresh_from_db()
    assert (pair.master, pair.apprentice) == (master, master)
    assert (pair.outcome, pair.end, pair.outcome_note) == (
        "stopped",
        pair.start,
        apprentice_people.ONE_PERSON,
    )
    assert not Apprenticeship.objects.in_force(TODAY).exists()
    with pytest.raises(ValidationError, match="不能是同一人"):
        apprentices.reopen_apprenticeship(
            apprenticeship=pair, version=str(pair.version), note="想要恢复", by=officer
        )
    assert broken() == []


def test_of_pairs_that_a_merge_doubles_one_stays(master, apprentice, firm, officer):
    other, third = WorkerFactory(employer=firm), WorkerFactory(employer=firm)
    kept_pair, moved = enter(master, apprentice, officer), enter(other, apprentice, officer)
    untouched = enter(other, third, officer)
    merge(master, other, officer)
    for pair in (kept_pair, moved, untouched):
        pair.refresh_from_db()
    assert (kept_pair.end, kept_pair.version) == (None, 1)
    assert (moved.master, moved.end, moved.outcome_note) == (master, moved.start, apprentice_people.DOUBLED)
    assert (untouched.master, untouched.end) == (master, None)
    assert broken() == []


def test_of_doubled_pairs_the_one_that_ended_in_success_stays(master, apprentice, firm, officer):
    other = WorkerFactory(employer=firm)
    kept_pair, moved = enter(master, apprentice, officer), end(enter(other, apprentice, officer), officer)
    merge(master, other, officer)
    kept_pair.refresh_from_db()
    moved.refresh_from_db()
    assert (kept_pair.outcome, kept_pair.end) == ("stopped", kept_pair.start)
    assert (moved.master, moved.outcome, moved.end) == (master, "finished", TODAY)


def test_forgetting_a_person_takes_the_notes_away(master, apprentice, officer):
    pair = end(enter(master, apprentice, officer), officer, "stopped", note="师傅调往外地")
    apprentice_people.erase_apprenticeships([master.pk], [])
    pair.refresh_from_db()
    assert (pair.outcome_note, pair.outcome, pair.trade) == ("", "stopped", "电工")
    type(master).objects.filter(pk=apprentice.pk).update(anonymised_on=TODAY)
    assert not Apprenticeship.objects.editable_by(officer).exists()


def test_the_copy_for_either_person_holds_the_pair(master, apprentice, officer):
    enter(master, apprentice, officer)
    for person, part, other in ((master, "师傅", "试徒乙"), (apprentice, "徒弟", "试师甲")):
        ((title, headings, rows), *_) = holdings.records_of(person, by=officer, full_numbers=False)
        assert (title, len(headings)) == ("师带徒", len(rows[0]))
        assert rows[0][:4] == (part, other, "电工", "中级工(四级)")
