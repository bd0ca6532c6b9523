"""Workbooks the desk hands out: what all of them share, and the failed rows of a run with their reasons.

Numbers stay text and nothing becomes a formula: every cell is written as a string, on text-formatted columns.
"""

import io
import json
from collections.abc import Iterable

import xlsxwriter

from core.characters import as_text, spreadsheet_safe
from exchange.models import ImportRun

REASON = "错误原因"
SOURCE_ROW = "原行号"
LISTS = "下拉菜单表"
INLINE_LIST = 250  # a drop-down written into the rule itself may have 255 characters


class Book:
    """A workbook in memory with the styles of our forms."""

    def __init__(self):
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.buffer,
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        border = {"border": 1, "valign": "vcenter", "text_wrap": True}
        self.title = self.book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.head = self.book.add_format({**border, "bold": True, "align": "center", "bg_color": "#EEF0F4"})
        self.text = self.book.add_format({"num_format": "@"})
        self.fault = self.book.add_format({"num_format": "@", "bg_color": "#FCE9EA", "border": 1})
        self.reason = self.book.add_format({"font_color": "#B02A37", "text_wrap": True, "valign": "top"})
        self.example = self.book.add_format({"num_format": "@", "italic": True, "font_color": "#7A828C"})
        self.note = self.book.add_format({"text_wrap": True, "valign": "top"})

    def bytes(self) -> bytes:
        """The finished file."""
        self.book.close()
        return self.buffer.getvalue()

    def offer(self, sheet, column: int, first: int, last: int, texts: list[str]) -> None:
        """A drop-down on a column; long lists stand on a sheet of their own."""
        if len(",".join(texts)) <= INLINE_LIST:
            source = texts
        else:
            lists = self.book.get_worksheet_by_name(LISTS) or self.book.add_worksheet(LISTS)
            place = getattr(lists, "columns_used", 0)
            lists.columns_used = place + 1
            for row, text in enumerate(texts):
                lists.write_string(row, place, text)
            letter = xlsxwriter.utility.xl_col_to_name(place)
            source = f"='{LISTS}'!${letter}$1:${letter}${len(texts)}"
        rule = {
            "validate": "list",
            "source": source,
            "error_title": "请从列表中选择",
            "error_message": "所填内容不在可选值中，请从下拉列表中选择。",
        }
        sheet.data_validation(first, column, last, column, rule)


def faults_workbook(run: ImportRun) -> bytes:
    """The failed rows under the file's own header, faulty cells marked, the reasons in a last column.

    It can be mended and uploaded again as it is.
    """
    book = Book()
    kind = run.kind_class
    sheet = book.book.add_worksheet((run.header.get("sheet") or kind.title)[:31])
    titles = run.header["titles"]
    after = len(titles)
    for row, (_, cells) in enumerate(run.header["top"]):
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, spreadsheet_safe(cell))
    header = len(run.header["top"])
    header = _write_header(book, sheet, header, titles, run.header["groups"])
    sheet.write_string(header, after, REASON, book.head)
    sheet.write_string(header, after + 1, SOURCE_ROW, book.head)
    sheet.set_column(0, after - 1, 14, book.text)
    sheet.set_column(after, after, 60, book.reason)
    places = {kind.columns()[a].column_name: i for a, i in run.header["positions"].items()}
    row = header
    for number, raw, problems in _failing(run):
        row += 1
        _write_row(book, sheet, row, json.loads(raw), problems, places, after)
        sheet.write_string(row, after + 1, str(number))
    for attribute, place in run.header["positions"].items():
        widget = kind.columns()[attribute].widget
        if row > header and hasattr(widget, "offered"):
            book.offer(sheet, place, header + 1, row, widget.offered())
    sheet.freeze_panes(header + 1, 0)
    return book.bytes()


def _write_header(book: Book, sheet, row: int, titles: list[str], groups: list[str]) -> int:
    """One or two header rows as in the file; returns the row of the titles."""
    if any(groups):
        for place, group in enumerate(groups):
            shown = group if place == 0 or groups[place - 1] != group else ""
            sheet.write_string(row, place, spreadsheet_safe(shown), book.head)
        row += 1
    for place, title in enumerate(titles):
        sheet.write_string(row, place, spreadsheet_safe(title), book.head)
    return row


def _write_row(book: Book, sheet, row: int, cells: list, problems: list, places: dict, after: int) -> None:
    errors = [problem for problem in problems if problem["level"] == "error"]
    marked = {places[problem["column"]] for problem in errors if problem["column"] in places}
    for place in range(max(len(cells), max(marked, default=-1) + 1)):
        if place >= after:
            break
        text = spreadsheet_safe(as_text(cells[place])) if place < len(cells) else ""
        sheet.write_string(row, place, text, book.fault if place in marked else book.text)
    reasons = "\n".join(_sentence(problem) for problem in errors)
    sheet.write_string(row, after, spreadsheet_safe(reasons), book.reason)


def _sentence(problem: dict) -> str:
    return f"{problem['column']}：{problem['message']}" if problem["column"] else problem["message"]


def _failing(run: ImportRun) -> Iterable[tuple]:
    rows = run.lines.failing().order_by("number").values_list("number", "raw", "problems")
    return rows.iterator(chunk_size=2_000)
