"""Workbooks the desk hands out: what all of them share.

Numbers stay text and nothing becomes a formula: every cell is written as a string, on text-formatted columns.
"""

import io

import xlsxwriter

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
