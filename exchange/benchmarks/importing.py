"""A filled collection form of many rows from upload to roll, beside the limit that the tools allow."""

import io

from django.core.files.base import ContentFile
from django.db import connection
from python_calamine import CalamineWorkbook

from core import jobs
from core.benchmarking import Measurement, scratch_place
from core.errors import RuleError
from core.models import Job
from exchange import services
from exchange.benchmarks.workbooks import TITLES, workbook
from exchange.models import ImportRun
from workers.benchmarks.invention import invented_town
from workers.models import Worker

LIMIT_SECONDS = 15  # for 100,000 rows on two cores
LIMIT_ROWS = 100_000
LEAST_SECONDS = 6  # small files: check and apply three seconds each


@scratch_place()
def measure_import(measurement: Measurement, workers: int = LIMIT_ROWS) -> dict:
    """Upload, check and apply, each through the services that the pages call; then the limit path."""
    clerk, _, firms = invented_town()
    content = workbook(workers, firms)
    measurement.facts |= {"rows": workers, "columns": len(TITLES), "bytes": len(content)}
    with measurement.stage("upload"):
        run, _ = services.upload(
            kind="workers", union=None, file=ContentFile(content), file_name="基准.xlsx", by=clerk, hint=False
        )
    with measurement.stage("check"):
        _finish(run)
    if run.failed:
        problems = run.lines.filter(verdict__in=["problem", "conflict"]).values_list("problems", flat=True)[
            :3
        ]
        raise RuleError(f"the invented rows must be sound: {list(problems)}")
    with measurement.stage("apply"):
        services.confirm(run=run, mode=ImportRun.Mode.ALL, by=clerk, hint=False)
        _finish(run)
    if Worker.objects.count() != workers:
        raise RuleError(f"{workers} rows made {Worker.objects.count()} people")
    total = sum(measurement.stages.values())
    with measurement.stage("limit: read and copy"):
        _read_and_copy(content)
    limit = measurement.stages["limit: read and copy"]
    measurement.facts |= {"total_seconds": round(total, 3), "times_the_limit": round(total / limit, 2)}
    return {"seconds": (round(total, 3), max(LIMIT_SECONDS * workers / LIMIT_ROWS, LEAST_SECONDS))}


def _finish(run: ImportRun) -> None:
    run.refresh_from_db()
    job = jobs.run_inline(Job.objects.get(key=run.job_key))
    if job.error:
        raise RuleError(job.error)
    run.refresh_from_db()


def _read_and_copy(content: bytes) -> None:
    """Nothing but reading the sheet and copying its texts into a table: no path can be faster."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join(map(str, row)))
        lines.write("\n")
    lines.seek(0)
    columns = ", ".join(f"c{number} text" for number in range(len(TITLES)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE benchmark_limit ({columns})")
        cursor.copy_expert("COPY benchmark_limit FROM STDIN", lines)
