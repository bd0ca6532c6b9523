"""Who is still in at a later stage: what the holder confirms, and that every page, sheet and paper leaves out the same."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from competitions import services
from competitions.invariants.judging import INVARIANTS
from competitions.models import Cut, Judge, Mark, Stage
from competitions.queries.lineups import lineups_of
from competitions.queries.marks import missing_marks, panel_of, progress_of
from competitions.queries.printing import to_call
from competitions.queries.typings import sheet_of
from competitions.services.typings import save_typing
from tests.competitions.judging import bench
from tests.factories.contests import CriterionFactory, EntryFactory, MarkFactory, SeatFactory, StageFactory

pytestmark = pytest.mark.django_db
FINAL = Stage.Kind.FINAL


@pytest.fixture
def made(town, union, other_union):
    """A stage (实操) after which two of four go on to the final (决赛); two judges at each."""
    made = bench(town, [union, other_union], entries=4)
    Stage.objects.filter(pk=made.stage.pk).update(advance=2, weight=60)
    made.stage.refresh_from_db()
    made.final = StageFactory(event=made.event, position=2, title="决赛", kind=FINAL, weight=40)
    made.point = CriterionFactory(stage=made.final, title="决赛成绩", most=100)
    made.final_seats = [SeatFactory(stage=made.final, judge=judge) for judge in made.judges]
    return made


def give(made, number: int, *points, seats=None) -> None:
    """Each judge gives the entry with this start number the same points of 100."""
    for seat in made.seats if seats is None else seats:
        for criterion, value in zip(made.criteria, points, strict=True):
            MarkFactory(seat=seat, entry=made.entries[number - 1], criterion=criterion, points=value)


def told(made) -> tuple[list, list, list]:
    [lineup] = lineups_of(made.event)
    groups = (lineup.through, lineup.cut, lineup.open)
    return tuple([entry.start_number for entry in group] for group in groups)


def confirm(made, by, *cut) -> None:
    seen = [made.entries[number - 1].pk for number in cut]
    services.confirm_lineup(stage=made.stage, seen=seen, by=by)


def refusal(call, **facts) -> str:
    with pytest.raises(ValidationError) as caught:
        call(**facts)
    return " ".join(caught.value.messages)


def test_everybody_is_asked_for_until_the_line_up_is_confirmed(made, clerk):
    for number, points in enumerate(((50, 30), (40, 30), (30, 30), (20, 30)), start=1):
        give(made, number, *points)
    assert told(made) == ([1, 2], [3, 4], [])
    assert [one.start_number for one in panel_of(made.event).entries_for(made.final_seats[0])] == [1, 2, 3, 4]
    confirm(made, clerk, 3, 4)
    panel = panel_of(made.event)
    assert [one.start_number for one in panel.entries_for(made.seats[0])] == [1, 2, 3, 4]
    assert [one.start_number for one in panel.entries_for(made.final_seats[0])] == [1, 2]
    assert [row.entry.start_number for row in to_call(made.final)] == [1, 2]
    assert [row.entry.start_number for row in to_call(made.stage)] == [1, 2, 3, 4]
    assert [one.start_number for one in sheet_of(made.final_seats[0]).entries] == [1, 2]
    gaps = [(gap.stage.title, gap.entry.start_number) for gap in missing_marks(made.event)]
    assert gaps == [("决赛", 1), ("决赛", 2)] * 2
    assert [(row.done, row.due) for row in progress_of(panel)] == [(4, 4)] * 2 + [(0, 2)] * 2
    seat, entry, points = made.final_seats[0], made.entries[2], {made.point.pk: "80"}
    said = "3 号不由您评分：已退赛、缺考、没有晋级，或按规定回避。请刷新页面。"
    assert refusal(services.give_marks, seat=seat, entry=entry, points=points, seen=0) == said
    said = "参赛号或评分项已变动（退赛、缺考、未晋级或回避），请刷新页面后核对"
    cells = {(entry.pk, made.point.pk): "80"}
    facts = {"seat": seat, "cells": cells, "is_finished": False, "by": clerk}
    assert refusal(save_typing, **facts) == said
    said = "这项报名不在这个环节的参赛名单中（已退赛、前面环节缺考，或没有晋级），请刷新页面"
    facts = {"stage": made.final, "entry": entry, "reason": "没有到场", "by": clerk}
    assert refusal(services.record_absence, **facts) == said
    details = AuditEntry.objects.get(action="competitions.lineup_confirm").details
    keys = [entry.pk for entry in made.entries]
    wanted = {"event": made.event.pk, "stage": made.stage.pk, "cut": keys[2:], "back": [], "open": []}
    assert details == wanted


def test_who_was_absent_is_out_of_what_follows_at_once(made, clerk):
    services.record_absence(stage=made.stage, entry=made.entries[1], reason="没有到场检录", by=clerk)
    panel = panel_of(made.event)
    assert [one.start_number for one in panel.entries_for(made.seats[0])] == [1, 3, 4]
    assert [one.start_number for one in panel.entries_for(made.final_seats[0])] == [1, 3, 4]
    assert [row.entry.start_number for row in to_call(made.stage)] == [1, 2, 3, 4]
    assert [row.entry.start_number for row in to_call(made.final)] == [1, 3, 4]


def test_missing_marks_do_not_hold_a_confirmation_up_and_leave_who_is_open_in(made, clerk):
    give(made, 1, 50, 30)
    give(made, 2, 40, 30)
    give(made, 3, 10, 10)
    give(made, 4, 60, 40, seats=made.seats[:1])
    assert told(made) == ([1], [3], [2, 4])
    confirm(made, clerk, 3)
    assert [one.start_number for one in panel_of(made.event).entries_for(made.final_seats[0])] == [1, 2, 4]
    give(made, 4, 60, 40, seats=made.seats[1:])
    [lineup] = lineups_of(made.event)
    assert (told(made), lineup.differs) == (([1, 4], [2, 3], []), True)
    said = "评分刚有变动，晋级情况与您看到的不同。请核对下面的名单后再确认。"
    assert refusal(confirm, made=made, by=clerk) == said
    confirm(made, clerk, 2, 3)
    assert [lineup.differs for lineup in lineups_of(made.event)] == [False]
    assert list(Cut.objects.order_by("entry").values_list("entry__start_number", flat=True)) == [2, 3]


def test_a_corrected_mark_brings_an_entry_back_before_the_freeze(made, clerk):
    for number, points in enumerate(((50, 30), (40, 30), (30, 30)), start=1):
        give(made, number, *points)
    services.record_absence(stage=made.stage, entry=made.entries[3], reason="没有到场检录", by=clerk)
    confirm(made, clerk, 3)
    for seat in made.final_seats:
        for entry in made.entries[:2]:
            MarkFactory(seat=seat, entry=entry, criterion=made.point, points=80)
    Mark.objects.filter(entry=made.entries[2], criterion=made.criteria[0]).update(points=45)
    said = (
        "已确认的晋级名单与现在的评分不一致，按评分应当晋级的有：实操 3 号。请到评分页面再次确认晋级名单；"
        "后面的环节已经比完的，补评或者登记缺考。"
    )
    assert refusal(services.freeze, event=made.event, by=clerk) == said
    confirm(made, clerk, 2)
    details = AuditEntry.objects.filter(action="competitions.lineup_confirm").latest("pk").details
    assert (details["cut"], details["back"]) == ([made.entries[1].pk], [made.entries[2].pk])
    services.record_absence(stage=made.final, entry=made.entries[2], reason="决赛没有到场", by=clerk)
    services.freeze(event=made.event, by=clerk)
    standings = made.event.results.order_by("entry__start_number").values_list("standing", flat=True)
    assert list(standings) == ["ranked", "cut", "absent", "absent"]
    assert refusal(confirm, made=made, by=clerk) == "成绩已封存，不能再评分"


def test_line_ups_are_confirmed_in_order_by_the_holder_alone(made, clerk, other_officer):
    said = "“决赛”没有设晋级名额，全部进入下一环节，不用确认晋级名单"
    confirm(made, clerk)
    assert refusal(services.confirm_lineup, stage=made.final, seen=[], by=clerk) == said
    Stage.objects.filter(pk=made.final.pk).update(advance=1, weight=20)
    StageFactory(event=made.event, position=3, title="加赛", weight=20)
    Stage.objects.filter(pk=made.stage.pk).update(sieved_at=None)
    said = "请先确认前面的环节“实操”的晋级名单"
    assert refusal(services.confirm_lineup, stage=made.final, seen=[], by=clerk) == said
    with pytest.raises(PermissionDenied):
        confirm(made, other_officer)


def test_a_judge_learns_who_is_cut_only_by_the_confirmation(client, made, clerk):
    Judge.objects.filter(pk=made.judges[0].pk).update(user=clerk)
    for number, points in enumerate(((50, 30), (40, 30), (30, 30), (20, 30)), start=1):
        give(made, number, *points)
    client.force_login(clerk)
    url = reverse("competitions:my_seat", args=[made.final_seats[0].pk])

    def shown() -> list[int]:
        page = client.get(url).content.decode()
        assert ("“实操”的晋级名单还没有确认，这里列出全部参赛号" in page) is (not Cut.objects.exists())
        return [number for number in (1, 2, 3, 4) if f">{number} 号<" in page]

    assert shown() == [1, 2, 3, 4]
    confirm(made, clerk, 3, 4)
    assert shown() == [1, 2]


def test_the_page_names_the_three_groups_and_logs_each_look(client, made, clerk):
    give(made, 1, 50, 30)
    give(made, 2, 40, 30)
    give(made, 3, 10, 10)
    client.force_login(clerk)
    url = reverse("competitions:lineup_confirm", args=[made.stage.pk])
    page = client.get(url).content.decode()
    assert [text in page for text in ("晋级（1）", "未晋级（1）", "尚未确定（2）")] == [True] * 3
    assert AuditEntry.objects.filter(action="competitions.lineup_look").count() == 1
    answer = client.post(url, {"cut": [made.entries[0].pk]})
    assert "晋级情况与您看到的不同" in answer.content.decode()
    assert client.post(url, {"cut": [made.entries[2].pk]}).status_code == 302
    assert [cut.entry for cut in Cut.objects.all()] == [made.entries[2]]
    judging = client.get(reverse("competitions:event_judging", args=[made.event.pk])).content.decode()
    assert "再次确认" in judging


def test_the_gaps_of_the_freeze_tell_who_goes_on_and_that_look_is_logged(client, made, clerk):
    for number, points in enumerate(((50, 30), (40, 30), (30, 30)), start=1):
        give(made, number, *points)
    client.force_login(clerk)
    url = reverse("competitions:event_freeze", args=[made.event.pk])

    def looks():
        return [row.details["stage"] for row in AuditEntry.objects.filter(action="competitions.lineup_look")]

    services.record_absence(stage=made.stage, entry=made.entries[3], reason="没有到场检录", by=clerk)
    rows = [gap.entry.start_number for gap in client.get(url).context["gaps"]]
    assert (rows, looks()) == ([1, 2] * 2, [made.stage.pk])
    for seat in made.final_seats:
        for entry in made.entries[:2]:
            MarkFactory(seat=seat, entry=entry, criterion=made.point, points=80)
    assert (client.get(url).context["gaps"], looks()) == ([], [made.stage.pk])


def test_line_ups_ask_as_often_for_many_entries_as_for_one(made, union):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            lineups_of(made.event)
        return len(queries)

    first = asked()
    for number in range(5, 9):
        made.entries.append(
            EntryFactory(event=made.event, union=union, state="admitted", start_number=number)
        )
        give(made, number, 20, 20)
    assert asked() == first


def test_an_invariant_finds_cuts_that_were_never_confirmed(made):
    foreign = bench(made.event.contest.union, [made.entries[0].union])
    Cut.objects.create(stage=made.stage, entry=made.entries[0])
    Stage.objects.filter(pk=foreign.stage.pk).update(sieved_at=timezone.now())
    Cut.objects.create(stage=foreign.stage, entry=made.entries[1])
    found = {title: len(check()) for title, check in INVARIANTS}
    assert found["cuts lie in the event of their entry, at a confirmed stage"] == 2
