"""Remembered columns and texts as the list shows them."""

from collections import defaultdict
from dataclasses import dataclass

from core.exchange import kinds
from exchange.models import ColumnMemory, TextMemory


@dataclass
class Line:
    """One memory: what it is about, and what it says as (left, right) pairs."""

    memory: ColumnMemory | TextMemory
    kind_title: str
    column: str
    pairs: list[tuple[str, str]]
    ignored: list[str]


def column_lines(found: list[ColumnMemory], *, by) -> list[Line]:
    """Title of the file's column → our column, and the titles that are not read."""
    return [_column_line(memory) for memory in found]


def _column_line(memory: ColumnMemory) -> Line:
    kind = kinds().get(memory.kind)
    known = kind.columns() if kind else {}
    pairs, ignored = [], []
    for index, title in enumerate(memory.titles):
        attribute = memory.columns.get(str(index), "")
        if attribute in known:
            pairs.append((title or "（无标题）", known[attribute].column_name))
        elif title:
            ignored.append(title)
    return Line(memory, kind.title if kind else memory.kind, "", pairs, ignored)


def text_lines(found: list[TextMemory], *, by) -> list[Line]:
    """Text → what it means, by name; firms only by the names the user may see."""
    values = defaultdict(set)
    for memory in found:
        values[memory.kind, memory.attribute].add(memory.value)
    names = {}
    for (kind, attribute), wanted in values.items():
        column = kinds()[kind].columns().get(attribute) if kind in kinds() else None
        if column and hasattr(column.widget, "labels"):
            names[kind, attribute] = column.widget.labels(wanted, by=by)
    return [_text_line(memory, names.get((memory.kind, memory.attribute), {})) for memory in found]


def _text_line(memory: TextMemory, names: dict[str, str]) -> Line:
    kind = kinds().get(memory.kind)
    column = kind.columns().get(memory.attribute) if kind else None
    meaning = names.get(memory.value, "（已停用或不在范围内，不再使用）")
    title = column.column_name if column else memory.attribute
    return Line(memory, kind.title if kind else memory.kind, title, [(memory.text, meaning)], [])


LINES = {"columns": column_lines, "texts": text_lines}
