"""Sheets of the kind ``employments``, made in the tests."""

import openpyxl

from tests.exchange.sheets import saved

TITLES = [
    "序号",
    "姓名",
    "有效证件类别",
    "证件号码",
    "工作单位",
    "用工形式",
    "工种",
    "班组",
    "工号",
    "入职日期",
    "离职日期",
]
PLACES = {"form": 5, "occupation": 6, "team": 7, "staff_number": 8, "start": 9, "end": 10}


def job_row(worker, number: str, firm: str = "", **facts) -> list:
    """A row about a person on the roll; ``facts`` by attribute."""
    row = ["1", worker if isinstance(worker, str) else worker.name, "居民身份证", number, firm, *[""] * 6]
    for name, text in facts.items():
        row[PLACES[name]] = text
    return row


def job_book(*rows, titles=TITLES) -> bytes:
    """A plain sheet with these rows."""
    book = openpyxl.Workbook()
    for row in (titles, *rows):
        book.active.append(row)
    return saved(book)
