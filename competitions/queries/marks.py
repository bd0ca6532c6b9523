"""Reads over the marks of an event: which are missing, how far each judge is, how far the judges lie apart.

Whoever competes is told by start number. Only ``marks_of`` gives marks, for one seat, to whoever sits there.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Prefetch

from competitions.models import Absence, Card, Criterion, Entry, Event, Judge, Mark, Seat, Stage
from competitions.queries.competing import Apart, out_before
from competitions.rules.judging import Spread, spread_of


class Missing(NamedTuple):
    """A judge who has not marked an entry at a stage by all its criteria."""

    stage: Stage
    judge: Judge
    entry: Entry


@dataclass(frozen=True)
class Panel:
    """An event's stages with their criteria, the seats at them, who competes, and who is kept apart from whom."""

    event: Event
    stages: list[Stage]
    criteria: dict[int, list[Criterion]]  # by stage
    seats: list[Seat]
    entries: list[Entry]
    apart: Apart
    out: dict[int, set[int]]  # entries by stage before which they are out
    absent: set[tuple[int, int]]  # stage, entry

    def entries_for(self, seat: Seat) -> list[Entry]:
        """Whom this seat has to mark, by start number: nobody who is out before the stage or absent at it, and nobody
        the judge is kept apart from."""
        out = self.out[seat.stage_id]
        return [
            entry
            for entry in self.entries
            if entry.pk not in out
            and (seat.stage_id, entry.pk) not in self.absent
            and not self.apart.keeps(seat.judge, entry.pk)
        ]

    def full_mark(self, stage_id: int) -> Decimal:
        """What the criteria of a stage add up to."""
        return sum((one.most for one in self.criteria.get(stage_id, [])), Decimal(0))


class Progress(NamedTuple):
    """How many of the entries a seat has to mark are marked by all criteria."""

    seat: Seat
    done: int
    due: int

    @property
    def left(self) -> int:
        """How many are still to be marked."""
        return self.due - self.done


class Spreading(NamedTuple):
    """How the judges of an entry at a stage lie apart. Without ``has_figures`` only whether it is outlying is shown."""

    stage: Stage
    entry: Entry
    spread: Spread
    has_figures: bool = True


def panel_of(event: Event, seat: Seat | None = None) -> Panel:
    """The panel of an event, or with one seat only; a handful of queries, whatever it holds. Entries are those
    admitted, by start number."""
    event = Event.objects.select_related("contest__union").get(pk=event.pk)
    seats = Seat.objects.filter(stage__event=event).select_related("stage", "judge__union")
    seats = seats.order_by("stage__position", "-judge__is_chief", "judge")
    criteria = defaultdict(list)
    for one in Criterion.objects.filter(stage__event=event).order_by("position"):
        criteria[one.stage_id].append(one)
    entries = list(event.entries.admitted().select_related("union").order_by("start_number", "pk"))
    stages = list(event.stages.all())
    absences = Absence.objects.standing().filter(stage__event=event)
    return Panel(
        event,
        stages,
        dict(criteria),
        list(seats if seat is None else seats.filter(pk=seat.pk)),
        entries,
        Apart.of(event),
        out_before(stages),
        set(absences.values_list("stage", "entry")),
    )


def missing_marks(event: Event) -> list[Missing]:
    """Which judge has yet to mark which entry at which stage, by stage, judge and start number.

    Conflicts, absences and entries that are not admitted any more or are out by then miss nothing; nor does a stage
    without criteria. Whom an earlier stage will cut is named until its line-up is confirmed.
    """
    panel = panel_of(event)
    given = _given(panel)
    return [
        Missing(seat.stage, seat.judge, entry)
        for seat in panel.seats
        for entry in panel.entries_for(seat)
        if len(given.get((seat.pk, entry.pk), {})) < len(panel.criteria.get(seat.stage_id, []))
    ]


def progress_of(panel: Panel) -> list[Progress]:
    """How far each seat is, in the order of the panel."""
    given = _given(panel)
    return [
        Progress(
            seat,
            sum(
                0 < len(panel.criteria.get(seat.stage_id, [])) == len(given.get((seat.pk, entry.pk), {}))
                for entry in due
            ),
            len(due),
        )
        for seat in panel.seats
        for due in [panel.entries_for(seat)]
    ]


def spreads_of(panel: Panel) -> list[Spreading]:
    """How the judges lie apart for each entry that at least two have marked whole; no marks, and not who gave which.
    By stage and start number."""
    given = _given(panel)
    found = []
    for stage in panel.stages:
        full, width = panel.full_mark(stage.pk), len(panel.criteria.get(stage.pk, []))
        seats = [seat for seat in panel.seats if seat.stage_id == stage.pk]
        for entry in panel.entries if full else []:
            whole = [given.get((seat.pk, entry.pk), {}) for seat in seats]
            scores = [sum(marks.values()) * 100 / full for marks in whole if len(marks) == width]
            if spread := spread_of(scores, panel.event.outlier_percent):
                found.append(Spreading(stage, entry, spread))
    return found


def spreads_for(panel: Panel, own_seats: Iterable[Seat]) -> list[Spreading]:
    """The same for a chief judge or a clerk who may sit on the panel. Of stages with an own seat without the figures:
    whoever knows one of two or three marks could work out the others from range and deviation."""
    own = {seat.stage_id for seat in own_seats}
    return [row._replace(has_figures=row.stage.pk not in own) for row in spreads_of(panel)]


def marks_of(seat: Seat) -> dict[int, dict[int, Mark]]:
    """The marks of one seat: entry → criterion → mark. For whoever sits there, and nobody else before the freeze."""
    found = defaultdict(dict)
    for mark in seat.marks.all():
        found[mark.entry_id][mark.criterion_id] = mark
    return dict(found)


def card_versions(seat: Seat) -> dict[int, int]:
    """The version of what a seat gave each entry; entries it never marked are not there: version 0."""
    return dict(Card.objects.filter(seat=seat).values_list("entry", "version"))


def with_seats(judges):
    """These judges with contest, its events, and their seats by event and stage; ``entries_marked`` of a seat is how
    many entries have a mark of it. Three queries, whatever the number."""
    seats = Seat.objects.select_related("stage__event").order_by("stage__event", "stage__position")
    seats = seats.annotate(entries_marked=Count("marks__entry", distinct=True))
    return judges.select_related("contest").prefetch_related(
        "contest__events", Prefetch("seats", queryset=seats)
    )


def _given(panel: Panel) -> dict[tuple[int, int], dict[int, Decimal]]:
    """(seat, entry) → criterion → points."""
    found = defaultdict(dict)
    rows = Mark.objects.filter(seat__in=[seat.pk for seat in panel.seats])
    for seat, entry, criterion, points in rows.values_list("seat", "entry", "criterion", "points"):
        found[seat, entry][criterion] = points
    return dict(found)
