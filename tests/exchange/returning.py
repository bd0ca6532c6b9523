"""Exported workbooks under the hands of a person, and on their way back."""

import io
import re

import openpyxl
from django.core.files.base import ContentFile

from core import jobs
from core.models import Job
from exchange import services
from exchange.models import Export, ImportRun
from tests.exchange.exports import path_of
from workers.models import Worker


class Sheet:
    """The sheet of an exported workbook under the hands of a person."""

    def __init__(self, export: Export, *, header: int = 1):
        self.book = openpyxl.load_workbook(path_of(export))
        self.sheet = self.book.worksheets[0]
        titles = {
            cell.column: re.split(r"[ \n（(]", cell.value)[0] for cell in self.sheet[header] if cell.value
        }
        self.places = {title: place for place, title in titles.items()}

    def row_of(self, worker: Worker) -> int:
        rows = self.sheet.iter_rows(min_col=self.places["姓名"], max_col=self.places["姓名"])
        return next(cell.row for (cell,) in rows if cell.value == worker.name)

    def text(self, worker: Worker, title: str):
        return self.sheet.cell(self.row_of(worker), self.places[title]).value

    def edit(self, row: int, **texts) -> "Sheet":
        for title, text in texts.items():
            cell = self.sheet.cell(row, self.places[title])
            cell.value = text
            if isinstance(text, str):
                cell.data_type = "s"  # typed into a text cell: what begins with = is no formula
        return self

    def bytes(self) -> bytes:
        content = io.BytesIO()
        self.book.save(content)
        return content.getvalue()


def send(sheet: Sheet | bytes, by, union=None, kind: str = "workers", **options) -> ImportRun:
    content = sheet if isinstance(sheet, bytes) else sheet.bytes()
    run, _ = services.upload(
        kind=kind, union=union, file=ContentFile(content), file_name="名册.xlsx", by=by, hint=False, **options
    )
    return worked(run)


def worked(run: ImportRun) -> ImportRun:
    run.refresh_from_db()
    job = jobs.run_inline(Job.objects.get(key=run.job_key))
    assert job.error == ""
    run.refresh_from_db()
    return run


def written(run: ImportRun, by, mode: str = "all") -> ImportRun:
    services.confirm(run=run, mode=mode, by=by, hint=False)
    return worked(run)


def counts(run: ImportRun) -> tuple[int, int, int]:
    return run.changed, run.unchanged, run.failed
