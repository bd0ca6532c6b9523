"""The limit: reading the sheet and copying ready rows into the tables of the roll, and nothing else."""

import io
import time
from pathlib import Path

from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from exchange.benchmarks.workbooks import TITLES

# What an import of people fills, in an order in which the copies can follow each other.
TABLES = ("workers_worker", "workers_identitydocument", "workers_employment", "workers_membership")


def empty_roll() -> None:
    """Every measurement starts from the same state: tables and indexes as new, no dead rows.

    Autovacuum is kept away: when it passes in the middle of the copies, it counts none of their rows, and the
    checks of their keys read whole tables (see ``workers.bulk.COUNT``). That would not be the least cost.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")


def keep_rows(folder: Path) -> None:
    """Lay down the rows of the roll as they are, in the form that COPY takes fastest."""
    with connection.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("wb") as file:
                cursor.copy_expert(f"COPY {table} TO STDOUT (FORMAT binary)", file)


def limit_seconds(workbook: Path, folder: Path) -> float:
    """Read every cell of the sheet, then copy the rows kept in the folder into an empty roll and commit.

    Indexes, constraints and foreign keys are those of the product: no import can cost less.
    """
    empty_roll()
    start = time.perf_counter()
    for _ in _rows(workbook):
        pass
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("rb") as file:
                cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", file)
    return time.perf_counter() - start


def read_copy_seconds(workbook: Path) -> float:
    """Read the sheet and copy its texts into a table without any index: less than any import of people."""
    start = time.perf_counter()
    lines = io.StringIO()
    for row in _rows(workbook):
        lines.write("\t".join(map(str, row)))
        lines.write("\n")
    lines.seek(0)
    columns = ", ".join(f"c{number} text" for number in range(len(TITLES)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE benchmark_texts ({columns})")
        cursor.copy_expert("COPY benchmark_texts FROM STDIN", lines)
    return time.perf_counter() - start


def _rows(workbook: Path):
    return CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).iter_rows()
