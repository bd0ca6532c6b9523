"""Where the table stands in a sheet: guessed, remembered, or chosen by a person.

``exchange.sniffing`` guesses a layout, ``chosen_layout`` builds one from a choice. Both end in the same checks,
so what comes after does not know the difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.characters import as_text
from core.errors import RuleError
from core.exchange import Exchange, header_fingerprint
from core.rowkeys import read_heading
from core.text import match_key
from exchange.headings import Headings, column_letter, facts_above, header_texts, shown_text
from exchange.keyed import keyed_header

SHOWN_ROWS = 20
LISTED = 12  # places that a notice names before it says how many there are
HEADER_ROWS = 3
KEYED = "这是从本系统导出的表格：只处理改动过的单元格，没有改动的内容（包括已掩码的号码）保持不变"
GUESSED, REMEMBERED, CHOSEN, CONSTANT = "guessed", "remembered", "chosen", "constant"
IGNORED = frozenset(match_key(text) for text in ("序号", "编号", "错误原因", "原行号", "备注"))


@dataclass
class Layout:
    """What is known of a sheet: its header rows, attribute → cell index, and how each of these was found.

    ``hidden_rows`` are spans (first, last) of sheet row numbers, ``hidden_columns`` cell indexes. ``constants`` are
    columns the sheet does not have, behind its last one: cell index → the text of every row.
    """

    sheet_index: int
    sheet_name: str
    first_row: int
    last_row: int
    positions: dict[str, int]
    titles: list[str]
    groups: list[str]
    fingerprint: str
    notices: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    top: list[tuple[int, list]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    keyed: dict | None = None  # of an exported list that comes back (``exchange.keyed``)
    constants: dict[int, str] = field(default_factory=dict)

    def completed(self, cells: list) -> list:
        """The cells of a row with what is stated for all rows."""
        if not self.constants:
            return cells
        width = min(self.constants)
        return [*cells[:width], *[""] * (width - len(cells)), *self.constants.values()]

    def as_json(self) -> dict:
        """What a run remembers of its sheet."""
        return {
            "sheet": self.sheet_name,
            "sheet_index": self.sheet_index,
            "first_row": self.first_row,
            "last_row": self.last_row,
            "positions": self.positions,
            "titles": self.titles,
            "groups": self.groups,
            "notices": self.notices,
            "facts": self.facts,
            "top": self.top,
            "sources": self.sources,
            "hidden_rows": self.hidden_rows,
            "hidden_columns": self.hidden_columns,
            "keyed": self.keyed,
        }


def header_layout(sheet: dict, first_row: int, last_row: int, headings: Headings) -> Layout:
    """The layout if the header fills these rows of a sheet, its columns guessed; nothing is required of it.

    Raises RuleError when the rows are not among those the reader showed, or are too many.
    """
    rows = [(number, cells) for number, cells in sheet["head"] if first_row <= number <= last_row]
    if not rows or rows[-1][0] != last_row or last_row - first_row >= HEADER_ROWS:
        raise RuleError(
            f"表头只能选在表格前部有内容的行，最多 {HEADER_ROWS} 行。请重新选择表头所在的行。",
            code="header_rows",
        )
    titles, groups = header_texts(rows, sheet.get("merged", []))
    positions, twice = headings.guess(titles, groups)
    top = [(number, cells) for number, cells in sheet["head"] if number < first_row]
    shown = [shown_text(title) for title in titles]
    if keyed := keyed_header(shown, headings.kind):
        positions, twice = keyed["positions"], []
    return Layout(
        sheet_index=sheet["index"],
        sheet_name=sheet["name"],
        first_row=first_row,
        last_row=last_row,
        positions=positions,
        titles=shown,
        groups=[shown_text(group) for group in groups],
        fingerprint=header_fingerprint(shown),
        notices=[f"“{title}”一列出现两次，只读取了第一列" for title in twice],
        facts=facts_above(top),
        top=top,
        sources=dict.fromkeys(positions, GUESSED),
        hidden_rows=sheet.get("hidden_rows", []),
        hidden_columns=sheet.get("hidden_columns", []),
        keyed=keyed,
    )


def chosen_layout(
    sheets: list[dict],
    kind: type[Exchange],
    *,
    sheet_index: int,
    first_row: int,
    last_row: int,
    columns: dict[int, str],
    constants: Mapping[str, str] | None = None,
    source: str = CHOSEN,
) -> Layout:
    """The layout a person chose, or that was remembered (``source``).

    ``columns``: cell index → attribute, or "" for a column that is not read; columns it does not name are not
    read either. ``constants``: attribute → one text for all rows. Raises RuleError for a choice that does not fit
    the file or lacks a required column.
    """
    sheet = next((sheet for sheet in sheets if sheet["index"] == sheet_index), None)
    if sheet is None:
        raise RuleError("文件中没有这张工作表。请重新选择工作表。", code="no_such_sheet")
    layout = header_layout(sheet, first_row, last_row, Headings(kind))
    untitled = [""] * (max(len(cells) for _, cells in sheet["head"]) - len(layout.titles))
    layout.titles += untitled
    layout.groups += untitled
    guessed = layout.positions
    layout.positions = _chosen_positions(columns, kind, layout)
    layout.sources = {
        name: GUESSED if source == CHOSEN and guessed.get(name) == index else source
        for name, index in layout.positions.items()
    }
    layout.notices = []
    for attribute, text in (constants or {}).items():
        _add_constant(layout, kind, attribute, text)
    return finished(layout, kind)


def _add_constant(layout: Layout, kind: type[Exchange], attribute: str, text: str) -> None:
    column = kind.columns().get(attribute)
    if column is None or not column.uniform:
        raise RuleError("所填的内容与表格种类不符。请刷新页面后重新填写。", code="unknown_column")
    if attribute in layout.positions:
        letter = column_letter(layout.positions[attribute])
        raise RuleError(
            f"“{column.column_name}”已经选给 {letter} 列，又统一填写了“{text[:20]}”。请只保留一种。",
            code="column_twice",
        )
    index = len(layout.titles)
    layout.positions[attribute], layout.constants[index] = index, text
    layout.sources[attribute] = CONSTANT
    layout.titles.append(f"{column.column_name}（统一填写）")
    layout.groups.append("")
    layout.notices.append(f"“{column.column_name}”文件中没有，各行统一按“{text}”读取")


def _chosen_positions(columns: dict[int, str], kind: type[Exchange], layout: Layout) -> dict[str, int]:
    known, positions = kind.columns(), {}
    width = len(layout.titles)
    for index, attribute in sorted((int(index), attribute) for index, attribute in columns.items()):
        if not attribute:
            continue
        if attribute not in known or not 0 <= index < width:
            raise RuleError("所选的列与文件或表格种类不符。请刷新页面后重新选择。", code="unknown_column")
        if attribute in positions:
            title = known[attribute].column_name
            places = f"{column_letter(positions[attribute])} 列和 {column_letter(index)} 列"
            raise RuleError(f"“{title}”同时选给了 {places}。请只保留其中一列。", code="column_twice")
        positions[attribute] = index
    return {attribute: positions[attribute] for attribute in known if attribute in positions}


def finished(layout: Layout, kind: type[Exchange]) -> Layout:
    """The layout with everything a person should know about it. Raises RuleError without a required column."""
    if layout.keyed:
        layout.notices.append(KEYED)
        return layout
    _require_columns(layout, kind)
    _notice_columns(layout, kind)
    return layout


def sheets_worth_showing(sheets: list[dict]) -> list[dict]:
    """The sheets that hold something, for a person to choose from: index, name, visible, width (in columns),
    letters, and ``rows``: (row number, texts) of the first SHOWN_ROWS rows, padded to the width."""
    shown = []
    for sheet in sheets:
        rows = [(number, [as_text(cell).strip() for cell in cells]) for number, cells in sheet["head"]]
        rows = rows[:SHOWN_ROWS]
        if rows:
            width = max(len(texts) for _, texts in rows)
            shown.append(
                {
                    "index": sheet["index"],
                    "name": sheet["name"],
                    "visible": sheet["visible"],
                    "width": width,
                    "letters": [column_letter(index) for index in range(width)],
                    "rows": [(number, [*texts, *[""] * (width - len(texts))]) for number, texts in rows],
                }
            )
    return shown


def _require_columns(layout: Layout, kind: type[Exchange]) -> None:
    missing = [
        column.column_name
        for attribute, column in kind.columns().items()
        if column.required and attribute not in layout.positions
    ]
    if missing:
        found = "、".join(title for title in layout.titles if title)
        raise RuleError(
            f"第 {layout.last_row} 行的表头缺少必需的列：{'、'.join(missing)}。现有的列：{found}。"
            f"请对照“{kind.title}”空白表补上后再上传。",
            code="missing_columns",
        )


def _notice_columns(layout: Layout, kind: type[Exchange]) -> None:
    used = set(layout.positions.values())
    extra = [t for i, t in enumerate(layout.titles) if t and i not in used and match_key(t) not in IGNORED]
    if extra:
        layout.notices.append(f"以下各列不属于“{kind.title}”，没有读取：{'、'.join(extra)}")
    absent = [
        column.column_name
        for attribute, column in kind.columns().items()
        if column.blank and attribute not in layout.positions
    ]
    if absent:
        layout.notices.append(f"表格中没有以下各列，导入后这些信息为空：{'、'.join(absent)}")


def hidden_notices(layout: Layout, *, skip_hidden: bool) -> list[str]:
    """Sentences about the rows and columns that the sheet hides, if any."""
    notices = []
    below = [(max(first, layout.last_row + 1), last) for first, last in layout.hidden_rows]
    below = [(first, last) for first, last in below if first <= last]
    if below:
        done = "已按您的选择跳过" if skip_hidden else "已一并读取，请确认"
        notices.append(f"第 {shown_spans(below)} 行在原文件中是隐藏的，{done}")
    names = [
        f"{column_letter(index)} 列“{layout.titles[index]}”"
        for index in layout.hidden_columns
        if index < len(layout.titles) and layout.titles[index] and not read_heading(layout.titles[index])
    ]
    if names:
        more = f"等 {len(names)} 列" if len(names) > LISTED else ""
        notices.append(f"{'、'.join(names[:LISTED])}{more}在原文件中是隐藏的，已一并读取，请确认")
    return notices


def merged_notices(layout: Layout, spans: list) -> list[str]:
    """Sentences about cells merged over several rows (first row, last row, column) in the columns that are read."""
    rows_of: dict[int, list] = {}
    for first, last, index in spans:
        rows_of.setdefault(index, []).append((first, last))
    return [
        f"“{layout.titles[index]}”一列第 {shown_spans(rows_of[index])} 行是合并单元格，其中每一行都按同一内容读取，请确认"
        for index in sorted(set(layout.positions.values()) & rows_of.keys())
    ]


def shown_spans(spans: Iterable[tuple[int, int]]) -> str:
    """Row numbers as a person writes them: “3、7–9”, a long list shortened with its count."""
    spans = list(spans)
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in spans[:LISTED]]
    more = ""
    if len(spans) > LISTED:
        more = f"等共 {sum(last - first + 1 for first, last in spans)}"
    return f"{'、'.join(texts)}{more}"
