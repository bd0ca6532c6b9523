"""Who sees what of an event's results, by phase (docs/adr/0032), and what waits for whom.

Frozen: the holder. Preliminary: the holder, and the unions that entered; these see the scores of their own entries, of
the others only rank, start number and union. Final: everybody who sees the contest; names stay with those who keep the
people, and the judges' sheets with the holder and the entry's own union.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone

from competitions.models import Contest, Entry, Event, Objection, Result, Stage
from core.access import Permission

Phase = Event.Phase


@dataclass(frozen=True)
class Sheet:
    """What a judge gave in all at a stage, in points, and whether it was left out of the mean."""

    points: str
    is_left_out: bool


@dataclass(frozen=True)
class Score:
    """The score at a stage in percent as text ("—" for none), and the judges' sheets where the user may see them."""

    title: str
    text: str
    sheets: list[Sheet] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One entry in the list of results; ``names`` is empty and ``scores`` None where the user may not see them."""

    result: Result
    names: list[str]
    scores: list[Score] | None
    total: str
    prize: str
    is_own: bool


def fixed_since(contest: Contest) -> dt.date | None:
    """The day on which the first final results of the contest came out; None before."""
    first = contest.events.filter(phase=Phase.FINAL).aggregate(day=Min("final_at"))["day"]
    return first and timezone.localdate(first)


def keeps(event: Event, user) -> bool:
    """Whether the user keeps the contest of the event."""
    return Event.objects.editable_by(user).filter(pk=event.pk).exists()


def may_open(user) -> Exists:
    """Whether the user may open the event of a row: its contest may be closed to those below, though they have results
    in it."""
    return Exists(Event.objects.visible_to(user).filter(pk=OuterRef("event")))


def seen_results(event: Event, user):
    """The results of the event that the user may know of today, best first; none where the phase shows none."""
    rows = event.results.select_related("entry__union", "entry__award__prize")
    rows = rows.order_by("rank", "entry__start_number", "pk")
    if event.phase == Phase.SCORING:
        return rows.none()
    is_open = event.phase == Phase.FINAL or keeps(event, user)
    if not is_open and event.phase == Phase.PRELIMINARY:
        is_open = event.entries.visible_to(user).exists()
    return rows if is_open else rows.none()


def lines_of(event: Event, results, user) -> list[Line]:
    """The results as the user may see them; the same number of queries whatever their number."""
    results = list(results)
    stages = list(event.stages.all())
    own = Entry.objects.visible_to(user).filter(pk__in=[row.entry_id for row in results])
    own = {entry.pk: entry for entry in own.prefetch_related("entrants__worker")}
    return [_line(event, row, stages, own.get(row.entry_id)) for row in results]


def prize_of(row: Result) -> str:
    """The prize the entry got, or nothing."""
    award = getattr(row.entry, "award", None)
    return award.prize.title if award else ""


def published_for(user):
    """Events with published results in which the user's unions take part, as holder or by an entry: newest first."""
    entered = Entry.objects.visible_to(user).filter(event=OuterRef("pk"))
    rows = Event.objects.visible_to(user).filter(phase__in=[Phase.PRELIMINARY, Phase.FINAL])
    rows = rows.filter(Exists(entered)).select_related("contest__union")
    return rows.order_by(F("preliminary_at").desc(), "-pk")


def waiting(user) -> tuple:
    """What waits behind the list of results: events with preliminary results where the user has an objection to decide
    or a result is missing, or whose own entries can still be objected to."""
    if not user.has_perm(Permission.EDIT_CONTESTS):
        return ()
    held = Q(pk__in=Event.objects.editable_by(user).values("pk"))
    open_ones = Objection.objects.filter(event=OuterRef("pk"), state=Objection.State.OPEN)
    entered = Entry.objects.editable_by(user).filter(event=OuterRef("pk"))
    in_time = Q(objections_until__gte=timezone.localdate())
    lacking = Result.objects.filter(event=OuterRef("pk"), standing=Result.Standing.MISSING)
    rows = Event.objects.filter(phase=Phase.PRELIMINARY)
    return (
        rows.filter((held & (Exists(open_ones) | Exists(lacking))) | (~held & in_time & Exists(entered))),
    )


def objectionable(event: Event, user):
    """Entries of the event about which the user may object today: with a result, and no open objection; once the days
    are over, those whose result is missing."""
    if event.phase != Phase.PRELIMINARY:
        return Entry.objects.none()
    open_ones = Objection.objects.filter(entry=OuterRef("pk"), state=Objection.State.OPEN)
    rows = Entry.objects.editable_by(user).filter(event=event, result__isnull=False)
    if timezone.localdate() > event.objections_until:
        rows = rows.filter(result__standing=Result.Standing.MISSING)
    return rows.exclude(Exists(open_ones)).select_related("union").order_by("start_number", "pk")


def missing_results(event: Event):
    """Results of entries that go on by a late correction to a stage where nobody marked them, by start number."""
    rows = event.results.filter(standing=Result.Standing.MISSING).select_related("entry")
    return rows.order_by("entry__start_number", "pk")


def public_results(event_key: int):
    """The event and its ranked results for everybody: only when it is final and the holder opened the list. None
    otherwise. No people are read."""
    event = Event.objects.filter(pk=event_key, phase=Phase.FINAL, is_public=True)
    event = event.exclude(contest__state=Contest.State.CANCELLED).select_related("contest__union").first()
    if event is None:
        return None
    rows = event.results.filter(standing=Result.Standing.RANKED)
    rows = rows.select_related("entry__union", "entry__award__prize")
    return event, list(rows.order_by("rank", "entry__start_number", "pk"))


def _line(event: Event, row: Result, stages: list[Stage], own: Entry | None) -> Line:
    names = [one.worker.name for one in own.entrants.all() if one.left_at is None] if own else []
    shows = own is not None or event.phase == Phase.FINAL
    scores = [_score(row, stage, with_sheets=own is not None) for stage in stages] if shows else None
    total = "" if row.total is None or not shows else f"{row.total:f}"
    return Line(row, names, scores, total, prize_of(row), own is not None)


def _score(row: Result, stage: Stage, *, with_sheets: bool) -> Score:
    found = row.stages.get(str(stage.pk)) or {}
    left_out = set(found.get("left_out", []))
    judges = sorted(found.get("judges", {}).items(), key=lambda pair: int(pair[0]))
    sheets = [Sheet(points, int(seat) in left_out) for seat, points in judges] if with_sheets else []
    return Score(stage.title, found.get("score") or "—", sheets)
