"""What must hold between import runs and exports, their rows, files and jobs; run by ``manage.py check_invariants``."""

from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Count, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from core.models import Job
from exchange.attempts import stored_name
from exchange.exporting import leftover_files
from exchange.models import Export, ImportEffect, ImportRow, ImportRun
from exchange.services import left_over_marks

LIMIT = 20
V = ImportRow.Verdict
VERDICTS = {
    "new": (V.NEW,),
    "changed": (V.CHANGED,),
    "unchanged": (V.UNCHANGED,),
    "skipped": (V.SKIPPED,),
    "failed": (V.PROBLEM, V.CONFLICT),
}
COUNTED = (ImportRun.State.CHECKED, ImportRun.State.APPLYING, ImportRun.State.APPLIED)


def _counts_are_the_rows() -> list[str]:
    """Only of runs whose rows are still kept; nightly clearing keeps the counts alone."""
    counted = {
        f"kept_{name}": Count("lines", filter=Q(lines__verdict__in=verdicts))
        for name, verdicts in VERDICTS.items()
    }
    wrong = Q()
    for name in VERDICTS:
        wrong |= ~Q(**{f"kept_{name}": F(name)})
    runs = ImportRun.objects.filter(state__in=COUNTED).annotate(kept=Count("lines"), **counted)
    return [f"ImportRun {run.pk}" for run in runs.filter(wrong, kept__gt=0).order_by("pk")[:LIMIT]]


def _applied_rows_are_counted() -> list[str]:
    written = Count("lines", filter=Q(lines__effect__outcome=ImportEffect.Outcome.APPLIED))
    runs = ImportRun.objects.filter(state=ImportRun.State.APPLIED).annotate(
        kept=Count("lines"), written=written
    )
    wrong = runs.filter(kept__gt=0).exclude(written=F("applied")).order_by("pk")[:LIMIT]
    return [f"ImportRun {run.pk}: says {run.applied} rows, wrote {run.written}" for run in wrong]


def _busy_runs_have_an_open_job() -> list[str]:
    """A failed job is open too: its user may retry it, or go back to the preview."""
    key = Concat(Value("exchange:"), OuterRef("pk"), Value(":"), OuterRef("turn"), output_field=TextField())
    state = Subquery(Job.objects.filter(key=key).values("state")[:1])
    runs = ImportRun.objects.filter(
        state__in=[state for state in ImportRun.State if ImportRun(state=state).is_busy]
    )
    idle = runs.annotate(job_state=Coalesce(state, Value(""))).filter(job_state__in=["", Job.State.DONE])
    return [
        f"ImportRun {run.pk} is {run.state} and nothing works on it" for run in idle.order_by("pk")[:LIMIT]
    ]


def _files_are_there() -> list[str]:
    return [
        f"ImportRun {run.pk}: its file is missing"
        for run in ImportRun.objects.exclude(file="").order_by("pk").iterator()
        if not default_storage.exists(run.file.name)
    ][:LIMIT]


def _marked_files_are_there() -> list[str]:
    return [
        f"ImportRun {run.pk}: its marked workbook is missing"
        for run in ImportRun.objects.exclude(marked="").order_by("pk").iterator()
        if not default_storage.exists(run.marked)
    ][:LIMIT]


def _no_marked_file_is_left_over() -> list[str]:
    files = left_over_marks(now=timezone.now())
    return [f"{stored_name(path)} belongs to no import run" for path in files][:LIMIT]


def _no_file_is_left_over() -> list[str]:
    folder = Path(default_storage.path("imports"))
    root = Path(default_storage.path(""))
    known = set(ImportRun.objects.exclude(file="").values_list("file", flat=True))
    files = (path.relative_to(root).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
    return [f"{name} belongs to no import run" for name in files if name not in known][:LIMIT]


def _exported_files_are_there() -> list[str]:
    root = Path(default_storage.path(""))
    found = []
    for export in Export.objects.exclude(file="").order_by("pk").iterator():
        path = root / export.file
        if not path.exists() or path.stat().st_size != export.size:
            found.append(f"Export {export.pk}: its file is missing or of another size")
    return found[:LIMIT]


def _no_exported_file_is_left_over() -> list[str]:
    root = Path(default_storage.path(""))
    files = leftover_files(now=timezone.now())
    return [f"{path.relative_to(root).as_posix()} belongs to no export" for path in files][:LIMIT]


def _finished_export_jobs_wrote_a_file() -> list[str]:
    rows = Export.objects.filter(written_at=None, job__state=Job.State.DONE).order_by("pk")[:LIMIT]
    return [f"Export {export.pk}: its job is done and nothing was written" for export in rows]


def _leavers_are_counted() -> list[str]:
    runs = ImportRun.objects.filter(state__in=COUNTED[:2]).annotate(listed=Count("missing"))
    return [
        f"ImportRun {run.pk}: says {run.leavers} people are missing, lists {run.listed}"
        for run in runs.exclude(listed=F("leavers")).order_by("pk")[:LIMIT]
    ]


INVARIANTS = [
    ("people missing from a full list are listed", _leavers_are_counted),
    ("the counts of a run are its rows", _counts_are_the_rows),
    ("the rows written are those marked as written", _applied_rows_are_counted),
    ("a run that waits has a job", _busy_runs_have_an_open_job),
    ("uploaded files are there", _files_are_there),
    ("no uploaded file is left over", _no_file_is_left_over),
    ("marked workbooks are there", _marked_files_are_there),
    ("no marked workbook is left over", _no_marked_file_is_left_over),
    ("exported files are there", _exported_files_are_there),
    ("no exported file is left over", _no_exported_file_is_left_over),
    ("a finished export has a file", _finished_export_jobs_wrote_a_file),
]
