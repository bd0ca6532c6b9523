"""Confirming who does not go on after a stage."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from competitions.models import Cut, Event, Stage
from competitions.queries.lineups import Lineup, lineups_of
from competitions.queries.marks import Missing
from competitions.queries.scores import gaps_of, outcomes_of
from competitions.querysets.contests import EventQuerySet
from competitions.services.freezing import before_the_freeze, refuse_not_scored
from core.errors import RuleError
from unions.scoping import require_editable


@transaction.atomic
def look_at_lineup(*, stage: Stage, by: User) -> Lineup:
    """Who goes on after the stage by the marks today. The look is logged: it tells before the freeze who lies ahead.
    Raises PermissionDenied, and RuleError as ``confirm_lineup`` does."""
    event, lineup = _found(Event.objects.all(), stage, by)
    _record(by, "competitions.lineup_look", event, stage, category=AuditEntry.Category.ACCESS)
    return lineup


@transaction.atomic
def look_at_gaps(*, event: Event, by: User) -> list[Missing]:
    """Which marks are missing for the freeze. Behind a stage that lets only some go on they tell who does by the marks
    today: that look is logged like that at the line-up. Raises PermissionDenied."""
    require_editable(event, by)
    gaps = gaps_of(event, outcomes_of(event))
    last = max((gap.stage.position for gap in gaps), default=0)
    for stage in event.stages.exclude(advance=None).filter(position__lt=last):
        _record(by, "competitions.lineup_look", event, stage, category=AuditEntry.Category.ACCESS)
    return gaps


@transaction.atomic
def confirm_lineup(*, stage: Stage, seen: list[int], by: User) -> Lineup:
    """Leave out at later stages whom the marks surely cut at this one; ``seen`` are the entries (keys) that the page
    named as cut. May be done while marks are missing, and again when marks have changed: who is still open stays in.

    Raises PermissionDenied; RuleError for a stage after which all go on, while the line-up of an earlier stage is not
    confirmed, after the freeze (code ``frozen``), and when the marks now cut others than the page named.
    """
    events = Event.objects.select_for_update(
        of=("self",), no_key=True
    )  # marks on their way are in, later ones wait
    event, lineup = _found(events, stage, by)
    wanted = {entry.pk for entry in lineup.cut}
    if set(seen) != wanted:
        raise RuleError("评分刚有变动，晋级情况与您看到的不同。请核对下面的名单后再确认。", code="seen")
    with before_the_freeze():
        Cut.objects.filter(stage=stage, entry__in=lineup.confirmed - wanted).delete()
        Cut.objects.bulk_create(Cut(stage=stage, entry_id=entry) for entry in wanted - lineup.confirmed)
    lineup.stage.sieved_at = timezone.now()
    lineup.stage.save(update_fields=["sieved_at"])
    _record(
        *(by, "competitions.lineup_confirm", event, stage),
        cut=sorted(wanted),
        back=sorted(lineup.confirmed - wanted),
        open=[entry.pk for entry in lineup.open],
    )
    return lineup


def _found(events: EventQuerySet, stage: Stage, by: User) -> tuple[Event, Lineup]:
    event = events.select_related("contest__union").get(pk=stage.event_id)
    require_editable(event, by)
    refuse_not_scored(event)
    for lineup in lineups_of(event):
        if lineup.stage.pk == stage.pk:
            return event, lineup
        if lineup.stage.sieved_at is None:
            raise RuleError(f"请先确认前面的环节“{lineup.stage.title}”的晋级名单")
    raise RuleError(f"“{stage.title}”没有设晋级名额，全部进入下一环节，不用确认晋级名单")


def _record(by: User, action: str, event: Event, stage: Stage, **details) -> None:
    contest = event.contest
    audit.record(by, action, contest, union_id=contest.union_id, event=event.pk, stage=stage.pk, **details)
