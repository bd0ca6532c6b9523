"""check_invariants over import runs: silent about sound runs, and each kind of damage is told."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import jobs
from core.models import Job
from exchange import services
from exchange.benchmarks.workbooks import workbook
from exchange.invariants import INVARIANTS
from exchange.models import ImportEffect, ImportRow, ImportRun
from tests.factories.unions import EmployerFactory


def violations():
    return {title: lines for title, check in INVARIANTS if (lines := check())}


def work_on(run):
    run.refresh_from_db()
    jobs.run_inline(Job.objects.get(key=run.job_key))
    run.refresh_from_db()


@pytest.fixture
def run(clerk, union):
    """An applied run of three rows."""
    content = ContentFile(workbook(3, [EmployerFactory(union=union)]))
    run, _ = services.upload(
        kind="workers", union=union, file=content, file_name="名册.xlsx", by=clerk, hint=False
    )
    work_on(run)
    services.confirm(run=run, mode=ImportRun.Mode.ALL, by=clerk, hint=False)
    work_on(run)
    return run


def test_sound_runs(run):
    assert (run.state, run.applied) == (ImportRun.State.APPLIED, 3)
    assert violations() == {}


def test_counts_that_are_not_the_rows(run):
    ImportRow.objects.filter(run=run, number=run.lines.first().number).update(verdict="problem")
    assert violations() == {"the counts of a run are its rows": [f"ImportRun {run.pk}"]}


def test_rows_forgotten_after_their_time_leave_the_counts(run):
    run.lines.all().delete()
    assert violations() == {}


def test_applied_rows_that_are_not_counted(run):
    ImportEffect.objects.filter(row=run.lines.first()).update(outcome="reverted")
    assert violations() == {
        "the rows written are those marked as written": [f"ImportRun {run.pk}: says 3 rows, wrote 2"]
    }


def test_busy_run_without_a_job(run):
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLYING)
    assert violations() == {
        "a run that waits has a job": [f"ImportRun {run.pk} is applying and nothing works on it"]
    }
    Job.objects.filter(key=run.job_key).update(state="failed", error="x")
    assert violations() == {}


def test_missing_and_left_over_files(run):
    Path(run.file.path).unlink()
    name = default_storage.save("imports/2026/11/stranger", ContentFile(b"x"))
    assert violations() == {
        "uploaded files are there": [f"ImportRun {run.pk}: its file is missing"],
        "no uploaded file is left over": [f"{name} belongs to no import run"],
    }
