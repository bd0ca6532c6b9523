"""content.xml of an ods file, searched for what the values do not tell: hidden rows and columns, merged cells."""

import re

from exchange.reader.cells import Facts
from exchange.reader.packed import Packed

MOST_ROWS = 10_000_000
_TAG = re.compile(rb"<table:(table|table-row|table-column)([\s/][^<>]*)?>")
_CELL = re.compile(rb"<table:(?:covered-)?table-cell([^<>]*)>")
_ROW_START = b"<table:table-row"


def number(tag: bytes, name: bytes) -> int:
    """A counting attribute of a tag; 1 where it is not given or no number."""
    found = re.search(rb"\btable:" + name + rb"\s*=\s*[\"'](\d{1,8})[\"']", tag)
    return max(int(found[1]), 1) if found else 1


class ContentScan:
    """Follows the tables of a content.xml; ``facts`` has one entry for each."""

    def __init__(self) -> None:
        self.facts: list[Facts] = []
        self.row = self.column = 1

    def feed(self, text: bytes) -> None:
        """Take in a piece that ends where a row begins."""
        tags = list(_TAG.finditer(text))
        for place, tag in enumerate(tags):
            kind, attributes = tag[1], tag[2] or b""
            if kind == b"table":
                self.facts.append(Facts())
                self.row, self.column = 1, 0
            elif not self.facts:
                continue
            elif kind == b"table-column":
                self._column(attributes)
            else:
                end = tags[place + 1].start() if place + 1 < len(tags) else len(text)
                self._row(attributes, text[tag.end() : end])

    def _column(self, attributes: bytes) -> None:
        repeated = number(attributes, b"number-columns-repeated")
        if _is_hidden(attributes):
            self.facts[-1].hide_columns(self.column, self.column + repeated - 1)
        self.column = min(self.column + repeated, MOST_ROWS)

    def _row(self, attributes: bytes, inside: bytes) -> None:
        repeated = number(attributes, b"number-rows-repeated")
        if _is_hidden(attributes):
            self.facts[-1].hide_rows(self.row, self.row + repeated - 1)
        if b"-spanned" in inside or b'"error"' in inside:
            self._cells(inside)
        self.row = min(self.row + repeated, MOST_ROWS)

    def _cells(self, inside: bytes) -> None:
        column = 0
        for cell in _CELL.finditer(inside):
            rows, columns = (
                number(cell[1], b"number-rows-spanned"),
                number(cell[1], b"number-columns-spanned"),
            )
            if rows > 1 or columns > 1:
                self.facts[-1].merged.append([self.row, column, self.row + rows - 1, column + columns - 1])
            if b'calcext:value-type="error"' in cell[1]:
                shown = re.match(rb"\s*<text:p>([^<]{1,20})<", inside[cell.end() :])
                self.facts[-1].mark_error(
                    self.row, column, shown[1].decode("utf-8", "replace") if shown else "#N/A"
                )
            column += number(cell[1], b"number-columns-repeated")


def _is_hidden(attributes: bytes) -> bool:
    return b'table:visibility="collapse"' in attributes or b'table:visibility="filter"' in attributes


def scan_content(packed: Packed) -> list[Facts]:
    """What each table of the file says, in order."""
    scan, rest = ContentScan(), b""
    for chunk in packed.chunks("content.xml"):
        buffer = rest + chunk
        cut = buffer.rfind(_ROW_START)
        if cut <= 0:
            cut = buffer.rfind(b"<")
        whole, rest = (buffer[:cut], buffer[cut:]) if cut > 0 else (buffer, b"")
        scan.feed(whole)
    scan.feed(rest)
    return scan.facts
