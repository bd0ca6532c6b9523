"""xlsx, xlsm, xls or ods: values by calamine, what it does not tell by a scan of our own."""

import itertools
import struct

import python_calamine

from exchange.reader import biff, ods, xlsx
from exchange.reader.cells import HEAD_ROWS, Facts, filled
from exchange.reader.packed import Packed

HEAD_SHEETS = 12
HEAD_WITHIN = 1_000
MAX_MERGED = 100_000
SHOWN_MERGED = 60  # rows in which a header's merged areas begin


class Spreadsheet:
    """An open workbook. ``facts`` are those of each sheet, by its place in the workbook."""

    def __init__(self, path: str, facts: list[Facts]):
        with open(path, "rb") as file:
            self.workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        self.facts = facts
        self.loaded: dict[int, object] = {}

    def sheets(self) -> list[dict]:
        """Name, visibility, head, and what is hidden or merged, of each sheet."""
        found = []
        for index, meta in enumerate(self.workbook.sheets_metadata[:HEAD_SHEETS]):
            if str(meta.typ).endswith("WorkSheet"):
                found.append(self._described(index, meta))
        return found

    def _described(self, index: int, meta) -> dict:
        sheet = self.workbook.get_sheet_by_index(index)
        self.loaded[index] = sheet
        facts = self.facts_of(index)
        if sheet.merged_cell_ranges is not None:
            facts.merged = [
                [first[0] + 1, first[1], last[0] + 1, last[1]]
                for first, last in sheet.merged_cell_ranges[:MAX_MERGED]
            ]
        return {
            "index": index,
            "name": meta.name,
            "visible": str(meta.visible).endswith("Visible"),
            "head": self._head(index),
            "merged": [area for area in facts.merged if area[0] <= SHOWN_MERGED],
            "hidden_rows": facts.hidden_rows,
            "hidden_columns": facts.hidden_columns,
        }

    def _head(self, index: int) -> list:
        """The first filled rows; those below a long gap count only if there are none above it."""
        found = list(itertools.islice(self.rows(index, within=HEAD_WITHIN), HEAD_ROWS))
        return found or list(itertools.islice(self.rows(index), HEAD_ROWS))

    def facts_of(self, index: int) -> Facts:
        """What a sheet says beside its values."""
        if index >= len(self.facts):
            self.facts += [Facts() for _ in range(index + 1 - len(self.facts))]
        return self.facts[index]

    def most_rows(self, index: int) -> int:
        """What its filled rows cannot be more than."""
        return self.loaded[index].total_height

    def rows(self, index: int, *, within: int | None = None):
        """The filled rows of a sheet, or those among its first ``within`` rows."""
        sheet = self.loaded[index]
        offset = sheet.start[1] if sheet.start else 0
        rows = itertools.islice(sheet.iter_rows(), within)
        return filled(rows, offset, self.facts_of(index).errors)


def open_zip(path: str, limits: dict) -> Spreadsheet:
    """A workbook packed as zip. Raises RefusedError before anything is unpacked that should not be."""
    packed = Packed(path, limits)
    facts: list[Facts] = []
    if "content.xml" in packed:
        packed.verify(but=["content.xml"])
        facts = ods.scan_content(packed)
    elif "xl/workbook.xml" in packed:
        parts = xlsx.sheet_parts(packed)[:HEAD_SHEETS]
        packed.verify(but=parts)
        facts = xlsx.scan_sheets(packed, parts, limits["cells"])
    else:
        packed.verify(but=[])
    return Spreadsheet(path, facts)


def open_compound(path: str, data: bytes) -> Spreadsheet:
    """An xls workbook."""
    try:
        facts = biff.scan_stream(biff.workbook_stream(data))
    except (ValueError, IndexError, ArithmeticError, struct.error):
        facts = []  # what is wrong with the file is for calamine to say
    return Spreadsheet(path, facts)
