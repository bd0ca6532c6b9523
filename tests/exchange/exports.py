"""Asking for exports, writing them in this process, and reading what was written."""

from pathlib import Path

import openpyxl
from django.core.files.storage import default_storage
from django.http import QueryDict

from core import jobs
from core.listing import listings
from core.models import Job
from exchange import exporting
from exchange.models import Export

REASON = "报送三季度名册"


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
    sheet = openpyxl.load_workbook(path_of(export)).worksheets[number]
    return [list(row) for row in sheet.iter_rows(values_only=True)]
