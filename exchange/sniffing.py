"""Where the table is in a sheet as people send it, and which column is which.

Circulated forms carry title rows, a line for seal and signature, one or two header rows with merged cells and
hints, a 填表说明 at the foot (or in the middle, when rows were added below it), and drop-down sheets. All of
that is found by content, never by position.
"""

import re
from dataclasses import dataclass, field

from core.characters import TextError, as_text
from core.errors import RuleError
from core.exchange import Exchange, header_fingerprint
from core.text import clean_text, match_key

LEAST_MATCHES = 3
HEADER_WITHIN = 40
LONG_NOTE = 30

_BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]", re.DOTALL)
_STARS = re.compile(r"[*＊:：?？!！]+")
_NOTE = re.compile(
    r"^\s*(填表|填报|制表|审核|复核|说明|注意|备注|附注|附件|注\s*[:：\d]|单位负责人|单位（?盖章|单位\(盖章|"
    r"信息采集人|经办人|负责人\s*[（(]?签|联系人\s*[:：]|以下空白|第\s*\d+\s*页|共\s*\d+\s*[页人条])"
)
_TOTAL = re.compile(r"^\s*(合\s*计|总\s*计|小\s*计)")
_FILLED_BY = re.compile(r"^\s*填[表报]单位\s*(?:[（(][^）)]*[）)])?\s*[:：]?\s*(.*)$", re.DOTALL)
_FILLED_ON = re.compile(r"^\s*填[表报]日期\s*[:：]?\s*(.*)$", re.DOTALL)


@dataclass
class Layout:
    """What was found: the sheet, its header rows, and attribute → cell index."""

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
        }


def heading_keys(text) -> list[str]:
    """The forms under which a header cell may be known, the most exact first."""
    try:
        whole = clean_text(text)
        first_line = clean_text(as_text(text).strip().split("\n")[0])
    except TextError:
        return []
    forms = [whole, _BRACKETS.sub("", whole), first_line, _BRACKETS.sub("", first_line), whole.split(" ")[0]]
    keys = [match_key(_STARS.sub("", form)) for form in forms]
    return list(dict.fromkeys(key for key in keys if key))


class Headings:
    """The titles of a kind's columns, looked up by what stands in a header cell."""

    def __init__(self, kind: type[Exchange]):
        self.known: dict[str, str] = {}
        for attribute, column in kind.columns().items():
            for heading in column.headings:
                group, _, title = heading.rpartition("/")
                for key in heading_keys(title):
                    self.known.setdefault(f"{match_key(group)}/{key}" if group else key, attribute)

    def attribute(self, text, group="") -> str | None:
        """The attribute a header cell means, or None."""
        keys = heading_keys(text)
        if group:
            for group_key in heading_keys(group):
                for key in keys:
                    if found := self.known.get(f"{group_key}/{key}"):
                        return found
        return next((self.known[key] for key in keys if key in self.known), None)


def find_layout(sheets: list[dict], kind: type[Exchange]) -> Layout:
    """The best sheet and header for the kind. Raises RuleError that names what is missing and what was found."""
    headings = Headings(kind)
    best = None
    for sheet in sheets:
        for candidate in _candidates(sheet, headings):
            if best is None or candidate[0] > best[0]:
                best = candidate
    if best is None:
        raise RuleError(_no_header(sheets, kind), code="no_header")
    layout = best[1]
    _require_columns(layout, kind)
    _notice_columns(layout, kind)
    return layout


def _candidates(sheet: dict, headings: Headings):
    """(score, Layout) for each row, and each pair of rows, that may be the header."""
    head = [(number, cells) for number, cells in sheet["head"] if number <= HEADER_WITHIN]
    for place, (number, cells) in enumerate(head):
        following = head[place + 1] if place + 1 < len(head) else None
        single = _match(cells, [""] * len(cells), headings)
        if len(single[0]) >= LEAST_MATCHES:
            yield _scored(sheet, place, number, number, single, cells)
        if following and following[0] == number + 1:
            titles, groups = _merged(cells, following[1])
            double = _match(titles, groups, headings)
            if len(double[0]) > len(single[0]) and len(double[0]) >= LEAST_MATCHES:
                yield _scored(sheet, place, number, following[0], double, titles)


def _merged(upper: list, lower: list) -> tuple[list, list]:
    """Titles and groups of a header of two rows: an empty lower cell takes its title from above."""
    width = max(len(upper), len(lower))
    upper = [*upper, *[""] * (width - len(upper))]
    lower = [*lower, *[""] * (width - len(lower))]
    titles, groups, group = [], [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above if _text(above) else group
        titles.append(below if _text(below) else above)
        groups.append(group if _text(below) else "")
    return titles, groups


def _match(titles: list, groups: list, headings: Headings):
    """attribute → index, and the second columns of attributes that were found twice."""
    positions, twice = {}, []
    for index, (title, group) in enumerate(zip(titles, groups, strict=True)):
        attribute = headings.attribute(title, group) if _text(title) else None
        if attribute is None:
            continue
        if attribute in positions:
            twice.append(_text(title))
        else:
            positions[attribute] = index
    return positions, twice, groups


def _scored(sheet: dict, place: int, first: int, last: int, match, titles: list):
    positions, twice, groups = match
    top = sheet["head"][:place]
    shown = [_text(title) for title in titles]
    layout = Layout(
        sheet_index=sheet["index"],
        sheet_name=sheet["name"],
        first_row=first,
        last_row=last,
        positions=positions,
        titles=shown,
        groups=[_text(group) for group in groups],
        fingerprint=header_fingerprint(shown),
        top=top,
        facts=_facts(top),
    )
    layout.notices += [f"“{title}”一列出现两次，只读取了第一列" for title in twice]
    return (len(positions), sheet["visible"], -sheet["index"], first == last, -first), layout


def _facts(rows: list) -> dict[str, str]:
    """填表单位 and 填报日期 from the lines above the header."""
    facts = {}
    for _, cells in rows:
        for index, cell in enumerate(cells):
            text = as_text(cell)
            for name, pattern in (("filled_by", _FILLED_BY), ("filled_on", _FILLED_ON)):
                if found := pattern.match(text):
                    following = cells[index + 1] if index + 1 < len(cells) else ""
                    value = _text(found[1]) or ("" if _NOTE.match(as_text(following)) else _text(following))
                    if value:
                        facts.setdefault(name, value)
    return facts


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


IGNORED = frozenset(match_key(text) for text in ("序号", "编号", "错误原因", "原行号", "备注"))


def _no_header(sheets: list[dict], kind: type[Exchange]) -> str:
    titles = [column.column_name for column in kind.columns().values() if column.required]
    seen = next((cells for sheet in sheets for _, cells in sheet["head"] if len(cells) > 2), [])
    found = "、".join(_text(cell) for cell in seen[:20] if _text(cell))
    found = f"读到的内容像是：{found[:120]}。" if found else ""
    return (
        f"没有找到“{kind.title}”的表头（应有{'、'.join(titles)}等列）。{found}"
        "请确认文件种类选对了，或下载空白表填写后再上传。"
    )


def _text(value) -> str:
    try:
        return clean_text(value)
    except TextError:
        return ""


class RowSieve:
    """Tells data rows from what else stands below a header: notes, signatures, totals, repeated headers."""

    def __init__(self, layout: Layout):
        self.after = layout.last_row
        self.places = sorted(layout.positions.values())
        self.titles = {index: _text(layout.titles[index]) for index in self.places}

    def is_data(self, number: int, cells: list) -> bool:
        """True for a row to import."""
        if number <= self.after:
            return False
        width = len(cells)
        held = 0
        for index in self.places:
            if index < width and cells[index] != "":
                held += 1
                if held > 2:
                    return not self._repeats_header(cells)
        texts = [as_text(cell).strip() for cell in cells]
        texts = [text for text in texts if text]
        return bool(held) and bool(texts) and not self._is_note(cells, texts)

    def _is_note(self, cells: list, texts: list[str]) -> bool:
        if _NOTE.match(texts[0]) or _TOTAL.match(texts[0]):
            return True
        lone = len(set(texts)) == 1
        return lone and (len(texts[0]) > LONG_NOTE or "\n" in texts[0])

    def _repeats_header(self, cells: list) -> bool:
        first = next((index for index in self.places if index < len(cells) and cells[index] != ""), None)
        if first is None or _text(cells[first]) != self.titles[first]:
            return False
        same = sum(_text(cells[i]) == title for i, title in self.titles.items() if i < len(cells))
        return same >= LEAST_MATCHES
