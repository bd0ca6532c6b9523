"""Workbooks the desk hands out: the empty form.

Numbers stay text and nothing becomes a formula: every cell is written as a string, on text-formatted columns.
"""

import io

import xlsxwriter

from core.exchange import Exchange

LISTS = "下拉菜单表"
EMPTY_ROWS = 3_000
INLINE_LIST = 250  # a drop-down written into the rule itself may have 255 characters


class _Book:
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


def blank_form(kind: type[Exchange]) -> bytes:
    """The empty form of a kind: title, header, drop-downs, text columns, notes; no example row to forget."""
    book = _Book()
    sheet = book.book.add_worksheet(kind.title)
    columns = list(kind.columns().values())
    sheet.merge_range(0, 0, 0, len(columns), kind.form_title, book.title)
    sheet.write_string(1, 0, "填表单位（盖章）：")
    sheet.write_string(1, len(columns) // 2, "填报日期：")
    grouped = any(column.group for column in columns)
    header = 3 if grouped else 2
    if grouped:
        _write_groups(book, sheet, columns)
        sheet.merge_range(2, 0, 3, 0, "序号", book.head)
    else:
        sheet.write_string(2, 0, "序号", book.head)
    for place, column in enumerate(columns, start=1):
        hint = f"\n（{column.hint}）" if column.hint else ""
        sheet.write_string(header, place, column.column_name + hint, book.head)
        sheet.set_column(place, place, column.width, book.text)
        if hasattr(column.widget, "offered"):
            book.offer(sheet, place, header + 1, header + EMPTY_ROWS, column.widget.offered())
    sheet.set_row(header, 46)
    sheet.freeze_panes(header + 1, 2)
    if kind.footnote:
        sheet.write_comment(2, 0, kind.footnote, {"x_scale": 3, "y_scale": 2})
    return book.bytes()


def _write_groups(book: _Book, sheet, columns: list) -> None:
    start = 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place].group != columns[start].group:
            sheet.merge_range(2, start + 1, 2, place, columns[start].group, book.head)
            start = place
