"""A throw-away place to measure in, and how a measurement is taken and told."""

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings

ROUNDS = 15
WARM_UP = 3


@dataclass
class Measurement:
    """Seconds per stage in the order they were taken, and whatever else the benchmark has to tell."""

    stages: dict[str, float] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str):
        """Time the block under a name."""
        start = time.perf_counter()
        yield
        self.stages[name] = round(time.perf_counter() - start, 3)


@contextmanager
def scratch_place():
    """A new migrated database with reference data, and an empty folder for files; both are removed again.

    The live database is not touched beyond its server. Raises ImproperlyConfigured when the database user
    may not create databases.
    """
    _require_createdb()
    connection.settings_dict["TEST"]["NAME"] = f"{connection.settings_dict['NAME']}_benchmark"
    live = connection.settings_dict["NAME"]
    with (
        tempfile.TemporaryDirectory(prefix="benchmark") as folder,
        override_settings(**_scratch_settings(Path(folder))),
    ):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            call_command("load_reference_data", verbosity=0)
            yield
        finally:
            connection.creation.destroy_test_db(live, verbosity=0)


def median_ms(call: Callable[[], object]) -> float:
    """Median of ROUNDS warm calls, in milliseconds."""
    times = []
    for _ in range(WARM_UP + ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return round(statistics.median(times[WARM_UP:]) * 1000, 2)


def indexes_used(call: Callable[[], object]) -> list[str]:
    """Names of the indexes (or ``Seq Scan on table``) in the plans of the SELECTs that the call sends."""
    statements: list[tuple] = []

    def keep(execute, sql, params, many, context):
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        call()
    found: set[str] = set()
    with connection.cursor() as cursor:
        for sql, params in statements:
            if sql.lstrip().upper().startswith(("SELECT", "WITH", "(")):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                _collect(cursor.fetchone()[0][0]["Plan"], found)
    return sorted(found)


def _collect(plan: dict, found: set[str]) -> None:
    if "Index Name" in plan:
        found.add(plan["Index Name"])
    elif plan["Node Type"] == "Seq Scan":
        found.add(f"Seq Scan on {plan['Relation Name']}")
    for part in plan.get("Plans", []):
        _collect(part, found)


def _require_createdb() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper, rolname FROM pg_roles WHERE rolname = current_user")
        allowed, name = cursor.fetchone()
    if not allowed:
        raise ImproperlyConfigured(
            f"DATABASE_URL: the user {name} may not create the benchmark's database (ALTER ROLE … CREATEDB)"
        )


def _scratch_settings(folder: Path) -> dict:
    files = folder / "files"
    files.mkdir()
    return {
        "SECURE": False,  # nobody signs in here: the demo town may be loaded
        "FILES_DIR": files,
        "STORAGES": {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": files, "base_url": None},
            },
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    }
