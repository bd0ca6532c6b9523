"""The layout of a sheet as people send it, guessed by content, never by position.

Circulated forms carry title rows, a line for seal and signature, one to three header rows with merged cells and
hints, a 填表说明 at the foot (or in the middle, when rows were added below it), and drop-down sheets.
"""

from core.errors import RuleError
from core.exchange import Exchange
from exchange.headings import Headings, shown_text
from exchange.layouts import HEADER_ROWS, Layout, finished, header_layout

LEAST_MATCHES = 3
HEADER_WITHIN = 40


def find_layout(sheets: list[dict], kind: type[Exchange]) -> Layout:
    """The best sheet and header for the kind. Raises RuleError that names what is missing and what was found."""
    layout = best_layout(sheets, kind)
    if layout is None:
        raise RuleError(_no_header(sheets, kind), code="no_header")
    return finished(layout, kind)


def best_layout(sheets: list[dict], kind: type[Exchange]) -> Layout | None:
    """The layout that matches most columns of the kind, whether or not it has all it needs; None without any."""
    headings = Headings(kind)
    best = None
    for sheet in sheets:
        for candidate in _candidates(sheet, headings):
            if best is None or candidate[0] > best[0]:
                best = candidate
    return best[1] if best else None


def _candidates(sheet: dict, headings: Headings):
    """(score, Layout) for each row, and each two or three rows, that may be the header."""
    numbers = [number for number, _ in sheet["head"] if number <= HEADER_WITHIN]
    for place, first in enumerate(numbers):
        most = LEAST_MATCHES - 1
        for height in range(HEADER_ROWS):
            if numbers[place : place + height + 1] != list(range(first, first + height + 1)):
                break
            layout = header_layout(sheet, first, first + height, headings)
            matches = len(layout.positions) + (LEAST_MATCHES if layout.keyed else 0)
            if matches > most:
                most = matches
                whole = not _cut(sheet.get("merged", []), layout)
                yield (most, sheet["visible"], -sheet["index"], whole, -height, -first), layout


def _cut(areas: list, layout: Layout) -> bool:
    """True if a merged area stands partly inside and partly outside these header rows."""
    first, last = layout.first_row, layout.last_row
    return any(area[0] < first <= area[2] or area[0] <= last < area[2] for area in areas)


def _no_header(sheets: list[dict], kind: type[Exchange]) -> str:
    titles = [column.column_name for column in kind.columns().values() if column.required]
    seen = next((cells for sheet in sheets for _, cells in sheet["head"] if len(cells) > 2), [])
    found = "、".join(shown_text(cell) for cell in seen[:20] if shown_text(cell))
    found = f"读到的内容像是：{found[:120]}。" if found else ""
    return (
        f"没有找到“{kind.title}”的表头（应有{'、'.join(titles)}等列）。{found}"
        "请确认文件种类选对了，或下载空白表填写后再上传。"
    )
