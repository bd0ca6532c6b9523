"""Cells on their way out of a file: values as JSON carries them, and what a sheet says beside its values."""

import datetime as dt
import math
from dataclasses import dataclass, field

HEAD_ROWS = 60  # filled rows of each sheet that are shown before one is chosen
HEAD_TEXT = 2_000
MAX_COLUMNS = 300
PLAIN = (str, float, bool)
NOT_A_NUMBER = "#NUM!"
NOT_COMPUTED = "#未计算"  # a formula whose result the file does not hold (core.exchange.NOT_COMPUTED)


class RefusedError(Exception):
    """The file cannot be read; the code is turned into a sentence by ``exchange.reading``."""

    def __init__(self, code: str, **facts):
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass
class Facts:
    """What a sheet says beside its values. Rows count from 1, columns from 0, spans and areas are inclusive."""

    hidden_rows: list[list[int]] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)  # row → column → “#N/A”
    merged: list[list[int]] = field(default_factory=list)  # first row, first column, last row, last column

    def hide_rows(self, first: int, last: int) -> None:
        """Add hidden rows; they come in order or are sorted at the end."""
        if self.hidden_rows and self.hidden_rows[-1][1] + 1 == first:
            self.hidden_rows[-1][1] = last
        else:
            self.hidden_rows.append([first, last])

    def hide_columns(self, first: int, last: int) -> None:
        """Add hidden columns, as far as columns are read at all."""
        self.hidden_columns += range(max(first, 0), min(last + 1, MAX_COLUMNS))

    def mark_error(self, row: int, column: int, text: str) -> None:
        """Note a cell that holds an error value, which is neither text nor nothing."""
        if 0 <= column < MAX_COLUMNS:
            self.errors.setdefault(row, {})[column] = text


def cell(value):
    """A cell as text, number or truth value; dates become ISO text, so their type is not lost."""
    if isinstance(value, PLAIN):
        return value.replace("\0", "") if type(value) is str and "\0" in value else value
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, int):
        return float(value) if abs(value) < 2**53 else str(value)
    return str(value)


def cells(row: list, offset: int) -> list:
    """The cells of a row from column A on, without the blank tail, at most MAX_COLUMNS."""
    values = [value if type(value) is str or type(value) is float else cell(value) for value in row]
    if any("\0" in value for value in values if type(value) is str):
        values = [value.replace("\0", "") if type(value) is str else value for value in values]
    if offset:
        values = [""] * offset + values
    del values[MAX_COLUMNS:]
    while values and (values[-1] == "" or (type(values[-1]) is str and not values[-1].strip())):
        values.pop()
    return values


def filled(rows, offset: int = 0, errors: dict[int, dict[int, str]] | None = None):
    """(sheet row number, cells) of the rows that hold something; error values stand where they belong."""
    errors = errors or {}
    for number, row in enumerate(rows, start=1):
        marked = errors.get(number) if errors else None
        if marked or any(row) or 0.0 in row:
            values = cells(row, offset)
            if marked:
                put(values, marked)
            if values:
                yield number, values


def put(values: list, texts: dict[int, object]) -> None:
    """Put cells into a row by column; the row grows as far as needed."""
    for column, text in texts.items():
        values += [""] * (column + 1 - len(values))
        values[column] = text


def countable(rows: list) -> list:
    """The rows with every NaN and infinity, which no spreadsheet can hold, as the error value it would show."""
    return [
        (number, [NOT_A_NUMBER if type(v) is float and not math.isfinite(v) else v for v in values])
        for number, values in rows
    ]


def shortened(rows: list) -> list:
    """The rows of a head, no text longer than anything that is looked for in one."""
    return [
        (number, [value[:HEAD_TEXT] if type(value) is str else value for value in values])
        for number, values in rows
    ]


class Unmerged:
    """Gives the value of a cell that is merged downwards to every row it covers, below the header.

    A merged area wider than a column keeps its value in the first one. Rows that hold nothing of their own stay
    blank. ``spread`` lists what was done: first row, last row, column.
    """

    LISTED = 200

    def __init__(self, areas: list[list[int]], after: int):
        self.starts: dict[int, list[list[int]]] = {}
        for area in areas:
            if area[0] > after and area[2] > area[0] and area[1] < MAX_COLUMNS:
                self.starts.setdefault(area[0], []).append(area)
        self.open: dict[int, tuple[int, object, list[int]]] = {}
        self.spread: list[list[int]] = []

    def rows(self, rows):
        """The rows with the values of merged cells in place."""
        for number, values in rows:
            if self.open:
                self._fill(number, values)
            for first, column, last, _ in self.starts.get(number, ()):
                if column < len(values) and values[column] != "":
                    self.open[column] = (last, values[column], [first, first, column])
            yield number, values

    def _fill(self, number: int, values: list) -> None:
        for column, (last, value, span) in list(self.open.items()):
            if number > last:
                del self.open[column]
            elif column >= len(values) or values[column] == "":
                put(values, {column: value})
                if span[1] == span[0] and len(self.spread) < self.LISTED:
                    self.spread.append(span)
                span[1] = number
