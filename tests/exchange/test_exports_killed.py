"""SIGKILL under an export and under a bulk edit: one whole file each, every row written once, nothing left over."""

import hashlib
import random
from pathlib import Path

import openpyxl
from django.core.files.storage import default_storage
from django.http import QueryDict

from accounts.models import AuditEntry
from core.listing import listings
from core.models import Job
from exchange.exporting import request_export
from exchange.models import Export
from tests.core.killing import run_killed
from tests.core.test_jobs_killed import kills, nursery, worker
from tests.factories.unions import EmployerFactory
from workers.models import BulkEdit, Worker
from workers.services.bulk_edits import confirm_bulk_edit, draft_bulk_edit

__all__ = ["kills", "nursery", "worker"]  # fixtures
ROWS = 6_000  # more than is written at once


def crowd(union, rows: int) -> None:
    """People with nothing but names."""
    firm = EmployerFactory(union=union)
    Worker.objects.bulk_create(
        Worker(name=f"试{place}", union=union, employer=firm, education="60") for place in range(rows)
    )


def test_a_killed_export_leaves_one_whole_file(worker, clerk, union, kills):
    crowd(union, ROWS)

    def submit(number):
        export = request_export(
            listing=listings()["workers"], query=QueryDict(""), columns=[], file_format="xlsx",
            reason="报送三季度名册", by=clerk,
        )  # fmt: skip
        return Job.objects.get(pk=export.job_id)

    over = run_killed(submit, worker, kills, random.Random(20261126))
    assert {(job.state, job.error) for job in over} == {(Job.State.DONE, "")}, worker.log()[-3000:]
    exports = list(Export.objects.order_by("pk"))
    assert len(exports) == len(over)
    root = Path(default_storage.path(""))
    found = {path for path in (root / "exports").rglob("*") if path.is_file()}
    assert found == {root / export.file for export in exports}
    for export in exports:
        content = (root / export.file).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (export.sha256, export.size)
    last = openpyxl.load_workbook(root / exports[-1].file, read_only=True)
    assert sum(1 for _ in last.worksheets[0].iter_rows()) == ROWS + 1
    last.close()
    assert AuditEntry.objects.filter(action="exchange.export").count() == len(over)


def test_a_killed_bulk_edit_writes_each_row_once(worker, clerk, union, kills):
    crowd(union, ROWS // 4)

    def submit(number):
        edit = draft_bulk_edit(
            workers=Worker.objects.all(),
            field="native_place",
            value=f"试地{number}",
            selection="全部",
            by=clerk,
        )
        confirm_bulk_edit(edit=edit, count=ROWS // 4, by=clerk)
        edit.refresh_from_db()
        return Job.objects.get(key=edit.job_key)

    over = run_killed(submit, worker, kills, random.Random(20261127))
    assert {(job.state, job.error) for job in over} == {(Job.State.DONE, "")}, worker.log()[-3000:]
    assert {edit.state for edit in BulkEdit.objects.all()} == {"applied"}
    people = Worker.objects.values_list("version", "native_place").distinct()
    assert set(people) == {(len(over) + 1, f"试地{len(over) - 1}")}
    assert AuditEntry.objects.filter(action="workers.bulk_edit").count() == ROWS // 4 * len(over)
