"""``manage.py benchmark import``: a filled collection form of many rows from upload to roll, beside the stock way
of importing it and beside the limit that the tools allow, on the same workbook and the same tables."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.urls import reverse

from accounts.models import User
from core import jobs
from core.benchmarking import Measurement, scratch_place
from core.errors import RuleError
from core.exchange import kinds
from core.models import Job
from exchange import services
from exchange.benchmarks import raw, stock, web
from exchange.benchmarks.workbooks import TITLES, workbook
from exchange.models import ImportRun
from exchange.reading import Workbook
from unions.models import Union
from workers.benchmarks.invention import invented_town
from workers.models import Worker

ROWS = 100_000
STOCK_ROWS = 10_000  # stock imports take minutes for more; the seconds told are scaled to the run
TIMES_STOCK = 20
TIMES_LIMIT = 2
CHILD_MB = 400
WEB_MB = 50


@dataclass
class Scene:
    """The workbook on disk, an empty folder, and who imports it."""

    workbook: Path
    folder: Path
    clerk: User
    union: Union


@scratch_place()
def measure_import(measurement: Measurement, workers: int = ROWS) -> dict:
    """Ours through the services that the pages call, then stock and limit, each into an empty roll.

    ``stock_s`` and ``bulk_s`` are measured on the first ``stock_rows`` rows, as a workbook of their own, and
    scaled; ``limit_s`` is reading the sheet and COPY of ready rows into the tables of the roll, ``read_copy_s``
    the same into one table of texts without an index.
    """
    clerk, unions, firms = invented_town()
    folder = Path(settings.FILES_DIR).parent
    scene = Scene(folder / "benchmark.xlsx", folder, clerk, unions[0])
    scene.workbook.write_bytes(workbook(workers, firms))
    size = scene.workbook.stat().st_size
    measurement.facts |= {"rows": workers, "columns": len(TITLES), "bytes": size}
    # As in a server that runs: kinds, dictionaries and pages are loaded.
    kinds()
    reverse("exchange:run_list")
    run = _ours(measurement, scene, workers)
    peaks = {"peak_child_mb": _peak_of_reader(scene.workbook), "web_growth_mb": _growth_of_web(scene, run)}
    raw.keep_rows(folder)
    with measurement.stage("undo"):
        services.request_undo(run=run, by=clerk, hint=False)
        _finish(run)
    measurement.stages["limit"] = round(raw.limit_seconds(scene.workbook, folder), 3)
    measurement.stages["read and copy"] = round(raw.read_copy_seconds(scene.workbook), 3)
    few = min(workers, STOCK_ROWS)
    content = workbook(few, firms)
    for name, resource in (("stock", stock.StockResource), ("bulk", stock.BulkResource)):
        measurement.stages[name] = round(stock.seconds_of(resource, content, few), 3)
    measurement.facts |= _figures(measurement.stages, workers, few) | peaks
    return _limits(measurement.facts)


def _ours(measurement: Measurement, scene: Scene, workers: int) -> ImportRun:
    """Upload, check and apply. Raises RuleError unless every row becomes a person."""
    with measurement.stage("upload"), scene.workbook.open("rb") as file:
        run, _ = services.upload(
            kind="workers", union=None, file=File(file), file_name="基准.xlsx", by=scene.clerk, hint=False
        )
    with measurement.stage("check"):
        _finish(run)
    if run.failed:
        problems = run.lines.failing().values_list("problems", flat=True)[:3]
        raise RuleError(f"the invented rows must be sound: {list(problems)}")
    with measurement.stage("apply"):
        services.confirm(run=run, mode=ImportRun.Mode.ALL, by=scene.clerk, hint=False)
        _finish(run)
    if Worker.objects.count() != workers:
        raise RuleError(f"{workers} rows made {Worker.objects.count()} people")
    return run


def _finish(run: ImportRun) -> None:
    run.refresh_from_db()
    job = jobs.run_inline(Job.objects.get(key=run.job_key))
    if job.error:
        raise RuleError(job.error)
    run.refresh_from_db()


def _peak_of_reader(path: Path) -> float:
    """Megabytes that the reader process holds at most while it streams the sheet."""
    with Workbook(path) as reader:
        for _ in reader.chunks(reader.sheets[0]["index"]):
            pass
        return round(web.memory_kb(reader.child.pid, "VmHWM") / 1024, 1)


def _growth_of_web(scene: Scene, run: ImportRun) -> float:
    page = run.get_absolute_url()
    return web.growth_mb(
        workbook=scene.workbook,
        folder=scene.folder,
        user_id=scene.clerk.pk,
        union_id=scene.union.pk,
        pages=[page, f"{page}?verdict=new"],
    )


def _figures(stages: dict[str, float], rows: int, stock_rows: int) -> dict:
    total = stages["upload"] + stages["check"] + stages["apply"]
    scaled = {name: round(stages[name] * rows / stock_rows, 3) for name in ("stock", "bulk")}
    return {
        "upload_s": stages["upload"],
        "check_s": stages["check"],
        "apply_s": stages["apply"],
        "total_s": round(total, 3),
        "undo_s": stages["undo"],
        "stock_s": scaled["stock"],
        "bulk_s": scaled["bulk"],
        "stock_rows": stock_rows,
        "limit_s": stages["limit"],
        "read_copy_s": stages["read and copy"],
        "times_faster_than_stock": round(scaled["stock"] / total, 2),
        "times_limit": round(total / stages["limit"], 2),
    }


def _limits(facts: dict) -> dict[str, tuple[float, float]]:
    return {
        f"total_s at {TIMES_STOCK} times the speed of stock": (
            facts["total_s"],
            round(facts["stock_s"] / TIMES_STOCK, 3),
        ),
        "times_limit": (facts["times_limit"], TIMES_LIMIT),
        "peak_child_mb": (facts["peak_child_mb"], CHILD_MB),
        "web_growth_mb": (facts["web_growth_mb"], WEB_MB),
    }
