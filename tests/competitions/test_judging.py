"""Judges, seats, conflicts, criteria, marks and absences: what is kept, what is refused, what the trail says."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.queries import hash_token
from competitions import services
from competitions.invariants.judging import INVARIANTS
from competitions.models import Absence, Conflict, Judge, Mark, Typing
from competitions.queries.marks import card_versions, missing_marks, panel_of, progress_of, spreads_of
from competitions.rules.judging import Spread, is_closed, spread_of
from competitions.services.marks import StaleMarksError
from tests.competitions.judging import bench, card
from tests.factories.accounts import UserFactory
from tests.factories.contests import ContestFactory, CriterionFactory, EventFactory, StageFactory, frozen

pytestmark = pytest.mark.django_db


def told(action: str) -> list[dict]:
    return [row.details for row in AuditEntry.objects.filter(action=action).order_by("pk")]


def refusal(call, **facts) -> str:
    with pytest.raises(ValidationError) as caught:
        call(**facts)
    return " ".join(caught.value.messages)


@pytest.fixture
def made(town, union, other_union):
    return bench(town, [union, other_union])


def missing(event) -> list[tuple]:
    return [(row.stage.title, row.judge.name, row.entry.start_number) for row in missing_marks(event)]


def test_missing_marks_leave_out_whom_a_judge_may_not_or_need_not_mark(made, clerk, other_union):
    first, second = made.judges
    Judge.objects.filter(pk=first.pk).update(union=other_union)  # number 2 is of that union
    services.declare_conflict(judge=second, entry=made.entries[2], reason="师徒关系回避", by=clerk)
    assert missing(made.event) == [
        ("实操", first.name, 1),
        ("实操", first.name, 3),
        ("实操", second.name, 1),
        ("实操", second.name, 2),
    ]
    services.give_marks(seat=made.seats[0], entry=made.entries[0], points=card(made, "50.5", "30"), seen=0)
    services.give_marks(seat=made.seats[1], entry=made.entries[0], points=card(made, "50"), seen=0)
    services.record_absence(stage=made.stage, entry=made.entries[1], reason="没有到场检录", by=clerk)
    assert missing(made.event) == [("实操", first.name, 3), ("实操", second.name, 1)]
    done = [(row.seat.judge_id, row.done, row.due) for row in progress_of(panel_of(made.event))]
    assert done == [(first.pk, 1, 2), (second.pk, 0, 1)]
    made.entries[2].state, made.entries[2].note = "withdrawn", "生病"
    made.entries[2].withdrawn_at = made.entries[2].entered_at
    made.entries[2].save()
    assert missing(made.event) == [("实操", second.name, 1)]


@pytest.mark.parametrize(
    ("judge", "entry", "holder", "closed"),
    [
        (None, "1/5/", "1/", False),
        ("1/5/", "1/5/", "1/", True),
        ("1/5/", "1/5/9/", "1/", True),
        ("1/5/", "1/6/", "1/", False),
        ("1/", "1/5/", "1/", False),  # of the holder: over all who compete
        ("1/", "1/", "1/", True),
        ("1/", "1/5/", "1/5/", False),  # of a union above the holder
    ],
)
def test_a_judges_own_union_is_closed(judge, entry, holder, closed):
    assert is_closed(judge, entry, holder) is closed


def test_marks_are_kept_changed_and_told(made, clerk):
    seat, entry = made.seats[0], made.entries[0]
    seen = services.give_marks(seat=seat, entry=entry, points=card(made, "50.5", "30"), seen=0, by=clerk)
    assert seen == 2
    assert (
        services.give_marks(seat=seat, entry=entry, points=card(made, "50.5", "30"), seen=0) == 2
    )  # sent again
    seen = services.give_marks(seat=seat, entry=entry, points=card(made, "48", "30.00"), seen=2)
    assert (seen, list(Mark.objects.values_list("points", flat=True))) == (3, [Decimal(48), Decimal(30)])
    whom = {
        "event": made.event.pk,
        "stage": made.stage.pk,
        "seat": seat.pk,
        "judge": seat.judge_id,
        "source": "phone",
    }
    one, two = (criterion.pk for criterion in made.criteria)
    assert told("competitions.mark") == [
        whom
        | {
            "marks": [
                {"entry": entry.pk, "criterion": one, "points": [None, "50.5"]},
                {"entry": entry.pk, "criterion": two, "points": [None, "30"]},
            ]
        },
        whom | {"marks": [{"entry": entry.pk, "criterion": one, "points": ["50.5", "48"]}]},
    ]
    assert [row.actor_id for row in AuditEntry.objects.filter(action="competitions.mark").order_by("pk")] == [
        clerk.pk,
        None,
    ]


def test_a_second_device_overwrites_nothing_it_has_not_seen(made):
    seat, entry = made.seats[0], made.entries[0]
    services.give_marks(seat=seat, entry=entry, points=card(made, "50", "30"), seen=0)
    with pytest.raises(StaleMarksError) as caught:
        services.give_marks(seat=seat, entry=entry, points=card(made, "41", "30"), seen=0)
    one, two = (criterion.pk for criterion in made.criteria)
    assert (caught.value.stored, caught.value.version) == ({one: Decimal(50), two: Decimal(30)}, 2)
    assert list(Mark.objects.values_list("points", flat=True)) == [Decimal(50), Decimal(30)]


def test_bad_points_are_refused_each_with_its_reason(made, other_union):
    seat, entry = made.seats[0], made.entries[0]
    give = services.give_marks
    text = "“操作规范”“60.01”不能作为得分。应为 0 至 60，最多两位小数。"
    for bad in ("60.01", "-1", "1.234", "五十", "1e1", "NaN"):
        said = text.replace("60.01", bad)
        assert refusal(give, seat=seat, entry=entry, points=card(made, bad), seen=0) == said
    assert refusal(give, seat=seat, entry=entry, points={}, seen=0) == "还没有填写得分"
    services.give_marks(seat=seat, entry=entry, points=card(made, "7", ""), seen=0)
    said = "“操作规范”已评 7，不能清空。要改的请填写新的得分。"
    assert refusal(give, seat=seat, entry=entry, points=card(made, "", "5"), seen=1) == said
    Mark.objects.all().delete()
    elsewhere = CriterionFactory(stage__event__contest=made.event.contest).pk
    assert (
        refusal(give, seat=seat, entry=entry, points={elsewhere: "1"}, seen=0) == "评分项已变动，请刷新页面"
    )
    Judge.objects.filter(pk=seat.judge_id).update(union=other_union)
    said = "2 号不由您评分：已退赛、缺考、没有晋级，或按规定回避。请刷新页面。"
    assert refusal(give, seat=seat, entry=made.entries[1], points=card(made, "1"), seen=0) == said
    made.event.contest.state = "open"
    made.event.contest.save()
    said = "竞赛现在是“报名中”，开始之后、结束之前才能评分"
    assert refusal(give, seat=seat, entry=entry, points=card(made, "1"), seen=0) == said
    assert not Mark.objects.exists()


def test_after_the_freeze_nothing_is_marked_and_nobody_called_absent(made, clerk, monkeypatch):
    frozen(made.event)
    facts = {"seat": made.seats[0], "entry": made.entries[0], "points": card(made, "1"), "seen": 0}
    assert refusal(services.give_marks, **facts) == "成绩已封存，不能再评分"
    absence = {"stage": made.stage, "entry": made.entries[0], "reason": "没有到场检录", "by": clerk}
    assert refusal(services.record_absence, **absence) == "成绩已封存，不能再评分"
    # A freeze between our look and our write: the database refuses, in the same words.
    monkeypatch.setattr("competitions.services.marks.refuse_not_scored", lambda event: None)
    assert refusal(services.give_marks, **facts) == "成绩已封存，不能再评分"
    assert not Mark.objects.exists()


def test_a_late_conflict_voids_marks_only_when_said_so(made, clerk):
    seat, entry = made.seats[0], made.entries[0]
    services.give_marks(seat=seat, entry=entry, points=card(made, "50", "30"), seen=0)
    facts = {"judge": seat.judge, "entry": entry, "reason": "师徒关系回避", "by": clerk}
    said = "这位评委已给该参赛号评了 2 项。确需作废的，请勾选后再登记"
    assert refusal(services.declare_conflict, **facts) == said
    conflict = services.declare_conflict(**facts, void=True)
    assert not Mark.objects.exists()
    [details] = told("competitions.conflict_add")
    one, two = (criterion.pk for criterion in made.criteria)
    assert details["voided"] == {f"{seat.pk}/{one}": ["50.00", None], f"{seat.pk}/{two}": ["30.00", None]}
    services.withdraw_conflict(conflict=conflict, by=clerk)
    assert services.give_marks(seat=seat, entry=entry, points=card(made, "50", "30"), seen=4) == 6


def test_a_card_never_has_a_version_twice(made, clerk):
    seat, entry = made.seats[0], made.entries[0]

    def version() -> int:
        return card_versions(seat).get(entry.pk, 0)

    seen = [version(), services.give_marks(seat=seat, entry=entry, points=card(made, "50", "30"), seen=0)]
    facts = {"judge": seat.judge, "entry": entry, "reason": "师徒关系回避", "by": clerk}
    conflict = services.declare_conflict(**facts, void=True)
    seen.append(version())
    services.withdraw_conflict(conflict=conflict, by=clerk)
    with pytest.raises(StaleMarksError) as caught:  # a phone on which the page still shows what was voided
        services.give_marks(seat=seat, entry=entry, points=card(made, "51", "30"), seen=2)
    assert (caught.value.stored, caught.value.version) == ({}, 4)
    seen.append(services.give_marks(seat=seat, entry=entry, points=card(made, "40", "20"), seen=4))
    with pytest.raises(StaleMarksError):
        services.give_marks(seat=seat, entry=entry, points=card(made, "51", "30"), seen=2)
    Mark.objects.filter(criterion=made.criteria[0]).update(points=41)  # whatever writes
    seen.append(version())
    Mark.objects.filter(criterion=made.criteria[0]).update(entry=made.entries[1])
    seen.append(version())
    assert (seen, card_versions(seat)[made.entries[1].pk]) == ([0, 2, 4, 6, 7, 8], 1)
    assert list(Mark.objects.order_by("criterion").values_list("points", flat=True)) == [41, 20]


def test_a_judge_with_an_account_is_kept_apart_from_the_own_union(made, union, officer, clerk):
    contest = made.event.contest
    said = f"账号“{officer.name}”在“{union.name}”任职。请选择评委所属的工会，该工会的参赛号由系统回避"
    facts = {"name": "试验评委", "user": officer, "by": clerk}
    assert refusal(services.add_judge, contest=contest, **facts) == said
    judge = services.add_judge(contest=contest, union=union, **facts)
    services.seat_judges(contest=contest, add=[(made.stage.pk, judge.pk)], drop=[], by=clerk)
    [seat] = judge.seats.all()
    said = "1 号不由您评分：已退赛、缺考、没有晋级，或按规定回避。请刷新页面。"
    assert (
        refusal(services.give_marks, seat=seat, entry=made.entries[0], points=card(made, 1), seen=0) == said
    )
    facts = {"judge": made.judges[1], "version": "1", "user": UserFactory(name="试用户"), "by": clerk}
    said = "账号“试用户”属于本镇工会。请选择评委所属的工会，该工会的参赛号由系统回避"
    assert refusal(services.edit_judge, **facts) == said


def test_judges_and_criteria_stay_once_there_are_marks(made, clerk, other_officer):
    contest, seat, judge = made.event.contest, made.seats[0], made.judges[0]
    pairs = [(made.stage.pk, one.pk) for one in made.judges]
    assert services.seat_judges(contest=contest, add=pairs, drop=pairs[1:], by=clerk) == (0, 1)
    assert services.seat_judges(contest=contest, add=[], drop=pairs[1:], by=clerk) == (0, 0)
    criterion = services.add_criterion(stage=made.stage, position=3, title="安全文明", most=10, by=clerk)
    services.remove_criterion(criterion=criterion, by=clerk)
    services.give_marks(seat=seat, entry=made.entries[0], points=card(made, "50"), seen=0)
    said = f"评委{judge.name}已评分，不能修改。换了手机或链接遗失的，请重新发放评分链接"
    assert refusal(services.edit_judge, judge=judge, version="1", name="试验", by=clerk) == said
    assert refusal(services.remove_judge, judge=judge, by=clerk) == said.replace("修改", "删除")
    said = f"评委{judge.name}在这个环节已评分，不能取消"
    assert refusal(services.seat_judges, contest=contest, add=[], drop=pairs, by=clerk) == said
    said = "已按这些评分项评分，不能再增减或修改。评分标准有误的，请先与裁判长商定处理办法"
    facts = {"criterion": made.criteria[0], "by": clerk}
    assert refusal(services.edit_criterion, version="1", most=99, **facts) == said
    assert refusal(services.remove_criterion, **facts) == said
    assert refusal(services.remove_stage, stage=made.stage, by=clerk) == "竞赛已经开始，不能删除环节"
    services.remove_judge(judge=made.judges[1], by=clerk)
    with pytest.raises(PermissionDenied):
        services.add_judge(contest=contest, name="试验", by=other_officer)
    stranger = ContestFactory(union=contest.union, state="open")
    said = "评委或环节已变动，请刷新页面后重新勾选"
    foreign = StageFactory(event=EventFactory(contest=stranger))
    facts = {"contest": contest, "add": {(foreign.pk, judge.pk)}, "drop": [], "by": clerk}
    assert refusal(services.seat_judges, **facts) == said


def test_a_clone_takes_criteria_along_and_a_planned_stage_goes_with_them(made, clerk):
    made.event.outlier_percent = 15
    made.event.save()
    copy = services.clone_contest(contest=made.event.contest, by=clerk)
    stage = copy.events.get().stages.get()
    assert list(stage.criteria.values_list("title", "most")) == [("操作规范", 60), ("工艺质量", 40)]
    assert (copy.judges.count(), copy.events.get().outlier_percent) == (0, 15)
    services.remove_event(event=copy.events.get(), by=clerk)
    assert copy.events.count() == 0


def test_a_link_is_kept_as_a_digest_and_ends(made, clerk):
    [(judge, link)] = services.issue_judge_links(
        contest=made.event.contest, judges=[made.judges[0].pk], by=clerk
    )
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert bytes(Judge.objects.get(pk=judge.pk).token_hash) == hash_token(token)
    assert token not in str(told("competitions.judge_links"))
    services.end_judge_link(judge=judge, by=clerk)
    assert Judge.objects.get(pk=judge.pk).token_hash is None


def test_the_spread_points_out_who_lies_off_the_median(made):
    made.event.outlier_percent = 10
    made.event.save()
    for seat, points in zip(made.seats, ((50, 30), (40, 20)), strict=True):
        services.give_marks(seat=seat, entry=made.entries[0], points=card(made, *points), seen=0)
    services.give_marks(seat=made.seats[0], entry=made.entries[1], points=card(made, 50, 30), seen=0)
    [row] = spreads_of(panel_of(made.event))
    assert (row.entry, row.spread) == (made.entries[0], Spread(2, Decimal("10.00"), Decimal("20.00"), False))
    scores = [Decimal(80), Decimal(82), Decimal("91.01"), Decimal(81)]
    assert spread_of(scores, Decimal("9.5")) == Spread(4, Decimal("4.39"), Decimal("11.01"), True)
    assert spread_of(scores, Decimal("9.51")).is_outlying is False
    assert spread_of(scores, None).is_outlying is False
    assert spread_of([Decimal(80)], Decimal(1)) is None


def test_invariants_find_marks_that_do_not_belong_together(made, clerk):
    services.give_marks(seat=made.seats[0], entry=made.entries[0], points=card(made, "50", "30"), seen=0)
    assert [text for _, check in INVARIANTS for text in check()] == []
    foreign = bench(made.event.contest.union, [made.entries[0].union])
    one = Mark.objects.order_by("pk").first()
    Mark.objects.filter(pk=one.pk).update(criterion=foreign.criteria[0], points=61)
    Conflict.objects.create(judge=made.judges[0], entry=made.entries[0], reason="师徒关系回避")
    made.seats[1].judge = foreign.judges[0]
    made.seats[1].save()
    Absence.objects.create(stage=made.stage, entry=foreign.entries[0], reason="缺考", recorded_by=clerk)
    facts = {"seat": foreign.seats[0], "finished_at": timezone.now()}
    Typing.objects.create(round=1, typed_by=clerk, settled_at=timezone.now(), **facts)
    Typing.objects.create(round=2, typed_by=UserFactory(), **facts)
    found = [(title, len(check())) for title, check in INVARIANTS]
    assert found == list(zip([title for title, _ in INVARIANTS], (1, 1, 1, 2, 1, 0, 1), strict=True))
