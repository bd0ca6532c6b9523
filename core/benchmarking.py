"""Places to measure in, thrown away or kept, and how a measurement is taken and told."""

import hashlib
import json
import math
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
from django.db.migrations.loader import MigrationLoader
from django.test.utils import override_settings

from core import crypto

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
        override_settings(**scratch_settings(Path(folder))),
    ):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            call_command("load_reference_data", verbosity=0)
            yield
        finally:
            connection.creation.destroy_test_db(live, verbosity=0)


@contextmanager
def kept_place(name: str, *, fill: Callable[[], None], rebuild: bool = False, **contents):
    """A database of its own that stays: built by ``fill`` unless one with the same stamp is there.

    It is called after the live one, ``<live>_benchmark_<name>``. The stamp holds ``contents``, the migrations
    and the key of the blind indexes; it is written last, so a build that was cut short is not taken for whole.
    Yields True when the database was built now. Raises ImproperlyConfigured as ``scratch_place`` does.
    """
    _require_createdb()
    stamp = _stamp(contents)
    live, kept = connection.settings_dict["NAME"], kept_name(name)
    new = rebuild or _comment_on(kept) != stamp
    connection.settings_dict["TEST"]["NAME"] = kept
    with (
        tempfile.TemporaryDirectory(prefix="benchmark") as folder,
        override_settings(**scratch_settings(Path(folder))),
    ):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=not new)
        try:
            if new:
                call_command("load_reference_data", verbosity=0)
                fill()
                with connection.cursor() as cursor:
                    cursor.execute(f"COMMENT ON DATABASE {connection.ops.quote_name(kept)} IS %s", [stamp])
            yield new
        finally:
            connection.creation.destroy_test_db(live, verbosity=0, keepdb=True)


def kept_name(name: str) -> str:
    """The kept database's name beside the live one."""
    return f"{connection.settings_dict['NAME']}_benchmark_{name}"


def drop_kept(name: str) -> bool:
    """Drop a kept database; False when there was none."""
    kept = kept_name(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [kept])
        there = cursor.fetchone()[0] == 1
        if there:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(kept)}")
    return there


def _comment_on(database: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _stamp(contents: dict) -> str:
    loader = MigrationLoader(None)
    names = sorted(f"{app}.{name}" for app, name in loader.disk_migrations)
    migrations = hashlib.sha256(" ".join(names).encode()).hexdigest()
    key = crypto.blind_index("stamp", purpose="benchmark").hex()
    return json.dumps(contents | {"migrations": migrations[:16], "key": key[:16]}, sort_keys=True)


def times_ms(call: Callable[[], object], *, rounds: int, warm_up: int = WARM_UP) -> list[float]:
    """Milliseconds of each of ``rounds`` warm calls."""
    times = []
    for _ in range(warm_up + rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return times[warm_up:]


def median_ms(times: list[float]) -> float:
    """The median, to a tenth of a millisecond."""
    return round(statistics.median(times), 1)


def p95_ms(times: list[float]) -> float:
    """The time that 95 in 100 calls keep (nearest rank), to a tenth of a millisecond."""
    return round(sorted(times)[math.ceil(len(times) * 0.95) - 1], 1)


def queries_of(call: Callable[[], object]) -> list[str]:
    """The statements that the call sends."""
    statements: list[str] = []

    def keep(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        call()
    return statements


def _require_createdb() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper, rolname FROM pg_roles WHERE rolname = current_user")
        allowed, name = cursor.fetchone()
    if not allowed:
        raise ImproperlyConfigured(
            f"DATABASE_URL: the user {name} may not create the benchmark's database (ALTER ROLE … CREATEDB)"
        )


def scratch_settings(folder: Path) -> dict:
    """What a process needs to work in such a place, with its files below the folder, and to touch nothing else."""
    files = folder / "files"
    files.mkdir(exist_ok=True)
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
