"""Staged rows on their way into the database: COPY in, verdicts, counts."""

import io
import struct
from concurrent.futures import Future, ThreadPoolExecutor

import orjson
from django.db import connection

from core import crypto
from core.exchange import Cleaned, Staged
from exchange.models import COUNTS, ImportEffect, ImportRow, ImportRun

TABLE = ImportRow._meta.db_table
EFFECTS = ImportEffect._meta.db_table
RAW_CONTEXT = ImportRow._meta.get_field("raw").context
COPY = f"""
COPY {TABLE} (run_id, number, verdict, raw, "values", problems, key) FROM STDIN (FORMAT binary)
"""
# COPY's binary form: sealed cells go in as they are, and nothing is escaped on one side and read on the other.
_FIELDS = 7
_BEGIN, _END, _NULL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff", b"\xff\xff\xff\xff"
_JSONB = b"\x01"  # its only version
_pack_keys = struct.Struct(">hiqii").pack  # how many fields; run and number, each after its length
_pack_length = struct.Struct(">i").pack
AT_ONCE = (
    1024 * 1024
)  # bytes that the storing thread takes at a time: each time it waits for the cleaning one
SKIPPED = Cleaned(None, {}, [])
HIDDEN = Cleaned(
    None,
    {},
    [
        {
            "column": "",
            "value": "",
            "message": "本行在原文件中是隐藏的，已按您的选择跳过。",
            "level": "warning",
            "code": "hidden_row",
        }
    ],
)
REPLACED_AT_ONCE = 1_000


def staged(run: ImportRun, numbers=None) -> Staged:
    """The rows of a run for set-based SQL, or those with these sheet row numbers."""
    return Staged(TABLE, EFFECTS, run.pk, None if numbers is None else tuple(numbers))


class CopyWriter:
    """Collects rows for COPY. ``flush`` hands them to a thread, so the database stores one batch while the
    next one is cleaned; ``close`` waits for the last. Nothing else may use the connection meanwhile."""

    def __init__(self, run: ImportRun):
        self.run_id = run.pk
        self.lines: list[bytes] = []
        self.size = 0  # bytes of the lines that wait
        self.thread = ThreadPoolExecutor(1)
        self.stored: Future | None = None
        self.cursor = connection.cursor()
        self.seal = crypto.sealer(RAW_CONTEXT)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.thread.shutdown(wait=True, cancel_futures=kind is not None)
        if kind is None and self.stored:
            self.stored.result()
        self.cursor.close()

    def add(self, number: int, cells: list, cleaned: Cleaned, verdict: str) -> None:
        """Queue one row; the raw cells are sealed here."""
        fields = (
            _field(verdict.encode()),
            _field(self.seal(compact(cells))),
            _field(_JSONB + orjson.dumps(cleaned.values)),
            _field(_JSONB + orjson.dumps(cleaned.problems)),
            _field(cleaned.key),
        )
        line = _pack_keys(_FIELDS, 8, self.run_id, 4, number) + b"".join(fields)
        self.size += len(line)
        self.lines.append(line)

    def flush(self) -> None:
        """Store what is queued. One statement, so a batch is there whole or not at all."""
        if self.stored:
            self.stored.result()
        batch, self.lines, self.size = io.BytesIO(b"".join((_BEGIN, *self.lines, _END))), [], 0
        self.stored = self.thread.submit(self.cursor.copy_expert, COPY, batch, AT_ONCE)


def _field(value: bytes | None) -> bytes:
    return _NULL if value is None else _pack_length(len(value)) + value


def compact(value) -> str:
    """The value as JSON without spaces."""
    return orjson.dumps(value).decode()


_REPLACE = """
UPDATE {rows} r
SET raw = decode(x.raw, 'hex'), key = decode(x.key, 'hex'), "values" = x."values", problems = x.problems,
    verdict = x.verdict, mended = x.mended, target_id = NULL, before = NULL
FROM jsonb_to_recordset(%(found)s::jsonb)
    AS x (number int, raw text, key text, "values" jsonb, problems jsonb, verdict text, mended jsonb)
WHERE {of_run} AND r.number = x.number
"""


def replace(run: ImportRun, lines: list[ImportRow]) -> None:
    """Store rows that were cleaned again over what they were; nothing is known of their records yet."""
    seal = crypto.sealer(RAW_CONTEXT)
    for start in range(0, len(lines), REPLACED_AT_ONCE):
        found = [
            {
                "number": line.number,
                "raw": seal(line.raw).hex(),
                "key": bytes(line.key).hex() if line.key else None,
                "values": line.values,
                "problems": line.problems,
                "verdict": line.verdict,
                "mended": line.mended,
            }
            for line in lines[start : start + REPLACED_AT_ONCE]
        ]
        staged(run).execute(_REPLACE, found=compact(found))


# Later rows of a file do not win over earlier ones: nobody can know which is right.
_DUPLICATES = """
SELECT array_agg(r.number ORDER BY r.number)
FROM {rows} r WHERE {of_run} AND r.key IS NOT NULL GROUP BY r.key HAVING count(*) > 1
"""
_ADD_PROBLEMS = """
UPDATE {rows} r
SET problems = r.problems || jsonb_build_array(x.problem || jsonb_build_object('value', coalesce(r."values"->>'shown', ''))),
    verdict = x.verdict
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (number int, verdict text, problem jsonb)
WHERE {of_run} AND r.number = x.number
"""


def mark_duplicates(rows: Staged, kind) -> None:
    """Rows about the same record become problems that name each other."""
    found = []
    column = kind.column(kind.key_column).column_name
    for (numbers,) in rows.fetch(_DUPLICATES):
        problem = {
            "column": column,
            "message": kind.duplicate_message(numbers),
            "level": "error",
            "code": "duplicate",
        }
        found += [{"number": number, "verdict": "problem", "problem": problem} for number in numbers]
    add_problems(rows, found)


def add_problems(rows: Staged, found: list[dict]) -> None:
    """Append problems: dictionaries with number, verdict and problem (without its value)."""
    if found:
        rows.execute(_ADD_PROBLEMS, found=compact(found))


def stamp(run: ImportRun) -> tuple:
    """Another value whenever a row of the run has been written since (by the transactions that wrote them)."""
    [found] = staged(run).fetch(
        "SELECT count(*), coalesce(sum(r.xmin::text::bigint), 0)::bigint FROM {rows} r WHERE {of_run}"
    )
    return found


def count(run: ImportRun) -> None:
    """Set the counts of the run object from its rows; they add up by construction."""
    found = dict(
        staged(run).fetch("SELECT r.verdict, count(*) FROM {rows} r WHERE {of_run} GROUP BY r.verdict")
    )
    found["failed"] = found.pop("problem", 0) + found.pop("conflict", 0)
    for name in COUNTS:
        setattr(run, name, found.get(name, 0))
    run.rows = sum(getattr(run, name) for name in COUNTS)


COUNT_FIELDS = ["rows", *COUNTS, "leavers"]
