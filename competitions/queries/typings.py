"""Reads over score sheets that are typed back: the grid of a sheet, and where the two typings differ."""

from dataclasses import dataclass
from decimal import Decimal

from competitions.models import Criterion, Entry, Seat, TypedMark, Typing
from competitions.queries.marks import marks_of, panel_of


@dataclass(frozen=True)
class Difference:
    """A cell where the two typings differ, or agree on something else than the mark that is stored. None is a blank."""

    entry: Entry
    criterion: Criterion
    first: Decimal | None
    second: Decimal | None
    stored: Decimal | None

    @property
    def cell(self) -> tuple[int, int]:
        """(entry, criterion), by their keys."""
        return self.entry.pk, self.criterion.pk

    @property
    def named(self) -> str:
        """Start number and criterion."""
        return f"{self.entry.start_number} 号“{self.criterion.title}”"


@dataclass(frozen=True)
class Sheet:
    """A judge's score sheet: who stands on it by start number, and the criteria."""

    seat: Seat
    entries: list[Entry]
    criteria: list[Criterion]


def sheet_of(seat: Seat) -> Sheet:
    """The sheet of a seat: entries with a start number that the seat marks."""
    panel = panel_of(seat.stage.event, seat)
    entries = [one for one in panel.entries_for(seat) if one.start_number]
    return Sheet(seat, entries, panel.criteria.get(seat.stage_id, []))


def typed_of(typing: Typing | None) -> dict[tuple[int, int], Decimal]:
    """What somebody typed: (entry, criterion) → points."""
    if typing is None:
        return {}
    rows = TypedMark.objects.filter(typing=typing).values_list("entry", "criterion", "points")
    return {(entry, criterion): points for entry, criterion, points in rows}


def compare(seat: Seat) -> list[Difference]:
    """Where the two typings of a seat differ, by start number and criterion; also where both agree on something else
    than a mark that the seat has already. Nothing before both exist."""
    typings = list(seat.typings.order_by("round"))
    if len(typings) < 2:
        return []
    sheet, (first, second), stored = sheet_of(seat), (typed_of(one) for one in typings), marks_of(seat)
    found = []
    for entry in sheet.entries:
        for criterion in sheet.criteria:
            cell, marks = (entry.pk, criterion.pk), stored.get(entry.pk, {})
            one, two = first.get(cell), second.get(cell)
            mark = marks[criterion.pk].points if criterion.pk in marks else None
            if one != two or (mark is not None and mark != one):
                found.append(Difference(entry, criterion, one, two, mark))
    return found
