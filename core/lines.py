"""Rows of a list for a file, without the weight of model instances.

A hundred thousand rows with what belongs to them are half a million instances. A column that names what it reads
(``Column.reads``) is served here instead: the database gives the readings alone, and what the column says of a
reading is worked out once, however many rows have it. The page's own function says it, so page and file agree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

MEMO_LIMIT = 50_000  # readings a column remembers; names and numbers hardly repeat


class PlainRow:
    """What a column reads of one row, under the names the model gives it; a missing relation is None."""

    def __init__(self, paths, values):
        nested: dict[str, dict] = {}
        for path, value in zip(paths, values, strict=True):
            name, _, rest = path.partition("__")
            if rest:
                nested.setdefault(name, {})[rest] = value
            else:
                setattr(self, name, value)
        for name, held in nested.items():
            known = any(value is not None for value in held.values())
            setattr(self, name, PlainRow(held.keys(), held.values()) if known else None)


class _Said(dict):
    """Reading → cell, worked out when it is first asked for."""

    def __init__(self, say: Callable):
        self.say = say

    def __missing__(self, reading):
        if len(self) >= MEMO_LIMIT:
            self.clear()
        said = self[reading] = self.say(reading)
        return said


@dataclass(frozen=True)
class AsRead:
    """What a column says when it says a field as it is; ``name`` may lead over a relation (``union__name``)."""

    path: str

    def __call__(self, row, names: dict):
        for name in self.path.split("__"):
            row = getattr(row, name) if row is not None else None
        return row


def plain_lines(
    rows, columns, names: dict, *, chunk: int, as_row: Callable = PlainRow, finish: Callable | None = None
) -> Iterator[tuple]:
    """The rows of a queryset as tuples of cells; every column names what it reads.

    ``as_row(paths, values)`` makes what a column's value asks; ``finish`` has the last word on each cell. A chunk is
    turned column by column, so that no step is taken for each cell in Python.
    """
    paths = list(dict.fromkeys(path for column in columns for path in column.reads))
    places = [[paths.index(path) for path in column.reads] for column in columns]
    sayings = [_saying(column, names, as_row, finish) for column in columns]
    found = rows.values_list(*paths).iterator(chunk_size=chunk)
    while part := list(islice(found, chunk)):
        read = list(zip(*part, strict=True))
        told = []
        for say, place in zip(sayings, places, strict=True):
            readings = read[place[0]] if len(place) == 1 else zip(*(read[at] for at in place), strict=True)
            told.append(map(say, readings) if say else readings)
        yield from zip(*told, strict=True)


def _saying(column, names: dict, as_row: Callable, finish: Callable | None) -> Callable | None:
    """Reading → cell; None for a reading that is the cell."""
    paths, value = column.reads, column.value
    if isinstance(value, AsRead):
        return finish and _Said(finish).__getitem__
    alone = len(paths) == 1

    def say(reading):
        cell = value(as_row(paths, (reading,) if alone else reading), names)
        return finish(cell) if finish else cell

    return _Said(say).__getitem__
