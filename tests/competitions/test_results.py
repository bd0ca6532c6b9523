"""From the freeze to the final list: the steps in their order, gaps, objections, and what each step refuses."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from competitions import services
from competitions.invariants.results import INVARIANTS
from competitions.models import Absence, Event, Mark, Objection, Result
from competitions.queries.scores import gaps_of, outcomes_of
from core.models import LegalNumber
from tests.factories.accounts import UserFactory
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    EntryFactory,
    EventFactory,
    JudgeFactory,
    MarkFactory,
    SeatFactory,
    StageFactory,
    closed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(town):
    """A running town contest: theory of 30 and practice of 70 percent, three judges at each."""
    event = EventFactory(contest=ContestFactory(union=town, state="running", is_open_below=True), trim=1)
    for place, (title, weight) in enumerate((("理论", 30), ("实操", 70)), start=1):
        stage = StageFactory(event=event, position=place, title=title, weight=weight, tie_order=3 - place)
        CriterionFactory(stage=stage)
        for judge in event.contest.judges.all() or JudgeFactory.create_batch(3, contest=event.contest):
            SeatFactory(stage=stage, judge=judge)
    return event


def enter(event, union, number: int, theory=(), practice=(), **facts):
    """An admitted entry with these points of the judges."""
    entry = EntryFactory(event=event, union=union, state="admitted", start_number=number, **facts)
    for stage, given in zip(event.stages.all(), (theory, practice), strict=True):
        for seat, points in zip(stage.seats.all(), given, strict=False):
            MarkFactory(seat=seat, entry=entry, points=points)
    return entry


def standings(event) -> dict:
    rows = event.results.select_related("entry").order_by("entry__start_number")
    return {row.entry.start_number: (row.standing, row.total, row.rank) for row in rows}


def gaps(event) -> str:
    return services.fingerprint(gaps_of(event, outcomes_of(event)))


def audited(action: str) -> dict:
    return AuditEntry.objects.get(action=f"competitions.{action}").details


def test_a_freeze_computes_what_the_marks_give(event, union, other_union, clerk):
    enter(event, union, 1, (80, 90, 70), (90, 90, 96))
    enter(event, other_union, 2, (80, 80, 80), (90, 90, 90))
    enter(event, other_union, 3, (99, 99, 99), (60, 60, 60))
    absent = enter(event, union, 4, (70, 70, 70))
    Absence.objects.create(
        stage=event.stages.last(), entry=absent, reason="没有到场", recorded_by=UserFactory()
    )
    gone = enter(event, union, 5, (95, 95, 95))
    services.withdraw_entry(entry=gone, reason="身体不适，退出比赛", by=clerk)
    services.freeze(event=event, by=clerk)
    assert standings(event) == {
        1: ("ranked", Decimal("87.0000"), 1),
        2: ("ranked", Decimal("87.0000"), 1),  # 理论和实操都相同：并列
        3: ("ranked", Decimal("71.7000"), 3),
        4: ("absent", None, None),
        5: ("withdrawn", None, None),
    }
    first = Result.objects.get(entry__start_number=1)
    theory = event.stages.first()
    seats = [seat.pk for seat in theory.seats.all()]
    assert first.stages[str(theory.pk)] == {
        "score": "80.00",
        "judges": dict(zip(map(str, seats), ("80.00", "90.00", "70.00"), strict=True)),
        "left_out": [seats[2], seats[1]],
    }
    assert audited("freeze") == audited("freeze") | {"event": event.pk, "results": 5, "gaps": []}
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []
    Result.objects.filter(pk=first.pk).update(rank=2)
    assert [fault for _, rule in INVARIANTS for fault in rule()] == [
        f"Result {first.pk}: not what the marks give"
    ]


def test_gaps_are_named_and_confirmed_with_a_reason(event, union, clerk):
    whole = enter(event, union, 1, (80, 80, 80), (90, 90, 90))
    enter(event, union, 2, (80, 80, 80), (90, 92))
    with pytest.raises(ValidationError, match="还缺 1 份评分，与您看到的不同"):
        services.freeze(event=event, by=clerk)
    seen = gaps(event)
    with pytest.raises(ValidationError, match="请写明事由"):
        services.freeze(event=event, by=clerk, seen=seen)
    Mark.objects.filter(entry=whole).last().delete()  # another gap since the page was read
    with pytest.raises(ValidationError, match="还缺 2 份评分，与您看到的不同"):
        services.freeze(event=event, by=clerk, seen=seen, reason="评委丙中途离席")
    Mark.objects.filter(entry__start_number=2, seat__stage__position=2).delete()
    with pytest.raises(ValidationError, match="有 1 项报名在环节中没有一份完整的评分（实操 2 号）"):
        services.freeze(event=event, by=clerk, seen=gaps(event), reason="评委丙中途离席")
    MarkFactory(seat=event.stages.last().seats.first(), entry=event.entries.get(start_number=2), points=91)
    services.freeze(event=event, by=clerk, seen=gaps(event), reason="评委丙中途离席")
    event.refresh_from_db()
    assert (event.phase, event.gaps_reason) == ("frozen", "评委丙中途离席")
    assert standings(event)[2] == ("ranked", Decimal("87.7000"), 1)
    assert len(audited("freeze")["gaps"]) == 3


def test_what_a_freeze_refuses(event, town, union, clerk, other_officer):
    def refused(match):
        with pytest.raises(ValidationError, match=match):
            services.freeze(event=event, by=clerk)

    refused("没有审核通过的报名")
    entry = EntryFactory(event=event, union=union)
    refused("还有 1 项报名没有审核")
    services.admit(event=event, entries=[entry.pk], note="", by=clerk)
    type(event.contest).objects.update(state="open")
    refused("竞赛现在是“报名中”，竞赛进行中才能封存成绩")
    type(event.contest).objects.update(state="running")
    event.stages.update(weight=40)  # the shares of a contest that runs can still be changed
    refused("各环节的权重合计应为 100%，现为 80%")
    event.stages.update(weight=50)
    event.stages.first().criteria.all().delete()
    refused("环节“理论”计入成绩或者选拔晋级，但没有评分项")
    event.stages.last().criteria.all().delete()
    refused("这个项目没有评分项，不用封存成绩")
    with pytest.raises(PermissionDenied):
        services.freeze(event=event, by=other_officer)
    assert Event.objects.get().phase == "scoring"
    type(event.contest).objects.update(state="cancelled", cancel_reason="场地未落实")
    refused("竞赛已取消，不能再办理成绩")


def test_the_steps_come_in_one_order_and_each_once(event, union, officer, clerk):
    entry = enter(event, union, 1, (80, 80, 80), (90, 90, 90))
    today = timezone.localdate()
    until = today + dt.timedelta(days=3)
    steps = {
        "freeze": lambda: services.freeze(event=event, by=clerk),
        "preliminary": lambda: services.publish_preliminary(event=event, objections_until=until, by=clerk),
        "final": lambda: services.publish_final(event=event, by=clerk, is_public=True),
    }
    names = list(steps)
    with pytest.raises(ValidationError, match=f"公布最终成绩之后才能结束竞赛：“{event.title}”现在是“评分”"):
        services.finish_contest(contest=event.contest, by=clerk)
    for place, name in enumerate(names):
        for other in names:
            if other == name:
                continue
            words = "已经是|不用再办一次" if names.index(other) == place - 1 else "不能改为"
            with pytest.raises(ValidationError, match=words):
                steps[other]()
        if name == "final":
            with pytest.raises(ValidationError, match=f"异议期到 {until} 为止，次日起才能公布最终成绩"):
                steps[name]()
            objection = services.file_objection(entry=entry, text="请复核", by=officer)
            with time_machine.travel(until + dt.timedelta(days=1, hours=12)):
                with pytest.raises(ValidationError, match="还有 1 项异议没有处理"):
                    steps[name]()
                services.reject_objection(objection=objection, answer="复核无误", by=clerk)
                steps[name]()
        else:
            steps[name]()
        if name != "freeze":
            with pytest.raises(ValidationError, match=f"“{event.title}”的成绩已公布，不能取消竞赛"):
                services.cancel_contest(contest=event.contest, reason="场地未落实", by=clerk)
    event.refresh_from_db()
    assert (event.phase, event.is_public, event.objections_until) == ("final", True, until)
    services.show_publicly(event=event, is_public=False, by=clerk)
    assert services.finish_contest(contest=event.contest, by=clerk).state == "finished"


def test_days_for_objections_are_a_number_of_the_office(event, union, clerk):
    enter(event, union, 1, (80, 80, 80), (90, 90, 90))
    services.freeze(event=event, by=clerk)
    LegalNumber.objects.filter(code="contest.objection_days").update(value=5)
    today = timezone.localdate()
    with pytest.raises(ValidationError, match=f"截止日期最早为 {today + dt.timedelta(days=5)}"):
        services.publish_preliminary(event=event, objections_until=today + dt.timedelta(days=4), by=clerk)
    until = today + dt.timedelta(days=5)
    assert services.publish_preliminary(event=event, objections_until=until, by=clerk).phase == "preliminary"


def test_after_the_freeze_nothing_that_makes_up_the_result_changes(event, union, clerk):
    entry = enter(event, union, 1, (80, 80, 80), (90, 90, 90))
    services.freeze(event=event, by=clerk)
    stage, version = event.stages.first(), str(Event.objects.get().version)
    for change in (
        lambda: services.edit_event(event=event, version=version, by=clerk, trim=0),
        lambda: services.edit_stage(stage=stage, version="1", by=clerk, weight=Decimal(10)),
        lambda: services.withdraw_entry(entry=entry, reason="身体不适，退出比赛", by=clerk),
    ):
        with pytest.raises(
            ValidationError, match=f"“{event.title}”的成绩现在是“已封存”，项目、环节、评分项、报名"
        ):
            change()


@pytest.fixture
def objection(event, union, other_union, officer, clerk):
    """Two entries with preliminary results, the second one objects."""
    enter(event, other_union, 1, (80, 80, 80), (90, 90, 90))
    entry = enter(event, union, 2, (80, 80, 80), (80, 82, 84))
    services.freeze(event=event, by=clerk)
    until = services.first_end_of_objections()
    services.publish_preliminary(event=event, objections_until=until, by=clerk)
    return services.file_objection(entry=entry, text="实操漏记一项", by=officer)


def cell(event, position: int, judge: int) -> tuple[int, int]:
    stage = event.stages.get(position=position)
    return stage.seats.all()[judge].pk, stage.criteria.get().pk


def test_an_upheld_objection_corrects_marks_and_results(event, objection, clerk):
    points = {cell(event, 2, 0): "96", cell(event, 2, 1): "96.5", cell(event, 2, 2): ""}
    done = services.uphold_objection(objection=objection, answer="复核属实", points=points, by=clerk)
    assert standings(event) == {1: ("ranked", Decimal("87.0000"), 2), 2: ("ranked", Decimal("91.2000"), 1)}
    first = event.entries.get(start_number=1)
    assert done.effect["marks"] == [
        {"seat": seat, "criterion": criterion, "points": change}
        for (seat, criterion), change in zip(
            list(points)[:2], (["80.00", "96.00"], ["82.00", "96.50"]), strict=True
        )
    ]
    assert done.effect["results"] == [
        {
            "entry": first.pk,
            "standing": ["ranked", "ranked"],
            "total": ["87.0000", "87.0000"],
            "rank": ["1", "2"],
        },
        {
            "entry": objection.entry_id,
            "standing": ["ranked", "ranked"],
            "total": ["81.4000", "91.2000"],
            "rank": ["2", "1"],
        },
    ]
    assert Mark.objects.filter(objection=objection).count() == 2
    assert audited("objection_uphold")["marks"] == done.effect["marks"]
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []
    with pytest.raises(ValidationError, match="这项异议已处理，结果为“成立”"):
        services.reject_objection(objection=objection, answer="复核无误", by=clerk)


@pytest.fixture
def called_absent(event, union, other_union, officer, clerk):
    """The objection of an entry that was called absent at practice, wrongly: two of its three sheets lie there."""
    enter(event, other_union, 1, (80, 80, 80), (90, 90, 90))
    entry = enter(event, union, 2, (90, 90, 90), (95, 95))
    stage = event.stages.get(position=2)
    services.record_absence(stage=stage, entry=entry, reason="没有到场检录", by=clerk)
    services.freeze(event=event, by=clerk)
    until = services.first_end_of_objections()
    services.publish_preliminary(event=event, objections_until=until, by=clerk)
    return services.file_objection(entry=entry, text="实操到场，误登记缺考", by=officer)


def test_an_upheld_objection_lifts_a_wrong_absence(event, called_absent, clerk):
    assert standings(event) == {1: ("ranked", Decimal("87.0000"), 1), 2: ("absent", None, None)}
    stage = event.stages.get(position=2)
    done = services.uphold_objection(
        objection=called_absent, answer="复核属实", points={}, lifted={stage.pk}, by=clerk
    )
    assert standings(event) == {1: ("ranked", Decimal("87.0000"), 2), 2: ("ranked", Decimal("93.5000"), 1)}
    assert (done.effect["marks"], done.effect["absences"]) == (
        [],
        [{"stage": stage.pk, "absent": [True, False]}],
    )
    assert done.effect["results"][1]["standing"] == ["absent", "ranked"]
    assert audited("objection_uphold")["absences"] == done.effect["absences"]
    [kept] = Absence.objects.all()
    assert (kept.lifted_by, kept.reason, kept.objection) == (called_absent, "没有到场检录", None)
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []


def test_the_page_lifts_an_absence_and_tells_the_union(client, event, called_absent, officer, clerk):
    stage = event.stages.get(position=2)
    client.force_login(clerk)
    decide = reverse("competitions:objection_decide", args=[called_absent.pk])
    page = client.get(decide).content.decode()
    assert [text in page for text in ("没有到场检录", f'name="lift" value="{stage.pk}"')] == [True, True]
    sent = {"verdict": "uphold", "answer": "复核属实", "lift": stage.pk}
    first = event.stages.get(position=1)
    kept = client.post(decide, sent | {f"absent-{first.pk}": "否"}).content.decode()
    assert [text in kept for text in ("请写明事由", f'value="{stage.pk}" checked', 'value="否"')] == [
        True
    ] * 3
    assert client.post(decide, sent).status_code == 302
    client.force_login(officer)
    page = client.get(reverse("competitions:objection_detail", args=[called_absent.pk])).content.decode()
    assert [text in page for text in ("更正的缺考登记", "已撤销", "93.5000")] == [True] * 3


def test_a_lifted_absence_needs_a_score_which_may_come_with_it(event, called_absent, clerk):
    stage = event.stages.get(position=2)
    facts = {"objection": called_absent, "answer": "复核属实", "by": clerk}
    with pytest.raises(ValidationError, match="缺考登记已变动，请刷新页面后重新填写"):
        services.uphold_objection(**facts, points={}, lifted={event.stages.get(position=1).pk})
    with pytest.raises(ValidationError, match="“理论”登记缺考：请写明事由"):
        services.uphold_objection(**facts, points={}, absent={event.stages.get(position=1).pk: "否"})
    points = {cell(event, 2, 2): "98"}
    services.uphold_objection(**facts, points=points, lifted={stage.pk})
    assert standings(event)[2] == ("ranked", Decimal("93.5000"), 1)


def test_an_absence_without_any_sheet_is_not_lifted_alone(event, union, other_union, officer, clerk):
    enter(event, other_union, 1, (80, 80, 80), (90, 90, 90))
    entry = enter(event, union, 2, (90, 90, 90))
    stage = event.stages.get(position=2)
    services.record_absence(stage=stage, entry=entry, reason="没有到场检录", by=clerk)
    services.freeze(event=event, by=clerk)
    until = services.first_end_of_objections()
    services.publish_preliminary(event=event, objections_until=until, by=clerk)
    objection = services.file_objection(entry=entry, text="实操到场，误登记缺考", by=officer)
    facts = {"objection": objection, "answer": "复核属实", "lifted": {stage.pk}, "by": clerk}
    said = "撤销缺考之后，“实操”还没有一份完整的评分。请同时填写得分；没有参加的，登记缺考。"
    with pytest.raises(ValidationError, match=said):
        services.uphold_objection(**facts, points={})
    objection.refresh_from_db()
    assert (objection.state, Absence.objects.standing().count()) == ("open", 1)
    services.uphold_objection(**facts, points={cell(event, 2, judge): "70" for judge in range(3)})
    assert standings(event)[2] == ("ranked", Decimal("76.0000"), 2)


def test_an_upheld_objection_adds_an_absence(event, objection, clerk):
    stage = event.stages.get(position=2)
    done = services.uphold_objection(
        objection=objection,
        answer="冒名顶替，取消成绩",
        points={},
        absent={stage.pk: "冒名顶替，取消成绩"},
        by=clerk,
    )
    assert standings(event) == {1: ("ranked", Decimal("87.0000"), 1), 2: ("absent", None, None)}
    assert done.effect["absences"] == [{"stage": stage.pk, "absent": [False, True]}]
    assert [row.objection for row in Absence.objects.standing()] == [objection]
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []


def test_what_deciding_refuses(event, objection, clerk, officer, other_officer):
    def refused(match, points, answer="复核属实", by=clerk, error=ValidationError):
        with pytest.raises(error, match=match):
            services.uphold_objection(objection=objection, answer=answer, points=points, by=by)

    refused("请写明处理意见", {}, answer=" ")
    refused("没有与原来不同的", {cell(event, 2, 0): "80.00"})
    two = {cell(event, 2, 0): "101", cell(event, 2, 1): "x"}
    refused(r"“实操”评委.+“操作”：“101”不能作为得分.+“实操”评委.+“操作”：“x”不能作为得分", two)
    refused(None, {cell(event, 2, 0): "90"}, by=officer, error=PermissionDenied)
    objection.refresh_from_db()
    assert (objection.state, objection.effect) == ("open", {})
    assert standings(event)[2] == ("ranked", Decimal("81.4000"), 2)


def test_what_filing_refuses(event, objection, union, other_officer, officer, clerk):
    entry = objection.entry
    with pytest.raises(ValidationError, match="这项报名已有待处理的异议"):
        services.file_objection(entry=entry, text="再提一次", by=officer)
    with pytest.raises(PermissionDenied):
        services.file_objection(entry=entry, text="别的工会", by=other_officer)
    services.reject_objection(objection=objection, answer="复核无误", by=clerk)
    with pytest.raises(ValidationError, match="请写明异议内容"):
        services.file_objection(entry=entry, text="  ", by=officer)
    waiting = EntryFactory(event=event, union=union, state="refused", note="超出名额")
    with pytest.raises(ValidationError, match="这项报名没有成绩"):
        services.file_objection(entry=waiting, text="请复核", by=officer)
    event.refresh_from_db()
    last = event.objections_until
    late = pytest.raises(ValidationError, match=f"异议期已于 {last} 结束")
    with time_machine.travel(last + dt.timedelta(days=1, hours=12)), late:
        services.file_objection(entry=entry, text="请复核", by=officer)
    closed(event)
    with pytest.raises(ValidationError, match="现在是“最终成绩”，只在初步成绩的异议期内接受异议"):
        services.file_objection(entry=entry, text="请复核", by=officer)
    assert Objection.objects.count() == 1


def test_marks_of_a_judge_kept_apart_do_not_count(event, union, clerk):
    entry = enter(event, union, 1, (80, 80, 80), (90, 60, 60))
    event.stages.last().seats.first().judge.conflicts.create(entry=entry, reason="师徒关系")
    services.freeze(event=event, by=clerk)
    assert standings(event) == {1: ("ranked", Decimal("66.0000"), 1)}
