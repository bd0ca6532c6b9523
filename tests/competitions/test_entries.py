"""Entries: who may enter, quotas, admission by the rules of the event, numbers, substitution and withdrawal."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from competitions.invariants.contests import INVARIANTS
from competitions.invariants.results import INVARIANTS as RESULTS
from competitions.models import Absence, Contest, Entrant, Entry, Objection
from competitions.services import (
    admit,
    draw_numbers,
    enter,
    freeze,
    record_absence,
    refuse,
    substitute,
    withdraw_entry,
)
from competitions.services.people import FORGOTTEN, erase_entries, move_entries
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    EventFactory,
    JudgeFactory,
    MarkFactory,
    SeatFactory,
    StageFactory,
    closed,
    frozen,
    preliminary,
)
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 8, 1)
FACTS = {"starts_on": dt.date(2026, 9, 1), "ends_on": dt.date(2026, 9, 10)}


@pytest.fixture(autouse=True)
def in_august():
    with time_machine.travel(dt.datetime(2026, 8, 1, 2, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def event(town):
    contest = ContestFactory(union=town, is_open_below=True, state="open", **FACTS)
    return EventFactory(contest=contest, employed_only=False)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    return WorkerFactory.create_batch(3, employer=firm)


def keys(rows):
    return [row.pk for row in rows]


def faults():
    return [fault for _, rule in INVARIANTS[:-1] for fault in rule() if not fault.startswith("Event")]


def change(event, **facts):
    for name, value in facts.items():
        setattr(event, name, value)
    event.save()


def test_each_person_enters_alone_at_the_own_union(event, officer, union, people):
    entries = enter(event=event, workers=keys(people), by=officer)
    assert [entry.union_id for entry in entries] == [union.pk] * 3
    assert sorted(event.entrants.competing().values_list("worker", flat=True)) == sorted(keys(people))
    entry = AuditEntry.objects.get(action="competitions.enter")
    assert entry.details["workers"] == keys(people)
    assert faults() == []


def test_nobody_enters_twice_until_the_entry_ended(event, officer, clerk, people):
    [entry] = enter(event=event, workers=keys(people[:1]), by=officer)
    with pytest.raises(ValidationError, match=f"{people[0].name}已报名这个项目"):
        enter(event=event, workers=keys(people), by=officer)
    assert event.entries.count() == 1
    refuse(event=event, entries=[entry.pk], note="材料不全，请补齐后再报", by=clerk)
    assert len(enter(event=event, workers=keys(people), by=officer)) == 3


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"state": "planned"}, None),
        ({"state": "running"}, "不接受报名"),
        ({"entries_from": dt.date(2026, 8, 2)}, "报名从 2026-08-02 开始"),
        ({"entries_until": dt.date(2026, 7, 31)}, "报名已于 2026-07-31 截止"),
        ({"is_open_below": False}, None),
    ],
)
def test_a_contest_that_takes_no_entries_says_why(event, officer, people, facts, text):
    Contest.objects.filter(pk=event.contest_id).update(**facts)
    error = PermissionDenied if text is None else ValidationError
    with pytest.raises(error, match=text):
        enter(event=event, workers=keys(people), by=officer)


def test_the_holder_enters_after_the_last_day(event, clerk, people):
    Contest.objects.filter(pk=event.contest_id).update(entries_until=dt.date(2026, 7, 31))
    assert len(enter(event=event, workers=keys(people), by=clerk)) == 3


def test_nobody_out_of_reach_enters(event, other_officer, people):
    with pytest.raises(ValidationError, match="有 3 人不在您的管理范围内"):
        enter(event=event, workers=keys(people), by=other_officer)


def test_a_union_keeps_its_quota_and_all_together_the_places(event, officer, clerk, people, other_union):
    change(event, quota=2)
    with pytest.raises(ValidationError, match="每个工会限报 2 个，还可报 2 个，本次报了 3 个"):
        enter(event=event, workers=keys(people), by=officer)
    first, _ = enter(event=event, workers=keys(people[:2]), by=officer)
    with pytest.raises(ValidationError, match="还可报 0 个"):
        enter(event=event, workers=keys(people[2:]), by=officer)
    withdraw_entry(entry=first, reason="出差不能参加", by=officer)
    enter(event=event, workers=keys(people[2:]), by=officer)
    change(event, capacity=2)
    strangers = WorkerFactory.create_batch(1, employer=EmployerFactory(union=other_union))
    with pytest.raises(ValidationError, match="共 2 个名额，还剩 0 个"):
        enter(event=event, workers=keys(strangers), by=clerk)


def test_a_team_enters_as_one(event, officer, clerk, people, other_union):
    change(event, is_team=True, team_least=2, team_most=3)
    with pytest.raises(ValidationError, match="团体项目请填写队名"):
        enter(event=event, workers=keys(people), by=officer)
    with pytest.raises(ValidationError, match="每队 2 至 3 人，本次报了 1 人"):
        enter(event=event, workers=keys(people[:1]), by=officer, team_name="一队")
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    with pytest.raises(ValidationError, match="应属于同一个工会"):
        enter(event=event, workers=keys([people[0], stranger]), by=clerk, team_name="一队")
    [team] = enter(event=event, workers=keys(people[:2]), by=officer, team_name=" 一队 ")
    assert (team.team_name, team.entrants.count()) == ("一队", 2)
    another = WorkerFactory(employer=people[0].employer)
    with pytest.raises(ValidationError, match="已有同名的队"):
        enter(event=event, workers=keys([people[2], another]), by=officer, team_name="一队")


def test_admission_holds_to_the_rules_unless_a_note_says_why(event, officer, clerk, people):
    change(event, least_level="L3", least_age=18, most_age=40, employed_only=True)
    CertificateFactory(worker=people[0], level="L4")
    CertificateFactory(worker=people[1], level="L2")
    CertificateFactory(worker=people[2], level="L4", state="entered")
    entries = enter(event=event, workers=keys(people), by=officer)
    with pytest.raises(ValidationError) as refused:
        admit(event=event, entries=keys(entries), by=clerk)
    text = refused.value.messages[0]
    assert f"{people[1].name}：技能等级应为中级工(四级)以上，现为初级工(五级)" in text
    assert f"{people[2].name}：技能等级应为中级工(四级)以上，现为没有已核验的证书" in text
    assert people[0].name not in text
    assert admit(event=event, entries=keys(entries[:1]), by=clerk) == 1
    assert admit(event=event, entries=keys(entries), by=clerk, note="组委会同意破格参赛") == 2
    states = event.entries.order_by("pk").values_list("state", "note")
    assert list(states) == [("admitted", ""), *[("admitted", "组委会同意破格参赛")] * 2]


@pytest.mark.parametrize(
    ("born", "facts", "text"),
    [
        (dt.date(2008, 9, 1), {"least_age": 18}, ""),
        (dt.date(2008, 9, 2), {"least_age": 18}, "年龄应为18 周岁以上，现为17 周岁"),
        (dt.date(1985, 9, 2), {"most_age": 40}, ""),
        (dt.date(1985, 9, 1), {"most_age": 40}, "年龄应为40 周岁以下，现为41 周岁"),
        (None, {"most_age": 40}, "现为没有出生日期"),
        (dt.date(1990, 1, 1), {"employed_only": True}, "限在岗职工应为在岗，现为不在岗"),
    ],
)
def test_ages_count_on_the_first_day_and_work_when_asked(event, clerk, union, born, facts, text):
    change(event, **facts)
    worker = WorkerFactory(employer=None, union=union, birth_date=born)
    entries = enter(event=event, workers=[worker.pk], by=clerk)
    if not text:
        assert admit(event=event, entries=keys(entries), by=clerk) == 1
        return
    with pytest.raises(ValidationError, match=text):
        admit(event=event, entries=keys(entries), by=clerk)


def test_only_the_holder_decides_and_draws(event, officer, people):
    entries = enter(event=event, workers=keys(people), by=officer)
    for decide in (admit, refuse):
        with pytest.raises(PermissionDenied):
            decide(event=event, entries=keys(entries), note="说明一下原因", by=officer)
    with pytest.raises(PermissionDenied):
        draw_numbers(event=event, by=officer)


def test_a_refusal_says_why_and_ends_the_entry(event, officer, clerk, people):
    entries = enter(event=event, workers=keys(people), by=officer)
    with pytest.raises(ValidationError):
        refuse(event=event, entries=keys(entries), note="", by=clerk)
    assert refuse(event=event, entries=keys(entries[:2]), note="超出工会名额", by=clerk) == 2
    assert event.entrants.competing().count() == 1
    with pytest.raises(ValidationError, match="请勾选待审核的报名"):
        admit(event=event, entries=keys(entries[:2]), by=clerk)
    assert faults() == []


def test_numbers_are_drawn_once_and_later_ones_follow(event, officer, clerk, people):
    entries = enter(event=event, workers=keys(people[:2]), by=officer)
    with pytest.raises(ValidationError, match="还有 2 项报名没有审核"):
        draw_numbers(event=event, by=clerk)
    admit(event=event, entries=keys(entries), by=clerk)
    assert draw_numbers(event=event, by=clerk) == 2
    drawn = dict(event.entries.values_list("pk", "start_number"))
    assert sorted(drawn.values()) == [1, 2]
    withdraw_entry(entry=entries[0], reason="身体不适", by=officer)
    [late] = enter(event=event, workers=keys(people[2:]), by=officer)
    admit(event=event, entries=[late.pk], by=clerk)
    assert draw_numbers(event=event, by=clerk) == 1
    assert dict(event.entries.values_list("pk", "start_number")) == drawn | {late.pk: 3}
    assert faults() == []
    Entry.objects.filter(start_number=3).update(start_number=7)
    assert faults() == [f"Draw {event.draws.get(first=3).pk}: not all of its numbers stand"]
    with pytest.raises(ValidationError, match="没有需要编号的报名"):
        draw_numbers(event=event, by=clerk)
    numbers = AuditEntry.objects.filter(action="competitions.draw_numbers").earliest("pk").details["numbers"]
    assert numbers == {str(key): number for key, number in drawn.items()}


def test_a_substitution_leaves_its_trace(event, officer, people, other_union):
    [entry] = enter(event=event, workers=keys(people[:1]), by=officer)
    [entrant] = entry.entrants.all()
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    with pytest.raises(ValidationError, match="不在您的管理范围内"):
        substitute(entrant=entrant, worker=stranger.pk, reason="临时出差", by=officer)
    successor = substitute(entrant=entrant, worker=people[1].pk, reason="临时出差", by=officer)
    entrant.refresh_from_db()
    assert (successor.instead_of, entrant.left_reason) == (entrant, "临时出差")
    assert list(entry.entrants.competing().values_list("worker", flat=True)) == [people[1].pk]
    with pytest.raises(ValidationError, match="此人已不在这项报名中"):
        substitute(entrant=entrant, worker=people[2].pk, reason="临时出差", by=officer)
    change(event, most_age=20)
    with pytest.raises(ValidationError, match="不符合参赛条件：年龄应为20 周岁以下"):
        substitute(entrant=successor, worker=people[2].pk, reason="临时出差", by=officer)
    assert faults() == []


def test_nobody_takes_over_the_marks_of_another_person(event, officer, clerk, people):
    [entry] = enter(event=event, workers=keys(people[:1]), by=officer)
    admit(event=event, entries=[entry.pk], by=clerk)
    seat = SeatFactory(stage=StageFactory(event=event))
    MarkFactory(seat=seat, entry=entry)
    entrant = entry.entrants.get()
    with pytest.raises(ValidationError, match="评委已给这项报名评分，不能换人"):
        substitute(entrant=entrant, worker=people[1].pk, reason="临时出差", by=officer)
    change(event, is_team=True, team_least=2, team_most=3)  # a team keeps what it reached together
    successor = substitute(entrant=entrant, worker=people[1].pk, reason="临时出差", by=officer)
    assert successor.worker == people[1]


def test_an_entry_that_is_out_stays_out(event, officer, people):
    [entry] = enter(event=event, workers=keys(people[:1]), by=officer)
    withdraw_entry(entry=entry, reason="家中有事", by=officer)
    with pytest.raises(ValidationError, match="这项报名现在是“已退赛”"):
        withdraw_entry(entry=entry, reason="家中有事", by=officer)
    Contest.objects.filter(pk=event.contest_id).update(state="finished")
    with pytest.raises(ValidationError, match="竞赛已结束，不能再修改"):
        withdraw_entry(entry=entry, reason="家中有事", by=officer)


def test_entries_go_over_when_two_records_are_one_person(event, officer, people):
    kept, absorbed, _ = people
    mine, theirs = enter(event=event, workers=keys([kept, absorbed]), by=officer)
    other = EventFactory(contest=event.contest, title="钳工", employed_only=False)
    [alone] = enter(event=other, workers=[absorbed.pk], by=officer)
    move_entries(kept, absorbed)
    assert list(Entrant.objects.competing().order_by("pk").values_list("entry", "worker")) == [
        (mine.pk, kept.pk),
        (alone.pk, kept.pk),
    ]
    theirs.refresh_from_db()
    assert (theirs.state, Entrant.objects.filter(worker=absorbed).exists()) == ("withdrawn", False)
    assert faults() == []


@pytest.mark.parametrize(("marked", "ranks"), [((True, True), [1, 1]), ((False, True), [None, 1])])
def test_the_entry_that_came_further_stays_and_results_are_what_they_were(
    event, officer, clerk, people, marked, ranks
):
    kept, absorbed, _ = people
    entries = enter(event=event, workers=keys([kept, absorbed]), by=officer)
    admit(event=event, entries=keys(entries), by=clerk)
    stage = StageFactory(event=event)
    CriterionFactory(stage=stage)
    seat = SeatFactory(stage=stage)
    Contest.objects.filter(pk=event.contest_id).update(state="running")
    for entry, is_marked in zip(entries, marked, strict=True):
        if is_marked:
            MarkFactory(seat=seat, entry=entry)
        else:
            record_absence(stage=stage, entry=entry, reason="没有到场检录", by=clerk)
    freeze(event=event, by=clerk)
    closed(event)
    with time_machine.travel(dt.datetime(2026, 8, 2, tzinfo=dt.UTC), tick=False):
        move_entries(kept, absorbed)
    [row] = Entrant.objects.competing()
    assert (row.entry, row.worker) == (entries[0 if ranks[0] else 1], kept)
    assert list(event.results.order_by("entry").values_list("rank", flat=True)) == ranks
    assert faults() + [fault for _, rule in RESULTS for fault in rule()] == []


def test_invariants_find_entries_that_do_not_fit(event, officer, people):
    [entry] = enter(event=event, workers=keys(people[:1]), by=officer)
    Entrant.objects.update(event=EventFactory(contest=event.contest, title="钳工"))
    assert [fault.split(" ", 1)[0] for fault in faults()] == ["Entrant"]
    Entrant.objects.all().delete()
    assert faults() == [f"Entry {entry.pk}: nobody is in it"]
    assert Entry.objects.standing().count() == 1


def test_what_was_written_about_a_person_goes_when_the_person_is_forgotten(event, officer, people):
    mine, other = enter(event=event, workers=keys(people[:2]), by=officer, remark="去年二等奖")
    judge = JudgeFactory(contest=event.contest)
    for entry in (mine, other):
        withdraw_entry(entry=entry, reason="家中老人住院", by=officer)
        judge.conflicts.create(entry=entry, reason="评委是其舅舅")
        Objection.objects.create(
            event=event, entry=entry, union=entry.union, text="带病参赛", state="rejected", answer="不影响名次",
            filed_by=officer, decided_by=officer, decided_at=timezone.now(),
        )  # fmt: skip
    erase_entries([people[0].pk], [])
    assert list(judge.conflicts.values_list("reason", flat=True)) == [FORGOTTEN, "评委是其舅舅"]
    said = Objection.objects.values_list("text", "answer")
    assert list(said) == [(FORGOTTEN, FORGOTTEN), ("带病参赛", "不影响名次")]
    rows = Entrant.objects.order_by("entry").values_list("entry__remark", "entry__note", "left_reason")
    assert list(rows) == [("", FORGOTTEN, FORGOTTEN), ("去年二等奖", "家中老人住院", "家中老人住院")]


@pytest.mark.parametrize("stand", [lambda event: event, frozen, preliminary, closed])
def test_why_somebody_was_absent_goes_in_whatever_phase_and_nothing_else_of_it(stand, event, officer, people):
    stage = StageFactory(event=event)
    mine, other = enter(event=event, workers=keys(people[:2]), by=officer)
    for entry in (mine, other):
        Absence.objects.create(stage=stage, entry=entry, reason="住院做手术", recorded_by=officer)
    stand(event)
    erase_entries([people[0].pk], [])
    reasons = Absence.objects.order_by("entry").values_list("entry", "reason")
    assert list(reasons) == [(mine.pk, FORGOTTEN), (other.pk, "住院做手术")]


def test_drawings_are_kept_and_nobody_comes_or_goes_once_the_marks_are_frozen(event, officer, clerk, people):
    one, two, three = enter(event=event, workers=keys(people), by=officer)
    admit(event=event, entries=keys([one, two]), by=clerk)
    refuse(event=event, entries=[three.pk], note="材料不全，请补齐", by=clerk)
    draw_numbers(event=event, by=clerk)
    late = enter(event=event, workers=[people[2].pk], by=officer)
    admit(event=event, entries=keys(late), by=clerk)
    draw_numbers(event=event, by=clerk)
    assert list(event.draws.values_list("first", "last", "drawn_by")) == [(1, 2, clerk.pk), (3, 3, clerk.pk)]
    with pytest.raises(ValidationError, match="没有需要编号的报名"):
        draw_numbers(event=event, by=clerk)
    frozen(event)
    for change_of_entry in (
        lambda: withdraw_entry(entry=one, reason="家中有事不能来", by=officer),
        lambda: substitute(entrant=one.entrants.get(), worker=people[2].pk, reason="临时出差", by=officer),
        lambda: draw_numbers(event=event, by=clerk),
    ):
        with pytest.raises(ValidationError, match="成绩现在是“已封存”，项目、环节、评分项、报名"):
            change_of_entry()
