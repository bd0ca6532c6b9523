"""SIGKILL under a report, an import, its undo and a marked workbook: one finished result each, none lost, none twice.

``--kills N`` sets how often each is killed; the acceptance run uses 30. A job that is not over 90 seconds after the
worker's return (``killing.PATIENCE``) fails its test.
"""

import random
import shutil
import uuid
from pathlib import Path

import pytest
import redis
from django.conf import settings as portal_settings
from django.core.files.base import ContentFile
from django.core.management import call_command

from accounts.models import AuditEntry
from core import jobs
from core.models import Job
from core.reporting import Period
from exchange import services
from exchange.benchmarks.workbooks import workbook
from exchange.models import ImportRun
from reports.models import Report, ReportFigure
from reports.services import request_report
from tests.conftest import files_in
from tests.core.killing import KilledWorker, Nursery, run_killed, use_queue
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import IdentityDocument, Membership, Worker

ROWS = 1500  # more than the reader and the writer take at once
PERIODS = [Period.parse(f"{year}-{month:02d}") for year in range(2025, 2020, -1) for month in range(1, 13)]


@pytest.fixture
def kills(request):
    return request.config.getoption("--kills")


@pytest.fixture(scope="module")
def nursery(django_db_setup, django_db_blocker, tmp_path_factory):
    """Where the workers of a file's tests come from, with one folder for all."""
    with django_db_blocker.unblock():
        nursery = Nursery(tmp_path_factory.mktemp("workers"))
    yield nursery
    nursery.close()


@pytest.fixture
def worker(transactional_db, nursery, monkeypatch, settings):
    """A running worker on this test's database and queue, and on an empty folder that is the test's as well."""
    call_command("load_reference_data", verbosity=0)
    settings.FILES_DIR = nursery.data_dir / "files"
    settings.STORAGES = files_in(settings.FILES_DIR)
    queue = f"killed-{uuid.uuid4().hex}"
    use_queue(monkeypatch, queue)
    worker = KilledWorker(nursery, queue)
    worker.start()
    yield worker
    worker.kill()
    shutil.rmtree(settings.FILES_DIR, ignore_errors=True)
    broker = redis.Redis.from_url(portal_settings.REDIS_URL.replace("redis+socket://", "unix://"))
    broker.delete(queue)
    broker.close()


def all_files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def checked(number, firm, by) -> ImportRun:
    """A run of ROWS new people, checked in this process."""
    content = ContentFile(workbook(ROWS, [firm], first=number * ROWS))
    run, _ = services.upload(
        kind="workers", union=firm.union, file=content, file_name="名册.xlsx", by=by, hint=False
    )
    return worked_off(run)


def worked_off(run) -> ImportRun:
    """The run when its job is done, in this process."""
    jobs.run_inline(Job.objects.get(key=run.job_key))
    run.refresh_from_db()
    return run


def test_killed_report_is_published_once(worker, clerk, union, kills, settings):
    WorkerFactory.create_batch(20, employer__union=union)

    def submit(number):
        return request_report(period=PERIODS[number], union=None, by=clerk)

    over = run_killed(submit, worker, kills, random.Random(20261123))
    assert {job.error for job in over} == {""}, worker.log()[-3000:]
    assert [job.state for job in over] == [Job.State.DONE] * len(over)
    reports = list(Report.objects.order_by("pk"))
    assert sorted(report.pk for report in reports) == sorted(job.result["report"] for job in over)
    assert {report.version for report in reports} == {1}
    assert len({report.period_code for report in reports}) == len(over)
    assert len({ReportFigure.objects.filter(report=report).count() for report in reports}) == 1
    files = {Path(name) for report in reports for name in (report.pdf.name, report.xlsx.name)}
    assert all_files(Path(settings.FILES_DIR)) == files
    for report in reports:
        assert Path(report.pdf.path).read_bytes()[:5] == b"%PDF-"
        assert Path(report.pdf.path).read_bytes().rstrip()[-5:] == b"%%EOF"
    assert sum(job.attempts for job in over) >= len(over) + kills


def test_killed_import_is_applied_once(worker, clerk, union, kills):
    firm = EmployerFactory(union=union)
    runs = []

    def submit(number):
        run = checked(number, firm, clerk)
        runs.append(services.confirm(run=run, mode=ImportRun.Mode.ALL, by=clerk))
        return Job.objects.get(key=runs[-1].job_key)

    over = run_killed(submit, worker, kills, random.Random(20261124))
    assert {job.error for job in over} == {""}, worker.log()[-3000:]
    assert [job.state for job in over] == [Job.State.DONE] * len(over)
    for run in runs:
        run.refresh_from_db()
        assert (run.state, run.rows, run.applied, run.new) == (ImportRun.State.APPLIED, ROWS, ROWS, ROWS)
    everyone = ROWS * len(runs)
    assert (Worker.objects.count(), Membership.objects.count()) == (everyone, everyone)
    assert IdentityDocument.objects.values("number_index").distinct().count() == everyone
    assert AuditEntry.objects.filter(action="exchange.apply").count() == len(runs)
    assert sum(job.attempts for job in over) >= len(over) + kills


def test_killed_undo_takes_back_once(worker, clerk, union, kills):
    firm = EmployerFactory(union=union)
    runs = []

    def submit(number):
        run = checked(number, firm, clerk)
        run = worked_off(services.confirm(run=run, mode=ImportRun.Mode.ALL, by=clerk, hint=False))
        assert run.applied == ROWS
        runs.append(services.request_undo(run=run, by=clerk))
        return Job.objects.get(key=runs[-1].job_key)

    over = run_killed(submit, worker, kills, random.Random(20261126))
    assert {job.error for job in over} == {""}, worker.log()[-3000:]
    assert [job.state for job in over] == [Job.State.DONE] * len(over)
    for run in runs:
        run.refresh_from_db()
        assert run.state == ImportRun.State.UNDONE
        assert run.outcomes() == {"reverted": ROWS, "kept": 0, "impossible": 0}
    assert (Worker.objects.count(), Membership.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="exchange.undo").count() == len(runs)
    assert sum(job.attempts for job in over) >= len(over) + kills


def test_killed_marking_leaves_one_file(worker, clerk, union, kills, settings):
    firm = EmployerFactory(union=union)
    runs = []

    def submit(number):
        run = checked(number, firm, clerk)
        services.mend(run=run, number=run.lines.first().number, texts={"number": "123"}, by=clerk)
        runs.append(run)
        return services.request_marks(run=run, by=clerk)

    over = run_killed(submit, worker, (kills + 1) // 2, random.Random(20261127))
    assert [job.state for job in over] == [Job.State.DONE] * len(over), worker.log()[-3000:]
    for run in runs:
        run.refresh_from_db()
    folder = Path(settings.FILES_DIR)
    ended = {folder / run.marked for run in runs}
    assert len(ended) == len(runs)
    assert set((folder / "marked").rglob("[0-9]*.xlsx")) == ended


def test_killed_check_is_staged_once(worker, clerk, union, kills):
    firm = EmployerFactory(union=union)
    runs = []

    def submit(number):
        content = ContentFile(workbook(ROWS, [firm], first=number * ROWS))
        run, _ = services.upload(kind="workers", union=union, file=content, file_name="名册.xlsx", by=clerk)
        runs.append(run)
        return Job.objects.get(key=run.job_key)

    over = run_killed(submit, worker, (kills + 1) // 2, random.Random(20261125))
    assert [job.state for job in over] == [Job.State.DONE] * len(over)
    for run in runs:
        run.refresh_from_db()
        assert (run.state, run.rows, run.new) == (ImportRun.State.CHECKED, ROWS, ROWS)
        assert run.lines.count() == ROWS
