"""Asking for exports, writing them in this process, and reading what was written."""

import csv
import datetime as dt
import io
from pathlib import Path

import msoffcrypto
import openpyxl
from django.core.files.storage import default_storage
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from core import jobs
from core.listing import listings
from core.models import Job
from core.rowkeys import read_heading
from exchange import exporting
from exchange.models import Export
from unions.scoping import reach

REASON = "报送三季度名册"
PASSWORD = "鹤立-2026-for-the-file"


def ask(
    user, query="", columns=(), file_format="xlsx", reason=REASON, listing="workers", **options
) -> Export:
    return exporting.request_export(
        listing=listings()[listing],
        query=QueryDict(query),
        columns=list(columns),
        file_format=file_format,
        reason=reason,
        by=user,
        hint=False,
        **options,
    )


def done(export: Export) -> Export:
    job = jobs.run_inline(Job.objects.get(pk=export.job_id))
    assert job.error == ""
    export.refresh_from_db()
    return export


def path_of(export: Export) -> Path:
    return Path(default_storage.path(export.file))


def sheet_rows(export: Export, number: int = 0) -> list[list]:
    """The cells of a sheet, without the hidden column of row keys."""
    sheet = openpyxl.load_workbook(path_of(export)).worksheets[number]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return [row[:-1] for row in rows] if read_heading(rows[0][-1]) else rows


def rows_in_file(user, listing: str, query: str = "", columns=(), file_format: str = "xlsx") -> list[list]:
    """The rows of the list as a file holds them, without the head; days as days."""
    export = done(ask(user, query, columns, file_format, listing=listing))
    if file_format == "csv":
        lines = list(csv.reader(path_of(export).read_text(encoding="utf-8-sig").splitlines()))
        return lines[1 : lines.index([])]
    return [
        [cell.date() if isinstance(cell, dt.datetime) else cell for cell in row]
        for row in sheet_rows(export)[1:]
    ]


def queries_of_file(user, listing: str, query: str = "") -> int:
    """How many queries it takes to read the rows of a list with all its columns."""
    found = listings()[listing]
    columns = list(found.columns)
    reach(user, found.permission)  # what a user may do is read once per request
    with CaptureQueriesContext(connection) as seen:
        assert list(found.lines(found.filtered(user, QueryDict(query)), columns, chunk=5_000))
    return len(seen)


def opened(export: Export, password: str = PASSWORD) -> io.BytesIO:
    plain = io.BytesIO()
    with path_of(export).open("rb") as file:
        locked = msoffcrypto.OfficeFile(file)
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(plain, verify_integrity=True)
    return plain
