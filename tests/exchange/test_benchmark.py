"""``manage.py benchmark import`` with few rows: the shape of its answer, and that all its ways write the same."""

import json
import os
import subprocess
import sys

import pytest
from django.core.files.base import ContentFile

from core import jobs
from core.models import Job
from exchange import services
from exchange.benchmarks import raw, stock
from exchange.benchmarks.workbooks import workbook
from tests.core.killing import REPOSITORY, url_of_test_database
from workers.benchmarks.invention import invented_town
from workers.models import Worker

ROWS = 20
ASKED = {
    *("rows", "check_s", "apply_s", "total_s", "stock_s", "bulk_s", "limit_s", "times_faster_than_stock"),
    *("times_limit", "peak_child_mb", "web_growth_mb"),
}
TOLD_BESIDES = {"stock_rows", "read_copy_s", "undo_s", "upload_s"}


@pytest.mark.long
def test_the_answer_has_every_figure_and_says_what_was_scaled(db):
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "benchmark", "import", "--workers", "200", "--json"],
        cwd=REPOSITORY,
        env=os.environ | {"DATABASE_URL": url_of_test_database()},
        capture_output=True,
        text=True,
    )
    told = json.loads(run.stdout)
    assert told.keys() >= ASKED | TOLD_BESIDES
    assert (told["rows"], told["stock_rows"]) == (200, 200)
    assert all(told[name] > 0 for name in (ASKED | TOLD_BESIDES) - {"web_growth_mb"})
    assert told["web_growth_mb"] < 50
    over = [title for title, limit in told["limits"].items() if limit["got"] > limit["limit"]]
    assert (run.returncode, "over the limit" in run.stderr) == ((1, True) if over else (0, False))


@pytest.fixture
def town(transactional_db):
    return invented_town(unions=2, firms=3)


def finish(run):
    run.refresh_from_db()
    jobs.run_inline(Job.objects.get(key=run.job_key))
    run.refresh_from_db()


def import_by_us(content, by):
    run, _ = services.upload(
        kind="workers", union=None, file=ContentFile(content), file_name="基准.xlsx", by=by, hint=False
    )
    finish(run)
    services.confirm(run=run, mode="all", by=by, hint=False)
    finish(run)


def written():
    """Every person with document, job and membership; without what differs each time: keys, seals, moments."""
    facts = [
        *("name", "pinyin", "initials", "other_pinyin", "other_initials", "sex", "birth_date", "ethnicity"),
        *("phone_index", "phone_tail", "education", "skill_level", "political", "employment_status"),
        *("household_type", "household_place", "native_place", "is_migrant", "is_key_post", "is_industrial"),
        *("union", "employer", "standing", "member_since", "version"),
        *(
            "documents__doc_type",
            "documents__number_index",
            "documents__number_tail",
            "documents__is_current",
        ),
        *("employments__employer", "employments__start", "employments__form"),
        *("memberships__union", "memberships__start", "memberships__status", "memberships__is_retained"),
        *("memberships__start_change", "memberships__start_reason", "memberships__end"),
    ]
    return [
        [bytes(value) if isinstance(value, memoryview) else value for value in person]
        for person in Worker.objects.order_by("pk").values_list(*facts)
    ]


def test_stock_bulk_and_raw_copy_write_the_rows_that_we_write(town, tmp_path):
    clerk, _, firms = town
    content = workbook(ROWS, firms)
    import_by_us(content, clerk)
    ours = written()
    raw.keep_rows(tmp_path)
    (tmp_path / "book.xlsx").write_bytes(content)
    assert len(ours) == ROWS
    for resource in (stock.StockResource, stock.BulkResource):
        assert stock.seconds_of(resource, content, ROWS) > 0
        assert written() == ours
    assert raw.limit_seconds(tmp_path / "book.xlsx", tmp_path) > 0
    assert written() == ours
