"""Candidates: nominated, decided, noted year by year, concluded; merging and forgetting their people."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.talent import CandidateFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.holdings import talent as holdings
from training.invariants.candidates import INVARIANTS
from training.models import Candidate, CandidateNote
from training.services import candidate_people, candidates
from workers.services import merge_workers

TODAY = dt.date(2026, 11, 2)
FACTS = {
    "year": 2026,
    "scope": "town",
    "trade": "电工",
    "mentor_name": "试验学院导师",
    "goal_level": "L4",
    "start": dt.date(2026, 3, 1),
    "until": dt.date(2027, 2, 28),
}
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def frozen():
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试培甲")


@pytest.fixture
def candidate(worker):
    return CandidateFactory(worker=worker)


def nominate(worker, by, **facts):
    return candidates.nominate(worker=worker, by=by, **(FACTS | facts))


def conclude(candidate, by, outcome="reached", on=TODAY, **facts):
    seen = {"version": str(candidate.version), "outcome": outcome, "outcome_on": on}
    return candidates.conclude(candidate=candidate, by=by, **(seen | facts))


def faults(refusal):
    return {name: texts[0] for name, texts in refusal.value.message_dict.items()}


def broken():
    return [text for _, check in INVARIANTS for text in check()]


def test_the_level_at_the_beginning_is_frozen_when_the_town_accepts(worker, officer, clerk):
    row = nominate(worker, officer)
    assert (row.state, row.start_level, row.union_id) == ("proposed", "", worker.union_id)
    CertificateFactory(worker=worker, level="L3", issued_on=dt.date(2026, 2, 1))
    with pytest.raises(PermissionDenied):
        candidates.accept_candidate(candidate=row, version="1", by=officer)
    row = candidates.accept_candidate(candidate=row, version="1", by=clerk)
    assert (row.state, row.start_level, row.decided_by) == ("accepted", "L3", clerk)
    CertificateFactory(worker=worker, level="L4", issued_on=dt.date(2026, 8, 1))
    row = Candidate.objects.with_level(TODAY).get()
    assert (row.start_level, row.current_level) == ("L3", "L4")
    assert Candidate.objects.with_level(TODAY).at_goal().get() == row
    assert Candidate.objects.with_level(dt.date(2026, 7, 31)).below_goal().get() == row
    with pytest.raises(RuleError, match="现为“已审定”"):
        candidates.refuse_candidate(candidate=row, version="2", note="名额已满", by=clerk)
    entry = AuditEntry.objects.get(action="training.candidate_accept")
    assert (entry.details["worker"], entry.details["start_level"]) == (worker.pk, "L3")


@pytest.mark.parametrize(
    ("facts", "field", "part"),
    [
        ({"trade": ""}, "trade", "没有填写工种"),
        ({"year": 2014}, "year", "年度应在 2015 至 2027 之间"),
        ({"year": 2028}, "year", "现填 2028"),
        ({"goal_level": "L1"}, "goal_level", "目标等级应为初级工以上"),
        ({"goal_level": "L99"}, "goal_level", "没有代码为“L99”的选项"),
        ({"until": dt.date(2026, 2, 28)}, "until", "早于培养开始 2026-03-01"),
        ({"until": dt.date(2062, 2, 28)}, "until", "培养期超过 10 年"),
        ({"mentor_name": " "}, "mentor", "请填写导师"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(worker, officer, facts, field, part):
    with pytest.raises(RuleError) as refusal:
        nominate(worker, officer, **facts)
    assert list(faults(refusal)) == [field]
    assert part in faults(refusal)[field]


def test_the_mentor_is_one_other_person_in_reach(worker, firm, officer, other_union):
    mentor = WorkerFactory(employer=firm)
    with pytest.raises(RuleError) as refusal:
        nominate(worker, officer, mentor=mentor)
    assert "请清除外聘导师" in faults(refusal)["mentor_name"]
    with pytest.raises(RuleError) as refusal:
        nominate(worker, officer, mentor=worker, mentor_name="")
    assert "导师不能是本人" in faults(refusal)["mentor"]
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    with pytest.raises(PermissionDenied):
        nominate(worker, officer, mentor=stranger, mentor_name="")
    row = nominate(worker, officer, mentor=mentor, mentor_name="")
    assert row.mentor == mentor
    with pytest.raises(PermissionDenied):
        candidates.edit_candidate(candidate=row, version="1", by=officer, mentor=stranger)


def test_a_person_stands_once_on_a_list(worker, officer, clerk):
    first = nominate(worker, officer)
    with pytest.raises(ValidationError, match="这一年度已在这一级的名单中"):
        nominate(worker, officer)
    nominate(worker, officer, scope="city")
    candidates.refuse_candidate(candidate=first, version="1", note="名额已满了", by=clerk)
    nominate(worker, officer)


def test_a_refused_nomination_is_handed_in_again_as_it_is(worker, officer, clerk):
    row = nominate(worker, officer)
    candidates.refuse_candidate(candidate=row, version="1", note="名额已满了", by=clerk)
    again = candidates.edit_candidate(candidate=row, version="2", by=officer, batch=row.batch)
    assert (again.state, again.decision_note, again.version) == ("proposed", "", 3)


def test_an_edit_asks_the_town_anew_and_an_outcome_closes_it(candidate, officer):
    done = candidates.edit_candidate(candidate=candidate, version="1", by=officer, batch="第一批")
    assert (done.state, done.decided_at, done.version) == ("proposed", None, 2)
    with pytest.raises(RuleError, match="已被其他人修改"):
        candidates.edit_candidate(candidate=candidate, version="1", by=officer, batch="第二批")
    same = candidates.edit_candidate(candidate=done, version="2", by=officer, batch="第一批")
    assert same.version == 2
    with pytest.raises(RuleError, match="审定后才能登记培养情况"):
        conclude(done, officer, "stopped", note="本人离开岗位")


def test_each_year_has_one_note(candidate, officer, frozen):
    def note(year, text, **stamp):
        return candidates.note_year(candidate=candidate, year=year, text=text, by=officer, **stamp)

    first = note(2026, "参加技师班学习")
    frozen.shift(60)
    with pytest.raises(RuleError, match="2026 年度情况已登记：“参加技师班学习”。没有保存"):
        note(2026, "另一个人写的")
    note(2026, "参加技师班学习，完成两项改进", stamp=first.stamp)
    with pytest.raises(RuleError, match="2026 年度情况已被修改：“参加技师班学习，完成两项改进”"):
        note(2026, "照旧的改", stamp=first.stamp)
    assert CandidateNote.objects.get().text == "参加技师班学习，完成两项改进"
    for year, text, field in ((2025, "早了一年", "year"), (2029, "晚了一年", "year"), (2027, " ", "text")):
        with pytest.raises(RuleError) as refusal:
            note(year, text)
        assert list(faults(refusal)) == [field]


def test_an_outcome_recorded_by_mistake_is_taken_back(candidate, officer):
    done = conclude(candidate, officer, "stopped", note="登记错了人")
    with pytest.raises(RuleError, match="已登记培养结果（中止培养）。登记有误的，请先撤回结果"):
        candidates.edit_candidate(candidate=done, version=str(done.version), by=officer, batch="第二批")
    with pytest.raises(RuleError) as refusal:
        candidates.reopen_candidate(candidate=done, version=str(done.version), note=" ", by=officer)
    assert list(faults(refusal)) == ["note"]
    back = candidates.reopen_candidate(
        candidate=done, version=str(done.version), note="应为另一人", by=officer
    )
    assert (back.state, back.outcome, back.outcome_on, back.outcome_note) == ("accepted", "", None, "")
    told = AuditEntry.objects.latest("pk")
    assert (told.action, told.details["was"], told.details["note"]) == (
        "training.candidate_reopen", "stopped", "应为另一人"
    )  # fmt: skip
    with pytest.raises(RuleError, match="还没有登记培养结果"):
        candidates.reopen_candidate(candidate=back, version=str(back.version), note="再撤回一次", by=officer)


def test_success_needs_a_certificate_of_the_goal(candidate, officer):
    for facts, field in (
        ({}, "outcome"),
        ({"outcome": "lost"}, "outcome"),
        ({"outcome": "missed"}, "note"),
        ({"on": dt.date(2026, 11, 3)}, "outcome_on"),
        ({"on": dt.date(2026, 2, 28)}, "outcome_on"),
    ):
        with pytest.raises(RuleError) as refusal:
            conclude(candidate, officer, **facts)
        assert list(faults(refusal)) == [field]
    CertificateFactory(worker=candidate.worker, level="L5", issued_on=dt.date(2026, 10, 1))
    with pytest.raises(RuleError, match="没有目标等级以上"):
        conclude(candidate, officer, on=dt.date(2026, 9, 30))
    done = conclude(candidate, officer)
    assert (done.outcome, done.outcome_on) == ("reached", TODAY)
    with pytest.raises(RuleError, match=r"已登记培养结果（培养合格）"):
        candidates.edit_candidate(candidate=done, version="2", by=officer, batch="第一批")


def merge(kept, absorbed, by):
    merge_workers(kept=kept, absorbed=absorbed, facts={}, note="同一人两次登记", by=by)


def test_of_two_on_one_list_a_merge_keeps_the_accepted_one(candidate, worker, firm, officer):
    other = WorkerFactory(employer=firm)
    doubled, city = nominate(other, officer), nominate(other, officer, scope="city")
    merge(other, worker, officer)
    for row in (candidate, doubled, city):
        row.refresh_from_db()
        assert row.worker == other
    assert (candidate.state, city.state) == ("accepted", "proposed")
    assert (doubled.state, doubled.decision_note) == ("refused", candidate_people.DOUBLED)
    assert broken() == []


def test_a_merge_never_makes_a_person_his_own_mentor(worker, firm, officer):
    mentor, third = WorkerFactory(employer=firm), WorkerFactory(employer=firm)
    own = nominate(worker, officer, mentor=mentor, mentor_name="")
    others = nominate(third, officer, mentor=mentor, mentor_name="")
    merge(worker, mentor, officer)
    own.refresh_from_db()
    others.refresh_from_db()
    assert (own.mentor, own.mentor_name) == (None, candidate_people.ONE_PERSON)
    assert others.mentor == worker
    assert broken() == []


def test_forgetting_a_person_takes_notes_and_names_away(candidate, officer):
    candidates.note_year(candidate=candidate, year=2026, text="参加技师班学习", by=officer)
    candidate_people.erase_candidates([candidate.worker_id], [])
    candidate.refresh_from_db()
    assert not CandidateNote.objects.exists()
    assert (candidate.mentor_name, candidate.goal_level) == ("（已匿名化）", "L4")


def test_the_copy_for_the_person_holds_nominations_and_notes(candidate, officer):
    candidates.note_year(candidate=candidate, year=2026, text="参加技师班学习", by=officer)
    found = holdings.records_of(candidate.worker, by=officer, full_numbers=False)
    sheets = {title: (headings, rows) for title, headings, rows in found}
    headings, rows = sheets["培养对象"]
    assert len(headings) == len(rows[0])
    assert rows[0][:5] == ("2026", "镇级", "", "电工", "试验学院导师")
    assert sheets["培养年度情况"][1] == [("2026", "参加技师班学习")]
