"""What stands in a header: titles of one to three rows with merged cells, and the lines above them."""

import re

from core.characters import TextError, as_text
from core.exchange import Exchange
from core.text import clean_text, match_key

_BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]", re.DOTALL)
_STARS = re.compile(r"[*＊:：?？!！]+")
# Columns about other people than the one the line is about.
_OF_OTHERS = re.compile(
    "紧急|应急|配偶|家属|子女|父母|父亲|母亲|家庭成员|监护人|亲属|联系人|介绍人|推荐人|担保人|经办人|填表人"
)
NOTE = re.compile(
    r"^\s*(填表|填报|制表|审核|复核|说明|注意|备注|附注|附件|注\s*[:：\d]|单位负责人|单位（?盖章|单位\(盖章|"
    r"信息采集人|经办人|负责人\s*[（(]?签|联系人\s*[:：]|以下空白|第\s*\d+\s*页|共\s*\d+\s*[页人条])"
)
_FILLED_BY = re.compile(r"^\s*填[表报]单位\s*(?:[（(][^）)]*[）)])?\s*[:：]?\s*(.*)$", re.DOTALL)
_FILLED_ON = re.compile(r"^\s*填[表报]日期\s*[:：]?\s*(.*)$", re.DOTALL)


def shown_text(value) -> str:
    """A header cell as a person reads it; what cannot be read is empty."""
    try:
        return clean_text(value)
    except TextError:
        return ""


def column_letter(index: int) -> str:
    """The letter over a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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
        self.kind = kind
        self.known: dict[str, str] = {}
        for attribute, column in kind.columns().items():
            for heading in column.headings:
                group, _, title = heading.rpartition("/")
                for key in heading_keys(title):
                    self.known.setdefault(f"{match_key(group)}/{key}" if group else key, attribute)

    def attribute(self, text, group="") -> str | None:
        """The attribute a header cell means, or None. What is said of somebody else is nobody's guess."""
        keys = heading_keys(text)
        if group:
            for group_key in heading_keys(group):
                for key in keys:
                    if found := self.known.get(f"{group_key}/{key}"):
                        return found
            if _OF_OTHERS.search(shown_text(group)):
                return None
        if keys and keys[0] not in self.known and _OF_OTHERS.search(shown_text(text)):
            return None
        return next((self.known[key] for key in keys if key in self.known), None)

    def guess(self, titles: list, groups: list) -> tuple[dict[str, int], list[str]]:
        """attribute → index, and the titles of further columns that mean the same."""
        positions, twice = {}, []
        for index, (title, group) in enumerate(zip(titles, groups, strict=True)):
            attribute = self.attribute(title, group) if shown_text(title) else None
            if attribute is None:
                continue
            if attribute in positions:
                twice.append(shown_text(title))
            else:
                positions[attribute] = index
        return positions, twice


def header_texts(rows: list[tuple[int, list]], merged: list) -> tuple[list, list]:
    """Titles and groups of the header that fills these rows (sheet row number, cells).

    A column's title is its lowest text, its group the other text above that. ``merged`` are the sheet's merged
    areas (first row, first column, last row, last column; rows from 1, columns from 0); where the header has
    none, as in a csv, a group reaches to the next text in its row.
    """
    width = max(len(cells) for _, cells in rows)
    numbers = [number for number, _ in rows]
    own = [[*cells, *[""] * (width - len(cells))] for _, cells in rows]
    areas = [area for area in merged if numbers[0] <= area[0] and area[2] <= numbers[-1]]
    if areas:
        _spread_merged(own, numbers, areas)
    reaching = own if areas else [_spread_right(line) for line in own]
    titles, groups = [], []
    for index in range(width):
        place = max((at for at, line in enumerate(own) if shown_text(line[index])), default=0)
        title = own[place][index]
        above = [line[index] for line in reaching[:place] if shown_text(line[index]) and line[index] != title]
        titles.append(title)
        groups.append(above[-1] if above else "")
    return titles, groups


def _spread_merged(grid: list[list], numbers: list[int], areas: list) -> None:
    places = {number: place for place, number in enumerate(numbers)}
    for first_row, first, last_row, last in areas:
        anchor = grid[places[first_row]] if first_row in places else []
        if first >= len(anchor):
            continue
        for number in range(first_row, last_row + 1):
            line = grid[places[number]] if number in places else []
            line[first : last + 1] = [anchor[first]] * len(line[first : last + 1])


def _spread_right(line: list) -> list:
    held, spread = "", []
    for text in line:
        held = text if shown_text(text) else held
        spread.append(held)
    return spread


def facts_above(rows: list) -> dict[str, str]:
    """填表单位 and 填报日期 from the lines above the header."""
    facts = {}
    for _, cells in rows:
        for index, cell in enumerate(cells):
            text = as_text(cell)
            for name, pattern in (("filled_by", _FILLED_BY), ("filled_on", _FILLED_ON)):
                if found := pattern.match(text):
                    following = cells[index + 1] if index + 1 < len(cells) else ""
                    value = shown_text(found[1])
                    value = value or ("" if NOTE.match(as_text(following)) else shown_text(following))
                    if value:
                        facts.setdefault(name, value)
    return facts
