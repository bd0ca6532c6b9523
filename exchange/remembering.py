"""Which layout a run's file is read with: chosen by a person, remembered of an earlier file, or guessed."""

import re
from collections.abc import Collection, Iterator

from core.errors import RuleError
from core.exchange import header_fingerprint
from core.text import match_key
from exchange.headings import header_texts, shown_text
from exchange.layouts import CHOSEN, HEADER_ROWS, REMEMBERED, Layout, chosen_layout
from exchange.models import ColumnMemory, ImportRun
from exchange.sniffing import HEADER_WITHIN, LEAST_MATCHES, find_layout

NOTICE = "已按记住的列对应读取"
OTHER_HEADER = "文件的表头与先前指定列对应时不同，已重新识别"
_LISTS = re.compile("下拉|菜单|选项|字典|代码|码表|说明|示例|样例|参数", re.I)
# What our own workbooks add behind the columns of a file: without it the header is the one from before.
_ADDED = frozenset(map(match_key, ("错误原因", "原行号")))
# The file can be read, only not as it stands: a person may say which column is which.
ASKS_A_PERSON = frozenset(
    [
        *("no_header", "missing_columns", "column_twice", "unknown_column"),
        *("no_such_sheet", "header_rows", "wrong_header"),
    ]
)


def layout_for(run: ImportRun, sheets: list[dict]) -> Layout:
    """The layout of the run's file. Raises RuleError when none of the ways leads to one."""
    chosen = run.layout.get("columns")
    if chosen and run.layout.get("sha256") == run.sha256:
        places = {name: run.layout[name] for name in ("sheet_index", "first_row", "last_row")}
        return chosen_layout(
            sheets, run.kind_class, columns=_by_index(chosen), constants=run.layout.get("constants"), **places
        )
    if chosen and (place := place_of(sheets, [run.layout["fingerprint"]])):
        constants = run.layout.get("constants")
        return chosen_layout(
            sheets, run.kind_class, columns=_by_index(chosen), constants=constants, **place, source=CHOSEN
        )
    layout = _remembered(run, sheets) or find_layout(sheets, run.kind_class)
    if chosen:
        layout.notices.insert(0, OTHER_HEADER)
    return layout


def holds_table(sheet: dict) -> bool:
    """True for a sheet that may hold people: several lines of several cells, and not called a list of choices."""
    lines = sum(len([cell for cell in cells if cell != ""]) >= LEAST_MATCHES for _, cells in sheet["head"])
    return lines > 1 and not _LISTS.search(sheet["name"])


def memory_for(run: ImportRun, fingerprint: str) -> ColumnMemory | None:
    """What is remembered for the run's kind and union of files with this header."""
    return ColumnMemory.objects.filter(kind=run.kind, union=run.union, fingerprint=fingerprint).first()


def columns_of(memory: ColumnMemory) -> dict[int, str]:
    """Cell index → attribute, as JSON cannot hold it."""
    return _by_index(memory.columns)


def place_of(sheets: list[dict], fingerprints: Collection[str]) -> dict[str, int] | None:
    """Sheet and rows of the first header that has one of these fingerprints, visible sheets first."""
    return next((place for found, place in _headers(sheets) if found in fingerprints), None)


def _remembered(run: ImportRun, sheets: list[dict]) -> Layout | None:
    memories = {m.fingerprint: m for m in ColumnMemory.objects.filter(kind=run.kind, union=run.union)}
    for found, place in _headers(sheets) if memories else ():
        if found not in memories:
            continue
        columns = columns_of(memories[found])
        try:
            layout = chosen_layout(sheets, run.kind_class, columns=columns, **place, source=REMEMBERED)
        except RuleError:  # remembered of a kind that has changed its columns since
            continue
        layout.notices.insert(0, NOTICE)
        return layout
    return None


def _headers(sheets: list[dict]) -> Iterator[tuple[str, dict[str, int]]]:
    """(fingerprint, place) of whatever may be a header, with and without what our workbooks add."""
    for sheet in sorted(sheets, key=lambda sheet: (not sheet["visible"], sheet["index"])):
        numbers = [number for number, _ in sheet["head"] if number <= HEADER_WITHIN]
        for at, first in enumerate(numbers):
            for height in range(HEADER_ROWS):
                if numbers[at : at + height + 1] != list(range(first, first + height + 1)):
                    break
                place = {"sheet_index": sheet["index"], "first_row": first, "last_row": first + height}
                titles = _titles(sheet, at, height)
                yield header_fingerprint(titles), place
                if len(kept := _without_additions(titles)) < len(titles):
                    yield header_fingerprint(kept), place


def _titles(sheet: dict, at: int, height: int) -> list[str]:
    titles, _ = header_texts(sheet["head"][at : at + height + 1], sheet.get("merged", []))
    return [shown_text(title) for title in titles]


def _without_additions(titles: list[str]) -> list[str]:
    kept = list(titles)
    while kept and (not kept[-1] or match_key(kept[-1]) in _ADDED):
        kept.pop()
    return kept


def _by_index(columns: dict[str, str]) -> dict[int, str]:
    return {int(index): attribute for index, attribute in columns.items()}
