"""What the printed lists of an event say: who competes, in which order, without any number of a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, Prefetch, Q

from competitions.models import Entrant, Entry, Event, Stage
from competitions.queries.competing import competing_at


@dataclass(frozen=True)
class Row:
    """An entry as it is printed: the people competing in it, or who did when it was withdrawn, by name and firm."""

    entry: Entry
    names: list[str]
    firms: list[str]


def by_lot(event: Event) -> list[Row]:
    """Entries with a start number in its order, those withdrawn among them: their numbers stay taken."""
    return _rows(event.entries.exclude(start_number=None).order_by("start_number"))


def to_call(stage: Stage) -> list[Row]:
    """The entries to be called at a stage: by start number, then those that have none yet in the order of entering."""
    return _rows(competing_at(stage).order_by(F("start_number").asc(nulls_last=True), "pk"))


def by_union(event: Event) -> Iterator[tuple[str, list[Row]]]:
    """Name of a union and the entries it has admitted, unions in the order of the tree."""
    rows = _rows(event.entries.admitted().order_by("union__path", "start_number", "pk"))
    for _, own in groupby(rows, key=lambda row: row.entry.union_id):
        found = list(own)
        yield found[0].entry.union.name, found


def _rows(entries) -> list[Row]:
    last = Q(left_at=None) | Q(
        entry__state=Entry.State.WITHDRAWN, successor=None
    )  # who stood in it to the end
    people = Entrant.objects.filter(last).select_related("worker__employer").order_by("pk")
    people = people.defer("worker__phone", "worker__phone_index")
    rows = entries.select_related("union").prefetch_related(Prefetch("entrants", queryset=people))
    return [_row(entry) for entry in rows]


def _row(entry: Entry) -> Row:
    people = [row.worker for row in entry.entrants.all()]
    firms = dict.fromkeys(person.employer.name for person in people if person.employer_id)
    return Row(entry, [person.name for person in people], list(firms))
