"""Contests: planning, events with stages, the way from plan to end, and what is refused."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from competitions.invariants.contests import INVARIANTS
from competitions.models import Contest
from competitions.services import (
    add_event,
    add_stage,
    cancel_contest,
    clone_contest,
    edit_contest,
    edit_event,
    edit_stage,
    finish_contest,
    open_contest,
    plan_contest,
    remove_event,
    remove_stage,
    start_contest,
)
from tests.factories.contests import (
    ContestFactory,
    EntryFactory,
    EventFactory,
    StageFactory,
    closed,
    preliminary,
)

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "2026年电工技能竞赛",
    "kind": "skill",
    "level": "E",
    "starts_on": dt.date(2026, 9, 1),
    "ends_on": dt.date(2026, 9, 3),
}


@pytest.fixture
def contest(union):
    return ContestFactory(union=union)


@pytest.fixture
def whole(contest):
    """A contest whose event has all its shares."""
    StageFactory(event=EventFactory(contest=contest))
    return contest


def faults():
    return [fault for _, rule in INVARIANTS for fault in rule()]


def test_contests_of_a_union_and_year_are_numbered(union, officer):
    first, second = (plan_contest(union=union, by=officer, **FACTS) for _ in range(2))
    assert (first.code, second.code) == (f"{union.code}-S2026-01", f"{union.code}-S2026-02")
    entry = AuditEntry.objects.filter(action="competitions.contest_plan").earliest("pk")
    assert entry.details["changes"]["title"] == [None, "2026年电工技能竞赛"]


@pytest.mark.parametrize(
    ("facts", "field", "text"),
    [
        ({"ends_on": dt.date(2026, 8, 31)}, "__all__", "结束日期不能早于开始日期"),
        ({"level": "ZZ"}, "level", "没有代码为“ZZ”的选项"),
        ({"kind": "sport"}, "kind", "sport"),
        ({"budget": Decimal(-1)}, "budget", "0"),
        (
            {"entries_from": dt.date(2026, 8, 9), "entries_until": dt.date(2026, 8, 1)},
            "__all__",
            "报名截止日期不能早于报名开始日期",
        ),
        ({"entries_until": dt.date(2026, 9, 4)}, "__all__", "报名截止日期不能晚于竞赛结束日期"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(union, officer, facts, field, text):
    with pytest.raises(ValidationError) as refused:
        plan_contest(union=union, by=officer, **FACTS | facts)
    assert list(refused.value.message_dict) == [field]
    assert text in str(refused.value.message_dict[field])


def test_a_stranger_plans_and_edits_nothing(union, contest, other_officer):
    with pytest.raises(PermissionDenied):
        plan_contest(union=union, by=other_officer, **FACTS)
    with pytest.raises(PermissionDenied):
        edit_contest(contest=contest, version="1", by=other_officer, title="改名")
    with pytest.raises(PermissionDenied):
        add_event(contest=contest, by=other_officer, title="钳工")


def test_an_edit_writes_what_changed_once(contest, officer):
    edited = edit_contest(contest=contest, version="1", by=officer, place="  二楼　车间 ")
    assert (edited.place, edited.version) == ("二楼 车间", 2)
    assert edit_contest(contest=contest, version="2", by=officer, place="二楼 车间").version == 2
    with pytest.raises(ValidationError, match="已被其他人修改"):
        edit_contest(contest=contest, version="1", by=officer, place="三楼")
    assert AuditEntry.objects.get(action="competitions.contest_edit").details["changes"] == {
        "place": ["", "二楼 车间"]
    }


def test_kind_level_and_dates_stay_once_final_results_came_out(contest, officer):
    event = EventFactory(contest=contest)
    preliminary(event)
    later = contest.ends_on + dt.timedelta(days=1)
    assert edit_contest(contest=contest, version="1", by=officer, ends_on=later).ends_on == later
    closed(event)
    day = timezone.localdate(event.final_at)
    asked = {
        "kind": "labour",
        "level": "E",
        "starts_on": contest.starts_on - dt.timedelta(days=1),
        "ends_on": later,
    }
    asked |= {"entries_from": dt.date(2026, 1, 1), "entries_until": None, "place": "三楼"}
    with pytest.raises(ValidationError) as refused:
        edit_contest(contest=contest, version="2", by=officer, **asked)
    said = {"kind": "竞赛种类", "level": "竞赛级别", "starts_on": "开始日期", "entries_from": "报名开始日期"}
    assert refused.value.message_dict == {
        name: [f"最终成绩已于 {day} 公布，{title}不能再变更"] for name, title in said.items()
    }
    same = {"kind": contest.kind, "level": contest.level, "starts_on": contest.starts_on, "ends_on": later}
    edited = edit_contest(contest=contest, version="2", by=officer, place="三楼", **same)
    assert (edited.place, edited.version) == ("三楼", 3)


def test_a_contest_opens_only_with_events_whose_shares_are_whole(contest, officer):
    with pytest.raises(ValidationError, match="还没有比赛项目"):
        open_contest(contest=contest, by=officer)
    event = add_event(contest=contest, by=officer, title="电工")
    add_stage(event=event, by=officer, position=1, kind="theory", title="理论", weight=Decimal(30))
    with pytest.raises(ValidationError, match="“电工”为 30%"):
        open_contest(contest=contest, by=officer)
    with pytest.raises(ValidationError, match="最多还可填 70"):
        add_stage(event=event, by=officer, position=2, kind="practice", title="实操", weight=Decimal(71))
    add_stage(event=event, by=officer, position=2, kind="practice", title="实操", weight=Decimal(70))
    assert open_contest(contest=contest, by=officer).state == "open"
    assert faults() == []


def test_the_way_of_a_contest(whole, officer):
    assert open_contest(contest=whole, by=officer).state == "open"
    with pytest.raises(ValidationError, match="不能改为“已结束”"):
        finish_contest(contest=whole, by=officer)
    assert start_contest(contest=whole, by=officer).state == "running"
    assert finish_contest(contest=whole, by=officer).state == "finished"
    for move in (open_contest, start_contest, finish_contest):
        with pytest.raises(ValidationError, match="竞赛现在是“已结束”"):
            move(contest=whole, by=officer)
    with pytest.raises(ValidationError, match="竞赛已结束，不能再修改"):
        edit_contest(contest=whole, version="4", by=officer, place="三楼")
    moves = AuditEntry.objects.filter(action="competitions.contest_move").order_by("pk")
    states = [["planned", "open"], ["open", "running"], ["running", "finished"]]
    assert [entry.details["changes"]["state"] for entry in moves] == states


def test_a_contest_is_cancelled_with_a_reason_until_it_is_over(whole, officer):
    with pytest.raises(ValidationError):
        cancel_contest(contest=whole, reason=" ", by=officer)
    cancelled = cancel_contest(contest=whole, reason="报名人数不足", by=officer)
    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", "报名人数不足")
    with pytest.raises(ValidationError, match="已取消"):
        add_event(contest=whole, by=officer, title="钳工")


def test_a_clone_takes_events_and_stages_a_year_on(union, officer):
    contest = plan_contest(
        union=union, by=officer, **FACTS, document_number="试工〔2026〕1号", entries_until=dt.date(2026, 8, 1)
    )
    event = add_event(contest=contest, by=officer, title="电工", trade="电工", trim=1, quota=2)
    add_stage(
        event=event,
        by=officer,
        position=1,
        kind="theory",
        title="理论",
        weight=40,
        held_on=dt.date(2026, 9, 1),
    )
    add_stage(event=event, by=officer, position=2, kind="practice", title="实操", weight=60, tie_order=1)
    clone = clone_contest(contest=contest, by=officer)
    assert (clone.title, clone.document_number, clone.state) == ("2027年电工技能竞赛", "", "planned")
    assert (clone.starts_on, clone.entries_until) == (dt.date(2027, 9, 1), dt.date(2027, 8, 1))
    copy = clone.events.get()
    assert (copy.title, copy.trim, copy.quota) == ("电工", 1, 2)
    stages = [(stage.title, stage.weight, stage.tie_order, stage.held_on) for stage in copy.stages.all()]
    assert stages == [
        ("理论", Decimal(40), None, dt.date(2027, 9, 1)),
        ("实操", Decimal(60), 1, None),
    ]
    assert open_contest(contest=clone, by=officer).state == "open"


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"is_team": True}, "团体项目请填写每队最少"),
        ({"team_most": 3}, "团体项目请填写每队最少"),
        ({"is_team": True, "team_least": 3, "team_most": 2}, "团体项目请填写每队最少"),
        ({"quota": 0}, "名额应大于 0"),
        ({"least_age": 40, "most_age": 30}, "最高年龄不能小于最低年龄"),
        ({"trim": 4}, "3"),
        ({"aims_at": "L99"}, "没有代码为“L99”的选项"),
    ],
)
def test_an_event_that_cannot_be_is_refused(contest, officer, facts, text):
    with pytest.raises(ValidationError) as refused:
        add_event(contest=contest, by=officer, title="电工", **facts)
    assert text in str(refused.value)
    assert not contest.events.exists()


def test_events_of_one_contest_have_names_of_their_own(contest, officer):
    event = add_event(contest=contest, by=officer, title="电工")
    with pytest.raises(ValidationError, match="已有同名的比赛项目"):
        add_event(contest=contest, by=officer, title="电工")
    edited = edit_event(event=event, version="1", by=officer, title="电工", quota=5)
    assert (edited.quota, edited.version) == (5, 2)
    with pytest.raises(ValidationError, match="已被其他人修改"):
        edit_event(event=event, version="1", by=officer, title="钳工")
    EntryFactory(event=event)
    with pytest.raises(ValidationError, match="已有报名记录，不能在个人项目和团体项目之间更改"):
        edit_event(event=event, version="2", by=officer, is_team=True, team_least=2, team_most=4)


def test_stages_keep_order_ties_and_days(contest, officer):
    event = EventFactory(contest=contest)
    stage = add_stage(
        event=event, by=officer, position=1, kind="theory", title="理论", weight=30, tie_order=1
    )
    for facts, text in (
        ({"position": 1}, "这个顺序已有环节"),
        ({"tie_order": 1}, "这个同分比较次序已有环节使用"),
        ({"advance": 0}, "应大于 0"),
        ({"held_on": dt.date(2026, 9, 11)}, "日期应在竞赛起止日期之内（2026-09-01 至 2026-09-10）"),
    ):
        given = {"position": 2, "kind": "practice", "title": "实操", "weight": 70} | facts
        with pytest.raises(ValidationError, match=text.replace("（", r"（")):
            add_stage(event=event, by=officer, **given)
    edited = edit_stage(stage=stage, version="1", by=officer, weight=Decimal(100))
    assert (edited.weight, edited.version) == (100, 2)
    with pytest.raises(ValidationError, match="已被其他人修改"):
        edit_stage(stage=stage, version="1", by=officer, weight=Decimal(30), place="一号车间")
    assert event.stages.count() == 1


def test_what_was_announced_keeps_its_events_and_what_runs_its_stages(whole, officer):
    event = whole.events.get()
    stage = event.stages.get()
    open_contest(contest=whole, by=officer)
    with pytest.raises(ValidationError, match="开放报名之后不能删除比赛项目"):
        remove_event(event=event, by=officer)
    start_contest(contest=whole, by=officer)
    with pytest.raises(ValidationError, match="竞赛已经开始，不能删除环节"):
        remove_stage(stage=stage, by=officer)
    assert whole.events.get().stages.get() == stage


def test_days_of_a_contest_that_leave_a_stage_outside_are_refused(whole, officer):
    stage = whole.events.get().stages.get()
    edit_stage(stage=stage, version="1", by=officer, held_on=dt.date(2026, 9, 5))
    said = f"“{stage.event}”{stage.title} 2026-09-05 不在新的起止日期之内。请先修改这些环节的日期，还没有定的先留空。"
    for facts, field in (
        ({"starts_on": dt.date(2026, 9, 6)}, "starts_on"),
        ({"starts_on": dt.date(2026, 9, 1), "ends_on": dt.date(2026, 9, 4)}, "ends_on"),
    ):
        with pytest.raises(ValidationError) as refused:
            edit_contest(contest=whole, version="1", by=officer, **facts)
        assert refused.value.message_dict == {field: [said]}
    edit_stage(stage=stage, version="2", by=officer, held_on=None)
    edited = edit_contest(contest=whole, version="1", by=officer, starts_on=dt.date(2026, 9, 6))
    assert (edited.starts_on, faults()) == (dt.date(2026, 9, 6), [])


def test_an_event_that_is_arranged_anew_is_whole_again_before_the_contest_ends(whole, officer):
    open_contest(contest=whole, by=officer)
    start_contest(contest=whole, by=officer)
    stage = whole.events.get().stages.get()
    edit_stage(stage=stage, version="1", by=officer, weight=Decimal(90))
    assert faults() == []
    with pytest.raises(ValidationError, match=f"各环节的权重合计应为 100%：“{stage.event}”为 90%"):
        finish_contest(contest=whole, by=officer)


def test_a_planned_contest_loses_an_event_with_its_stages(whole, officer):
    remove_event(event=whole.events.get(), by=officer)
    assert Contest.objects.get(pk=whole.pk).events.count() == 0
    entry = AuditEntry.objects.get(action="competitions.event_remove")
    assert entry.details["changes"]["trade"] == ["电工", None]


def test_invariants_find_shares_and_days_that_do_not_fit(whole):
    assert faults() == []
    stage = whole.events.get().stages.get()
    Contest.objects.filter(pk=whole.pk).update(state="finished", level="ZZ")
    type(stage).objects.filter(pk=stage.pk).update(weight=90, held_on=dt.date(2020, 1, 1))
    assert [fault.split(" ", 1)[0] for fault in faults()] == ["Event", "Stage", "competitions.Contest"]
