"""Lists written as circulated forms and as update templates: title, lines for seals, header, drop-downs, rows, note.

Every text is a string cell on a text-formatted column, so nothing computes and no number loses digits. Rows go to the
disk as they come, into a folder of this attempt.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from core.characters import spreadsheet_safe
from core.form_layouts import FormLayout
from exchange.tables import ABOUT, Table, created, footer
from exchange.workbooks import INLINE_LIST, LISTS

MORE_ROWS = 3_000  # drop-downs reach so far below the last row
MOST_INLINE = 20
LINE_HEIGHT = 13  # points of a line of the rows' font
PADDING = 0.7  # of a column's width
FONT = {"font_name": "宋体", "font_size": 10}
TITLE = {"font_name": "方正小标宋简体", "font_size": 20, "align": "center", "valign": "vcenter"}
LINE = {**FONT, "bold": True, "align": "left", "valign": "vcenter", "text_wrap": True}
HEAD = {**FONT, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "num_format": "@"}
FAULT = {"error_title": "请从列表中选择", "error_message": "所填内容不在可选值中，请从下拉列表中选择。"}
NOTE = {**FONT, "align": "left", "valign": "top", "text_wrap": True}


def write_form(
    path: Path, table: Table, layout: FormLayout, *, said: dict[str, str], offered: dict[str, Sequence[str]]
) -> None:
    """The rows of the table on the form. ``said`` fills in its texts, ``offered`` are the drop-downs by column."""
    folder = rows_folder(path)
    folder.mkdir(mode=0o700)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with created(path, "xb") as file:
        book = xlsxwriter.Workbook(file, {**options, "constant_memory": True, "tmpdir": str(folder)})
        sheet = book.add_worksheet(table.title[:31])
        _prepare(book, sheet, table, layout)
        row = _write_top(book, sheet, layout, said)
        row = _write_header(book, sheet, row, table, layout)
        sheet.freeze_panes(row, 2)
        last = _write_rows(book, sheet, row, table, layout)
        if layout.note:
            sheet.set_row(last, layout.note_height)
            sheet.merge_range(last, 0, last, len(layout.heads), layout.note, book.add_format(NOTE))
        _offer(book, sheet, row, last + MORE_ROWS, layout, offered)
        _write_about(book, table.about, footer(table))
        book.close()
    folder.rmdir()


def rows_folder(path: Path) -> Path:
    """Where the rows of a workbook lie until it is complete: named like the attempt, so they go with it."""
    return path.with_name(f"{path.name}.rows")


def _prepare(book, sheet, table: Table, layout: FormLayout) -> None:
    text = book.add_format({"num_format": "@"})
    sheet.set_column(0, 0, layout.numbering, text)
    for place, head in enumerate(layout.heads, start=1):
        sheet.set_column(place, place, head.width, text)
    for place in range(len(layout.heads) + 1, len(table.columns) + 1):
        sheet.set_column(place, place, 0, text, {"hidden": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(**layout.margins)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(footer(table))


def _write_top(book, sheet, layout: FormLayout, said: dict[str, str]) -> int:
    """Mark, title and signatures; returns the next row."""
    row, last = 0, len(layout.heads)
    if layout.mark:
        sheet.write_string(row, 0, layout.mark, book.add_format({"font_name": "宋体", "font_size": 11}))
        row += 1
    sheet.set_row(row, layout.heights[0])
    sheet.merge_range(row, 0, row, last, layout.title.format(**said), book.add_format(TITLE))
    row += 1
    if layout.signatures:
        line = book.add_format(LINE)
        sheet.set_row(row, layout.heights[1])
        for first, until, text in layout.signatures:
            shown = spreadsheet_safe(text.format(**said))
            if until > first:
                sheet.merge_range(row, first, row, until, shown, line)
            else:
                sheet.write_string(row, first, shown, line)
        row += 1
    return row


def _write_header(book, sheet, row: int, table: Table, layout: FormLayout) -> int:
    head = book.add_format(HEAD)
    bottom = row + 1 if layout.has_groups else row
    if layout.has_groups:
        sheet.set_row(row, layout.heights[3])
        for first, last, group in _spans(layout):
            if last > first:
                sheet.merge_range(row, first, row, last, group, head)
            else:
                sheet.write_string(row, first, group, head)
        sheet.merge_range(row, 0, bottom, 0, "序号", head)
    else:
        sheet.write_string(row, 0, "序号", head)
    sheet.set_row(bottom, layout.heights[2])
    for place, column in enumerate(layout.heads, start=1):
        sheet.write_string(bottom, place, column.text, head)
    for place in range(len(layout.heads) + 1, len(table.columns) + 1):
        sheet.write_string(bottom, place, table.columns[place - 1].title)
    sheet.repeat_rows(row, bottom)
    return bottom + 1


def _spans(layout: FormLayout) -> Iterable[tuple[int, int, str]]:
    first = 0
    for place in range(1, len(layout.heads) + 1):
        if place == len(layout.heads) or layout.heads[place].group != layout.heads[first].group:
            yield first + 1, place, layout.heads[first].group
            first = place


def _write_rows(book, sheet, row: int, table: Table, layout: FormLayout) -> int:
    cell = book.add_format(HEAD)
    width = len(layout.heads)
    for number, line in enumerate(table.lines, start=1):
        sheet.set_row(row, _height(line, layout))
        sheet.write_string(row, 0, str(number), cell)
        for place, value in enumerate(line, start=1):
            style = cell if place <= width else None
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(row, place, value, style)
            elif value is None or value == "":
                sheet.write_blank(row, place, None, style)
            else:
                sheet.write_string(row, place, value if isinstance(value, str) else str(value), style)
        row += 1
    return row


def _height(line: Sequence, layout: FormLayout) -> float:
    """The height of the form's rows, or what the longest wrapped text of the row needs: none is cut on paper."""
    lines = max(
        -(-_breadth(text) // (head.width - PADDING)) for head, text in zip(layout.heads, line, strict=False)
    )
    return max(layout.heights[3], lines * LINE_HEIGHT)


def _breadth(text) -> int:
    """How wide a text stands, in widths of a digit; a text of dots is as wide as one of characters."""
    text = "" if text is None else str(text)
    return len(text) + sum(char > "\u2000" for char in text)


def _offer(book, sheet, first: int, last: int, layout: FormLayout, offered: dict) -> None:
    """Drop-downs on the columns; lists too long for a rule stand on a sheet of their own, each under its title."""
    long = [head for head in layout.heads if _is_long(offered.get(head.key, ()))]
    for place, head in enumerate(layout.heads, start=1):
        if texts := offered.get(head.key):
            letter = xl_col_to_name(long.index(head)) if head in long else ""
            source = f"='{LISTS}'!${letter}$2:${letter}${len(texts) + 1}" if letter else list(texts)
            sheet.data_validation(first, place, last, place, {"validate": "list", "source": source, **FAULT})
    if not long:
        return
    lists = book.add_worksheet(LISTS)
    lists.set_column(0, len(long) - 1, 36)
    columns = [[head.text, *offered[head.key]] for head in long]
    for row in range(max(map(len, columns))):
        for place, texts in enumerate(columns):
            if row < len(texts):
                lists.write_string(row, place, spreadsheet_safe(texts[row]))


def _is_long(texts: Sequence[str]) -> bool:
    return len(texts) > MOST_INLINE or len(",".join(texts)) > INLINE_LIST


def _write_about(book, about: Iterable[tuple[str, str]], foot: str) -> None:
    sheet = book.add_worksheet(ABOUT)
    note = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 16, note)
    sheet.set_column(1, 1, 90, note)
    sheet.set_paper(9)
    sheet.set_footer(foot)
    for row, (what, says) in enumerate([("项目", "内容"), *about]):
        sheet.write_string(row, 0, what, note)
        sheet.write_string(row, 1, spreadsheet_safe(says), note)
