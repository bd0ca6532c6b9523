"""What must hold between reports, their figures, records and files; run by ``manage.py check_invariants``."""

import hashlib
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef

from core.models import Job
from reports.models import Report, ReportFigure, ReportFigureRecords

LIMIT = 20


def _figures_rest_on_their_records() -> list[str]:
    """A side without records is 无适用单位 and is stored as a figure without that side."""
    found = []
    for side in ReportFigureRecords.objects.select_related("figure").order_by("pk").iterator():
        total = len(side.ids) if side.amounts is None else sum(amount or 0 for amount in side.amounts)
        if total != getattr(side.figure, side.side):
            found.append(f"ReportFigure {side.figure_id} ({side.figure.code}): {side.side} is not {total}")
    return found[:LIMIT]


def _figures_read_as_printed() -> list[str]:
    """The frozen contents, from which the files are drawn, and the stored figures say the same."""
    found = []
    figures = ReportFigure.objects.select_related("report").order_by("report", "position")
    for figure in figures.iterator():
        printed = {row["code"]: row["text"] for row in figure.report.data["figures"]}
        if printed.get(figure.code) != figure.text:
            found.append(
                f"Report {figure.report_id}: {figure.code} is printed as {printed.get(figure.code)!r}"
            )
    return found[:LIMIT]


def _newest_version_is_current() -> list[str]:
    newer = Report.objects.filter(
        kind=OuterRef("kind"), start=OuterRef("start"), version__gt=OuterRef("version")
    )
    for_town, for_union = newer.filter(union=None), newer.filter(union=OuterRef("union"))
    current = Report.objects.filter(state=Report.State.CURRENT)
    wrong = current.filter(union=None).filter(Exists(for_town)) | current.filter(Exists(for_union))
    return [f"Report {report.pk} is current and not the newest" for report in wrong.order_by("pk")[:LIMIT]]


def _files_are_as_published() -> list[str]:
    found = []
    for report in Report.objects.order_by("pk").iterator():
        for file, digest in ((report.pdf, report.pdf_sha256), (report.xlsx, report.xlsx_sha256)):
            if not default_storage.exists(file.name):
                found.append(f"Report {report.pk}: {file.name} is missing")
            elif _digest(file.name) != digest:
                found.append(f"Report {report.pk}: {file.name} is not the file that was published")
    return found[:LIMIT]


def _no_file_is_left_over() -> list[str]:
    """Files are named after their job; those of a job at work are not judged."""
    root = Path(default_storage.path(""))
    known = {name for names in Report.objects.values_list("pdf", "xlsx") for name in names}
    open_jobs = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    at_work = {str(pk) for pk in open_jobs.values_list("pk", flat=True)}
    files = [path for path in sorted((root / "reports").rglob("*")) if path.is_file()]
    return [
        f"{path.relative_to(root).as_posix()} belongs to no report"
        for path in files
        if path.relative_to(root).as_posix() not in known
        and path.name.strip(".").split("-")[0] not in at_work
    ][:LIMIT]


def _digest(name: str) -> str:
    with default_storage.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


INVARIANTS = [
    ("figures rest on their records", _figures_rest_on_their_records),
    ("figures read as printed", _figures_read_as_printed),
    ("the newest version is the current one", _newest_version_is_current),
    ("files are as published", _files_are_as_published),
    ("no report file is left over", _no_file_is_left_over),
]
