"""``manage.py benchmark export``: the roll of a town written into a file, beside the stock way of exporting it and beside
the limit that database and writer allow, over the same people and columns."""

import io
import time
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import QueryDict
from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from rustpy_xlsxwriter import write_worksheet

from accounts.models import User
from core import jobs
from core.benchmarking import Measurement, scratch_place
from core.errors import RuleError
from core.listing import listings
from core.models import Job
from exchange import exporting
from exchange.benchmarks.web import memory_kb
from exchange.models import Export
from workers.benchmarks.filling import fill
from workers.models import Worker

ROWS = 100_000
STOCK_ROWS = 10_000  # stock exports take minutes and gigabytes for more; the seconds told are scaled
ROUNDS = 3  # of ours and of the limits, by turns; the fastest of each is told
TIMES_LIMIT = 3
QUERY = "standing=all"


class StockResource(ModelResource):
    """The usual columns of the roll as a resource without further care has them."""

    union = Field("union__name", "所属工会")
    employer = Field("employer__name", "工作单位")

    class Meta:
        model = Worker
        fields = (
            *("name", "sex", "phone_tail", "standing", "member_since", "skill_level", "education"),
            *("union", "employer"),
        )


@scratch_place()
def measure_export(measurement: Measurement, workers: int = ROWS) -> dict:
    """Ours from the request to the finished job, the limits, then stock; each writes the list's usual columns.

    ``limit_csv_s`` is COPY TO of the same joined columns in the same order, ``limit_xlsx_s`` that and the fast
    writer over ready rows. ``stock_s`` is measured on the first ``stock_rows`` people and scaled; it knows no identity
    numbers and no names of codes.
    """
    fill(workers)
    times: dict[str, list[float]] = {"xlsx": [], "csv": [], "copy": [], "write": []}
    _forget_peak()
    for _ in range(ROUNDS):
        for file_format in ("xlsx", "csv"):
            times[file_format].append(_ours(file_format, workers))
    peak = memory_kb("self", "VmHWM") / 1024
    for _ in range(ROUNDS):
        copied, seconds = _copied()
        times["copy"].append(seconds)
        times["write"].append(_written(copied))
    few = min(workers, STOCK_ROWS)
    measurement.stages |= {name: round(min(found), 3) for name, found in times.items()}
    measurement.stages["stock"] = round(_stock(few), 3)
    measurement.facts |= _figures(measurement.stages, workers, few) | {"peak_mb": round(peak, 1)}
    return {
        f"times_limit_{name}": (measurement.facts[f"times_limit_{name}"], TIMES_LIMIT)
        for name in ("xlsx", "csv")
    }


def _ours(file_format: str, workers: int) -> float:
    """Seconds of an export through the services that the pages call. Raises RuleError unless everybody is in it."""
    start = time.perf_counter()
    export = exporting.request_export(
        listing=listings()["workers"],
        query=QueryDict(QUERY),
        columns=[],
        file_format=file_format,
        reason="基准测量",
        by=User.objects.get(username="benchmark"),
        hint=False,
    )
    job = jobs.run_inline(Job.objects.get(pk=export.job_id))
    seconds = time.perf_counter() - start
    export = Export.objects.get(pk=export.pk)
    if job.error or export.rows != workers:
        raise RuleError(f"{workers} people made {export.rows} rows: {job.error}")
    default_storage.delete(export.file)
    return seconds


def _copied() -> tuple[str, float]:
    """The usual columns as the database alone gives them, joined and in the order of the page, and the seconds."""
    listing = listings()["workers"]
    reads = list(dict.fromkeys(path for column in listing.chosen([]) for path in column.reads))
    rows = listing.filtered(User.objects.get(username="benchmark"), QueryDict(QUERY))
    rows = listing.readable(rows.prefetch_related(None), set(reads)).values_list(*reads)
    text = io.StringIO()
    with connection.cursor() as cursor:
        select = cursor.mogrify(*rows.query.sql_with_params()).decode()
        start = time.perf_counter()
        cursor.copy_expert(f"COPY ({select}) TO STDOUT", text)
        return text.getvalue(), time.perf_counter() - start


def _written(copied: str) -> float:
    """Seconds of the fast writer over rows that are ready in memory."""
    rows = [line.split("\t") for line in copied.splitlines()]
    titles = [f"列{place}" for place in range(len(rows[0]))]
    ready = [dict(zip(titles, row, strict=True)) for row in rows]
    path = Path(settings.FILES_DIR).parent / "limit.xlsx"
    start = time.perf_counter()
    write_worksheet(iter(ready), str(path))
    seconds = time.perf_counter() - start
    path.unlink()
    return seconds


def _stock(rows: int) -> float:
    people = Worker.objects.select_related("union", "employer").order_by("-pk")[:rows]
    start = time.perf_counter()
    XLSX().export_data(StockResource().export(queryset=people))
    return time.perf_counter() - start


def _forget_peak() -> None:
    """Let the kernel count the peak of this process anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _figures(stages: dict[str, float], rows: int, stock_rows: int) -> dict:
    stock = round(stages["stock"] * rows / stock_rows, 3)
    limit_xlsx = round(stages["copy"] + stages["write"], 3)
    return {
        "rows": rows,
        "xlsx_s": stages["xlsx"],
        "csv_s": stages["csv"],
        "stock_s": stock,
        "stock_rows": stock_rows,
        "limit_xlsx_s": limit_xlsx,
        "limit_csv_s": stages["copy"],
        "times_limit_xlsx": round(stages["xlsx"] / limit_xlsx, 2),
        "times_limit_csv": round(stages["csv"] / stages["copy"], 2),
        "times_faster_than_stock": round(stock / stages["xlsx"], 2),
    }
