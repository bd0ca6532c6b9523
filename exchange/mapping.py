"""What the page shows on which a person says which column is which (列对应)."""

import re
from dataclasses import dataclass, field

from core.characters import as_text
from core.errors import RuleError
from core.exchange import Column, Exchange
from core.rowkeys import read_heading
from core.text import mask_number
from exchange.headings import Headings, column_letter
from exchange.layouts import (
    CHOSEN,
    CONSTANT,
    GUESSED,
    HEADER_ROWS,
    REMEMBERED,
    SHOWN_ROWS,
    Layout,
    header_layout,
)
from exchange.models import ImportRun
from exchange.remembering import columns_of, memory_for
from exchange.sniffing import best_layout

__all__ = [
    "HEADER_ROWS",
    "ColumnsRead",
    "FileColumn",
    "Table",
    "columns_read",
    "holds_numbers",
    "likely_header",
]
__all__ += ["masked", "place_for", "table_for"]

SUGGESTED = "suggested"
SAMPLES, LOOKED_AT = 3, 12
SOURCES = {
    GUESSED: "自动识别",
    REMEMBERED: "按记住的",
    CHOSEN: "手工指定",
    CONSTANT: "统一填写",
    SUGGESTED: "按内容建议，请核对",
}
# Identity numbers, phones, accounts and their kind; a date of eight digits is none of them.
_LONG_NUMBER = re.compile(r"[A-Za-z]{0,3}[0-9][0-9 -]{5,}[0-9][0-9Xx]?")
_DATE = re.compile(r"(?:19|20)[0-9]{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12][0-9]|3[01])")


@dataclass
class FileColumn:
    """One column of the file: its title, samples (masked), and the attribute it is read as."""

    index: int
    title: str
    group: str
    samples: list[str]
    attribute: str = ""
    source: str = ""
    is_hidden: bool = False
    is_twice: bool = False

    @property
    def letter(self) -> str:
        """The letter over it."""
        return column_letter(self.index)

    @property
    def source_text(self) -> str:
        """How its meaning was found, in words."""
        return SOURCES.get(self.source, "")


@dataclass
class Absent:
    """A required column the file may lack: what is stated for all rows instead."""

    attribute: str
    title: str
    text: str
    offered: list[str]
    hint: str


@dataclass
class Table:
    """A sheet with its header rows, as the page shows it."""

    sheet: dict
    first_row: int
    last_row: int
    columns: list[FileColumn]
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    preview: list[tuple[int, bool, list[str]]] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)

    @property
    def hidden_rows(self) -> int:
        """How many rows below the header the sheet hides."""
        spans = [(max(first, self.last_row + 1), last) for first, last in self.sheet.get("hidden_rows", [])]
        return sum(last - first + 1 for first, last in spans if first <= last)


@dataclass
class ColumnsRead:
    """How the columns of a checked file were read: (letter, title, our title, source), and what was left out."""

    read: list[tuple[str, str, str, str]]
    ignored: list[str]


def columns_read(run: ImportRun) -> ColumnsRead:
    """The mapping in effect, in the order of the sheet."""
    titles, sources = run.header.get("titles", []), run.header.get("sources", {})
    known = run.kind_class.columns()
    places = {index: name for name, index in run.header.get("positions", {}).items()}
    read = [
        (
            "" if sources.get(name) == CONSTANT else column_letter(index),
            masked(titles[index] if index < len(titles) else ""),
            known[name].column_name,
            "" if sources.get(name) == GUESSED else SOURCES.get(sources.get(name), ""),
        )
        for index, name in sorted(places.items())
        if name in known
    ]
    return ColumnsRead(read, _ignored(titles, places))


def _ignored(titles: list[str], places: dict) -> list[str]:
    return [
        masked(title)
        for at, title in enumerate(titles)
        if title and at not in places and not read_heading(title)
    ]


def masked(value, column: Column | None = None) -> str:
    """A cell as the page may show it: by the column's mask, and without what looks like a personal number."""
    if column and column.mask:
        return column.shown(value)
    text = as_text(value).replace("\n", " ").strip()[:60]
    return _LONG_NUMBER.sub(
        lambda found: found[0] if _DATE.fullmatch(found[0]) else mask_number(found[0]), text
    )


def holds_numbers(texts: list[str]) -> bool:
    """True if one of the texts looks like a personal number: then they are no titles."""
    return any(masked(text) != as_text(text).replace("\n", " ").strip()[:60] for text in texts)


def place_for(run: ImportRun, sheets: list[dict]) -> tuple[int, int, int]:
    """Sheet index, first and last header row that the page begins with."""
    if run.layout.get("columns"):
        return run.layout["sheet_index"], run.layout["first_row"], run.layout["last_row"]
    if "sheet_index" in run.header:
        return run.header["sheet_index"], run.header["first_row"], run.header["last_row"]
    if found := best_layout(sheets, run.kind_class):
        return found.sheet_index, found.first_row, found.last_row
    sheet = max(sheets, key=lambda sheet: (sheet["visible"], len(sheet["head"]) > 1, -sheet["index"]))
    return sheet["index"], *(2 * [likely_header(sheet, run.kind_class)])


def likely_header(sheet: dict, kind: type[Exchange]) -> int:
    """The row of a sheet that looks most like titles: no numbers, then known titles, then many different texts."""
    if found := best_layout([sheet], kind):
        return found.first_row
    headings = Headings(kind)

    def worth(row):
        number, cells = row
        texts = [as_text(cell).strip() for cell in cells if isinstance(cell, str) and cell.strip()]
        known = sum(headings.attribute(text) is not None for text in texts)
        return not holds_numbers(texts), known, len(set(texts)), -number

    return max(sheet["head"][:SHOWN_ROWS], key=worth)[0]


def table_for(
    run: ImportRun,
    sheets: list[dict],
    place: tuple[int, int, int],
    posted: dict[int, str] | None = None,
    constants: dict[str, str] | None = None,
) -> Table:
    """The columns of the file below this header, with what they are read as: as ``posted``, else as chosen
    before, remembered, or guessed. Raises RuleError for a place that is not in the file."""
    sheet = next((sheet for sheet in sheets if sheet["index"] == place[0]), None)
    if sheet is None:
        raise RuleError("文件中没有这张工作表。请重新选择工作表。", code="no_such_sheet")
    kind = run.kind_class
    layout = header_layout(sheet, place[1], place[2], Headings(kind))
    columns = _file_columns(sheet, layout)
    _take_meanings(run, columns, layout, posted)
    if posted is None:
        _suggest(columns, sheet, layout, kind)
    known = kind.columns()
    for column in columns:
        cells = _cells_below(sheet, layout.last_row, column.index)
        column.samples = [masked(cell, known.get(column.attribute)) for cell in cells[:SAMPLES]]
    table = Table(sheet, place[1], place[2], [c for c in columns if c.title or c.samples or c.attribute])
    _find_faults(table, kind, constants or (run.layout.get("constants", {}) if posted is None else {}))
    table.preview = _preview(sheet, place[1], place[2])
    return table


def _file_columns(sheet: dict, layout: Layout) -> list[FileColumn]:
    width = max(len(cells) for _, cells in sheet["head"])
    padded = [""] * (width - len(layout.titles))
    titles = zip([*layout.titles, *padded], [*layout.groups, *padded], strict=True)
    hidden = set(layout.hidden_columns)
    return [
        FileColumn(index, masked(title), masked(group), [], is_hidden=index in hidden)
        for index, (title, group) in enumerate(titles)
    ]


def _take_meanings(run: ImportRun, columns, layout: Layout, posted: dict[int, str] | None) -> None:
    guessed = {index: attribute for attribute, index in layout.positions.items()}
    chosen, source = guessed, GUESSED
    if posted is not None:
        chosen, source = posted, CHOSEN
    elif run.layout.get("columns") and run.layout["fingerprint"] == layout.fingerprint:
        chosen, source = {int(at): name for at, name in run.layout["columns"].items()}, CHOSEN
    elif memory := memory_for(run, layout.fingerprint):
        chosen, source = columns_of(memory), REMEMBERED
    known = run.kind_class.columns()
    for column in columns:
        attribute = chosen.get(column.index, "")
        if attribute in known:
            column.attribute = attribute
            as_guessed = source == CHOSEN and guessed.get(column.index) == attribute
            column.source = GUESSED if as_guessed else source


def _suggest(columns: list[FileColumn], sheet: dict, layout: Layout, kind: type[Exchange]) -> None:
    """Columns without a known title whose cells can hardly be anything else."""
    taken = {column.attribute for column in columns}
    for attribute, meant in kind.columns().items():
        if meant.looks_like is None or attribute in taken:
            continue
        for column in (column for column in columns if not column.attribute):
            cells = _cells_below(sheet, layout.last_row, column.index)
            if len(cells) and sum(map(meant.looks_like, cells)) * 5 >= len(cells) * 4:
                column.attribute, column.source = attribute, SUGGESTED
                break


def _cells_below(sheet: dict, last_row: int, index: int) -> list:
    below = [cells for number, cells in sheet["head"] if number > last_row][:LOOKED_AT]
    return [cells[index] for cells in below if index < len(cells) and as_text(cells[index]).strip()]


def _find_faults(table: Table, kind: type[Exchange], constants: dict[str, str]) -> None:
    places: dict[str, list[FileColumn]] = {}
    for column in table.columns:
        if column.attribute:
            places.setdefault(column.attribute, []).append(column)
    for attribute, meant in kind.columns().items():
        found = places.get(attribute, [])
        if meant.required and meant.uniform and (not found or attribute in constants):
            offered = meant.widget.offered() if hasattr(meant.widget, "offered") else []
            text = constants.get(attribute, "")
            table.absent.append(Absent(attribute, meant.column_name, text, offered, meant.hint))
        if meant.required and not found and attribute not in constants:
            table.missing.append(meant.column_name)
        if len(found) > 1:
            letters = "、".join(f"{column.letter} 列" for column in found)
            table.twice.append(f"“{meant.column_name}”同时选给了 {letters}")
            for column in found:
                column.is_twice = True


def _preview(sheet: dict, first_row: int, last_row: int) -> list[tuple[int, bool, list[str]]]:
    """(row number, part of the header, texts) of the rows among which the header is chosen."""
    rows = [
        row for place, row in enumerate(sheet["head"]) if place < SHOWN_ROWS or row[0] <= last_row + SAMPLES
    ]
    width = max(len(cells) for _, cells in rows)
    return [
        (number, first_row <= number <= last_row, [*map(masked, cells), *[""] * (width - len(cells))])
        for number, cells in rows
    ]
