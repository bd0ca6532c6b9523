"""Rows of a list for a file, without the weight of model instances.

A hundred thousand rows with what belongs to them are half a million instances. A column that names what it reads
(``Column.reads``) is served here instead: the database gives the readings alone, and what the column says of a
reading is worked out once, however many rows have it. The page's own function says it, so page and file agree.
"""

from collections.abc import Callable, Iterator
from operator import itemgetter

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


def plain_lines(
    rows, columns, names: dict, *, chunk: int, as_row: Callable = PlainRow, finish: Callable | None = None
) -> Iterator[list]:
    """The rows of a queryset as lists of cells; every column names what it reads.

    ``as_row(paths, values)`` makes what a column's value asks; ``finish`` has the last word on each cell.
    """
    paths = list(dict.fromkeys(path for column in columns for path in column.reads))
    place = {path: index for index, path in enumerate(paths)}
    sayings = [
        (_said(column, names, as_row, finish), itemgetter(*(place[path] for path in column.reads)))
        for column in columns
    ]
    for values in rows.values_list(*paths).iterator(chunk_size=chunk):
        yield [said[read(values)] for said, read in sayings]


def _said(column, names: dict, as_row: Callable, finish: Callable | None) -> _Said:
    paths, value = column.reads, column.value
    alone = len(paths) == 1

    def say(reading):
        cell = value(as_row(paths, (reading,) if alone else reading), names)
        return finish(cell) if finish else cell

    return _Said(say)
