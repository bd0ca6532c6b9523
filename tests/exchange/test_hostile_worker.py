"""Hostile files in a real worker: pages of others answer meanwhile, and the same worker reads the next good file."""

import time

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from core.models import Job
from exchange import services
from exchange.models import ImportRun
from tests.core.killing import PATIENCE
from tests.core.test_jobs_killed import nursery, worker
from tests.exchange import hostile_sheets, hostile_zips
from tests.exchange.sheets import member, member_book
from tests.factories.unions import EmployerFactory

__all__ = ["nursery", "worker"]  # fixtures
HOSTILE = [
    hostile_zips.CASES["zip bomb: spaces in the sheet, just within the limit"],
    hostile_sheets.CASES["strings: one of 30,000 letters in every cell"],
    hostile_sheets.CASES["sheet: a cell at the far corner"],
]
SLOWEST_PAGE = 5  # seconds, on a machine that runs the reader beside it


def submit(by, union, content: bytes) -> ImportRun:
    run, _ = services.upload(
        kind="workers", union=union, file=ContentFile(content), file_name="名单.xlsx", by=by
    )
    return run


def over(runs) -> bool:
    return (
        not Job.objects.filter(key__in=[run.job_key for run in runs]).exclude(state=Job.State.DONE).exists()
    )


def test_others_are_served_while_hostile_files_are_read(worker, officer, union, other_officer, other_union):
    EmployerFactory(union=union), EmployerFactory(union=other_union)
    client, waits, until = Client(), [], time.monotonic() + PATIENCE
    client.force_login(other_officer)
    runs = [submit(officer, union, make()) for make in HOSTILE]
    while not over(runs):
        assert time.monotonic() < until, worker.log()[-3000:]
        asked = time.monotonic()
        assert client.get(reverse("exchange:run_list")).status_code == 200
        waits.append(time.monotonic() - asked)
        time.sleep(0.1)
    assert len(waits) > 1
    assert max(waits) < SLOWEST_PAGE
    assert worker.is_alive()
    good = submit(other_officer, other_union, member_book([member(1)]))
    while not over([good]):
        assert time.monotonic() < until + PATIENCE, worker.log()[-3000:]
        time.sleep(0.1)
    good.refresh_from_db()
    assert (good.state, good.new) == (ImportRun.State.CHECKED, 1)
    assert all(ImportRun.objects.get(pk=run.pk).error.endswith("。") for run in runs[1:])
