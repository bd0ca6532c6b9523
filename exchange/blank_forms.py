"""The empty form of a kind, to be filled in: drop-downs, text columns, an example row, and what each column takes."""

from core.exchange import EXAMPLE, Column, Exchange
from exchange.workbooks import Book

EMPTY_ROWS = 3_000
NOTES = "填表说明"
DUTIES = {"error": "必填", "warning": "应填，缺了可以导入但不完整", "": "选填"}
NOTE_TITLES = ("列名", "是否必填", "填写要求", "可填内容", "示例")
NOTE_WIDTHS = (24, 16, 30, 60, 26)


def blank_form(kind: type[Exchange]) -> bytes:
    """The empty form: title, header, a marked example row that is never imported, and a sheet that explains it."""
    book = Book()
    sheet = book.book.add_worksheet(kind.title)
    columns = list(kind.columns().values())
    offered = {c.attribute: c.widget.offered() for c in columns if hasattr(c.widget, "offered")}
    sheet.merge_range(0, 0, 0, len(columns), kind.form_title, book.title)
    sheet.write_string(1, 0, "填表单位（盖章）：")
    sheet.write_string(1, len(columns) // 2, "填报日期：")
    header = 3 if any(column.group for column in columns) else 2
    if header == 3:
        _write_groups(book, sheet, columns)
        sheet.merge_range(2, 0, 3, 0, "序号", book.head)
    else:
        sheet.write_string(2, 0, "序号", book.head)
    for place, column in enumerate(columns, start=1):
        hint = f"\n（{column.hint}）" if column.hint else ""
        sheet.write_string(header, place, column.column_name + hint, book.head)
        sheet.write_comment(header, place, f"{duty_of(column)}。{column.expects}。", {"x_scale": 1.6})
        sheet.set_column(place, place, column.width, book.text)
        if column.attribute in offered:
            book.offer(sheet, place, header + 1, header + EMPTY_ROWS, offered[column.attribute])
    _write_example(book, sheet, header + 1, kind, columns)
    sheet.set_row(header, 46)
    sheet.freeze_panes(header + 1, 2)
    _write_notes(book, kind, columns, offered)
    return book.bytes()


def duty_of(column: Column) -> str:
    """How much an empty cell of the column matters, in words."""
    return DUTIES["error" if column.required else column.blank]


def _write_groups(book: Book, sheet, columns: list[Column]) -> None:
    start = 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place].group != columns[start].group:
            sheet.merge_range(2, start + 1, 2, place, columns[start].group, book.head)
            start = place


def _write_example(book: Book, sheet, row: int, kind: type[Exchange], columns: list[Column]) -> None:
    sheet.write_string(row, 0, EXAMPLE, book.example)
    sheet.write_comment(
        row, 0, "这一行是示例，导入时自动跳过。请从下一行填起，也可以删去这一行。", {"x_scale": 1.6}
    )
    for place, column in enumerate(columns, start=1):
        sheet.write_string(row, place, kind.example.get(column.attribute, ""), book.example)


def _write_notes(book: Book, kind: type[Exchange], columns: list[Column], offered: dict) -> None:
    """Column by column: needed or not, how it is written, what may stand there, an example."""
    sheet = book.book.add_worksheet(NOTES)
    lines = [kind.purpose, *kind.footnote.replace("填表说明：\n", "").split("\n")]
    lines.append(
        f"序号为“{EXAMPLE}”的一行只作参考，导入时自动跳过。日期、号码都按文本填写，不要改成数字格式。"
    )
    for row, line in enumerate(filter(None, lines)):
        sheet.merge_range(row, 0, row, len(NOTE_TITLES) - 1, line, book.note)
    row += 2
    for place, title in enumerate(NOTE_TITLES):
        sheet.write_string(row, place, title, book.head)
        sheet.set_column(place, place, NOTE_WIDTHS[place], book.note)
    for column in columns:
        row += 1
        allowed = "；".join(offered.get(column.attribute, []))
        cells = (column.column_name, duty_of(column), column.expects, allowed)
        for place, text in enumerate((*cells, kind.example.get(column.attribute, ""))):
            sheet.write_string(row, place, text, book.note)
