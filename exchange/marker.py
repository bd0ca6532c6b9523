"""The marker: a process of its own that writes what is wrong into the workbook somebody uploaded.

Run as ``python -I marker.py SOURCE TARGET LIMITS``; it knows nothing of the portal. Standard input gives JSON lines:
the first says which sheet and header, each further one what to do to a row, ``null`` that there is no more. Whatever
the workbook does, only this process suffers: memory, processor time and file size are capped, and nothing but the
target is written. Exit code 0 means that the target is there; any other, that the workbook cannot be taken as it is.
"""

import json
import resource
import sys

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

AUTHOR = "核对结果"
RED = "FFFCE9EA"
FAULT = PatternFill("solid", start_color=RED, end_color=RED)
HEAD = Font(bold=True)
TOLD = Font(color="FFB02A37")
WRAPPED = Alignment(wrap_text=True, vertical="top")
REASON_WIDTH = 60
MOST_COLUMNS = 300
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork", "ctypes.")


def limit(limits: dict) -> None:
    """Cap this process, and cut it off from the network and from other programs."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["written"], limits["written"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event, args):
        if event.startswith(FORBIDDEN):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def say(cell, text: str) -> None:
    """A text that stays a text, whatever it starts with."""
    cell.value = text or None
    if text:
        cell.data_type = "s"


def cell_at(sheet, row: int, column: int):
    """The cell, or None where a merged range has swallowed it."""
    cell = sheet.cell(row, column)
    return None if isinstance(cell, MergedCell) else cell


def clear(cell) -> None:
    """Take away the mark of an earlier check."""
    if cell.comment is not None and cell.comment.author == AUTHOR:
        cell.comment = None
    if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.start_color.rgb == RED:
        cell.fill = PatternFill()


def place_of_reasons(sheet, order: dict) -> int:
    """The column of the reasons: the one an earlier check added, emptied, or a new one behind everything.

    Goes over the cells that exist, never over the range the sheet claims to have.
    """
    last, old = 0, order["reasons"]
    for (row, column), cell in list(sheet._cells.items()):
        if column > MOST_COLUMNS or isinstance(cell, MergedCell):
            continue
        if row > order["header"]:
            clear(cell)
            if column == old:
                cell.value = None
        if cell.value is not None:
            last = max(last, column)
    return old or last + 1


def mark_row(sheet, row: dict, reasons: int) -> None:
    """Put right what was put right on the page, colour and explain what is wrong."""
    for column, text in row["texts"]:
        if (cell := cell_at(sheet, row["number"], column)) is not None:
            say(cell, text)
            cell.number_format = "@"
    for column, note in row["faults"]:
        if (cell := cell_at(sheet, row["number"], column)) is not None:
            cell.fill = FAULT
            cell.comment = Comment(note, AUTHOR, width=320, height=120)
    if row["reason"]:
        cell = sheet.cell(row["number"], reasons)
        say(cell, row["reason"])
        cell.alignment, cell.font = WRAPPED, TOLD


def main() -> None:
    """Entry point."""
    source, target, limits = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    limit(limits)
    with open(source, "rb") as file:
        book = openpyxl.load_workbook(file)
    order = json.loads(sys.stdin.readline())
    sheet = book[order["sheet"]]
    reasons = place_of_reasons(sheet, order)
    head = sheet.cell(order["header"], reasons)
    say(head, order["title"])
    head.font = HEAD
    sheet.column_dimensions[get_column_letter(reasons)].width = REASON_WIDTH
    while (row := json.loads(sys.stdin.readline())) is not None:  # a broken pipe ends here, without a file
        mark_row(sheet, row, reasons)
    book.active = book.worksheets.index(sheet)
    book.save(target)


if __name__ == "__main__":
    main()
