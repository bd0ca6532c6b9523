"""``manage.py benchmark export`` with few people: the shape of its answer, and what is scaled."""

import json
import os
import subprocess
import sys

import pytest

from tests.core.killing import REPOSITORY, url_of_test_database

ASKED = {
    *(
        "rows",
        "xlsx_s",
        "csv_s",
        "stock_s",
        "limit_xlsx_s",
        "limit_csv_s",
        "times_limit_xlsx",
        "times_limit_csv",
    ),
    *("times_faster_than_stock", "peak_mb", "stock_rows"),
}


@pytest.mark.long
def test_the_answer_has_every_figure_and_says_what_was_scaled(db):
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "benchmark", "export", "--workers", "200", "--json"],
        cwd=REPOSITORY,
        env=os.environ | {"DATABASE_URL": url_of_test_database()},
        capture_output=True,
        text=True,
    )
    told = json.loads(run.stdout)
    assert told.keys() >= ASKED
    assert (told["rows"], told["stock_rows"]) == (200, 200)
    assert all(told[name] > 0 for name in ASKED)
    over = [title for title, limit in told["limits"].items() if limit["got"] > limit["limit"]]
    assert (run.returncode, "over the limit" in run.stderr) == ((1, True) if over else (0, False))
