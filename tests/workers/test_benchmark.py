"""``manage.py benchmark roll`` with few people: the shape of its answer, and that the invented roll is sound."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.core.killing import REPOSITORY, url_of_test_database
from workers.benchmarks import filling
from workers.invariants import INVARIANTS
from workers.models import Membership, Worker

PEOPLE = 1500


def benchmark(*arguments):
    """The command beside the test database: it keeps a database of its own, named after that one."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "benchmark", "roll", "--json", *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"DATABASE_URL": url_of_test_database()},
        capture_output=True,
        text=True,
    )


@pytest.mark.long
def test_every_page_is_told_for_both_roles(db):
    try:
        run = benchmark("--workers", str(PEOPLE), "--rounds", "1", "--rebuild")
        told = json.loads(run.stdout)
    finally:
        benchmark("--drop")
    assert (told["workers"], told["built"], told["limit_ms"]) == (PEOPLE, True, 100)
    names = {(page["name"], page["role"]) for page in told["pages"]}
    for role in ("town staff", "officer"):
        assert {
            ("list page 1", role), ("capped count", role), ("duplicate candidates", role),
            ("as at: recent day", role), ("as at: long ago, few", role), ("search: pinyin", role),
        } <= names  # fmt: skip
    assert {tuple(page) for page in told["pages"]} == {
        ("name", "role", "p50_ms", "p95_ms", "queries", "times_admin")
    }
    first = next(page for page in told["pages"] if page["name"] == "search: name")
    assert first["times_admin"] > 0
    over = [page for page in told["pages"] if page["p95_ms"] > told["limit_ms"]]
    assert (run.returncode, "over the limit" in run.stderr) == ((1, True) if over else (0, False))


def test_invented_people_keep_every_rule_of_the_roll(transactional_db, monkeypatch):
    monkeypatch.setattr(filling, "NAMES", 500)
    monkeypatch.setattr(filling, "PROFILES", 500)
    filling.fill(400)
    assert Worker.objects.count() == 400
    assert {
        title for title, check in INVARIANTS if title != "sealed numbers match their indexes" and check()
    } == set()
    assert Membership.objects.values("worker").distinct().count() < Membership.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE conname = 'workers_membership_one_at_a_time'"
        )
        assert cursor.fetchone()[0] == 1
