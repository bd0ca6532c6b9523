"""What the marks of an event give today: the input of competitions.rules.ranking, read from the database."""

import datetime as dt
from collections import defaultdict

from django.db.models import Q

from competitions.models import Absence, Criterion, Entry, Event, Mark, Result, Seat
from competitions.queries.competing import Apart
from competitions.queries.marks import Missing, missing_marks
from competitions.rules.ranking import Contender, Outcome, StageRule, rank


def contending(event: Event):
    """Entries that get a result: those admitted, and those that withdrew after they had been."""
    gone = Q(state=Entry.State.WITHDRAWN, decided_at__isnull=False)
    return event.entries.filter(Q(state=Entry.State.ADMITTED) | gone).order_by("start_number", "pk")


def rules_of(event: Event) -> list[StageRule]:
    """The stages of the event in their order, with the criteria of each."""
    criteria = defaultdict(dict)
    rows = Criterion.objects.filter(stage__event=event)
    for stage, key, most in rows.values_list("stage", "pk", "most"):
        criteria[stage][key] = most
    return [
        StageRule(stage.pk, stage.weight, criteria[stage.pk], stage.tie_order, stage.advance)
        for stage in event.stages.order_by("position")
    ]


def contenders_of(event: Event) -> list[Contender]:
    """Who gets a result, with their sheets and absences; the same number of queries whatever the event holds. Marks of a
    judge who is kept apart from the entry do not count, nor does what ended after the freeze: a merge of two records
    takes an entry out then (services.people), and its result stays."""
    sheets = _sheets(event)
    absent = defaultdict(set)
    for entry, stage in Absence.objects.standing().filter(stage__event=event).values_list("entry", "stage"):
        absent[entry].add(stage)
    return [
        Contender(entry.pk, sheets[entry.pk], frozenset(absent[entry.pk]), _withdrew(entry, event.frozen_at))
        for entry in contending(event)
    ]


def outcomes_of(event: Event) -> list[Outcome]:
    """What each entry reached by the marks as they stand."""
    return rank(rules_of(event), contenders_of(event), trim=event.trim)


def gaps_of(event: Event, outcomes: list[Outcome]) -> list[Missing]:
    """Which judge has not marked which entry, of the entries that took part in the stage."""
    held = {(outcome.key, stage) for outcome in outcomes for stage in outcome.stages}
    return [gap for gap in missing_marks(event) if (gap.entry.pk, gap.stage.pk) in held]


def rows_of(outcomes: list[Outcome]) -> dict[int, dict]:
    """The facts of a Result by the key of its entry."""
    return {
        outcome.key: {
            "standing": Result.Standing(outcome.standing),
            "total": outcome.total,
            "rank": outcome.rank,
            "stages": {str(key): _told(score) for key, score in outcome.stages.items()},
        }
        for outcome in outcomes
    }


def _withdrew(entry: Entry, frozen_at: dt.datetime | None) -> bool:
    return entry.state == Entry.State.WITHDRAWN and (frozen_at is None or entry.withdrawn_at <= frozen_at)


def _told(score) -> dict:
    return {
        "score": None if score.score is None else str(score.score),
        "judges": {str(seat): str(points) for seat, points in score.judges.items()},
        "left_out": list(score.left_out),
    }


def _sheets(event: Event) -> dict[int, dict]:
    """Entry → stage → seat → criterion → points."""
    apart = Apart.of(event)
    seats = {seat.pk: seat for seat in Seat.objects.filter(stage__event=event).select_related("judge__union")}
    sheets = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    rows = Mark.objects.filter(entry__event=event)
    for key, entry, criterion, points in rows.values_list("seat", "entry", "criterion", "points"):
        if not apart.keeps(seats[key].judge, entry):
            sheets[entry][seats[key].stage_id][key][criterion] = points
    return sheets
