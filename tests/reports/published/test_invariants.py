"""check_invariants over reports: silent about a sound report, and each kind of damage is told."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from core import jobs
from core.models import Job
from reports import services
from reports.invariants import INVARIANTS
from reports.models import Report, ReportFigure


def violations():
    return {title: lines for title, check in INVARIANTS if (lines := check())}


def damage(statement: str, *values) -> None:
    """Past the triggers that keep a published report as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_sound_report(report, clerk, blank_print):
    assert violations() == {}
    jobs.run_inline(services.request_report(period=report.period, union=None, by=clerk, hint=False))
    assert Report.objects.count() == 2
    assert violations() == {}


def test_figure_that_differs_from_its_records(report):
    figure = ReportFigure.objects.get(report=report, code="A2")
    damage("UPDATE reports_reportfigure SET numerator = numerator + 1 WHERE id = %s", figure.pk)
    assert violations() == {
        "figures rest on their records": [
            f"ReportFigure {figure.pk} (A2): numerator is not {figure.numerator}"
        ]
    }


def test_figure_that_differs_from_the_print(report):
    figure = ReportFigure.objects.get(report=report, code="A2")
    damage("UPDATE reports_reportfigure SET value = 77 WHERE id = %s", figure.pk)
    assert violations() == {
        "figures read as printed": [f"Report {report.pk}: A2 is printed as {figure.text!r}"]
    }


def test_two_versions_of_which_the_older_is_current(report, clerk, blank_print):
    jobs.run_inline(services.request_report(period=report.period, union=None, by=clerk, hint=False))
    damage("UPDATE reports_report SET state = 'superseded'")
    damage("UPDATE reports_report SET state = 'current' WHERE id = %s", report.pk)
    assert violations() == {
        "the newest version is the current one": [f"Report {report.pk} is current and not the newest"]
    }


def test_damaged_and_missing_files(report):
    Path(report.pdf.path).write_bytes(b"%PDF-1.7 something else")
    Path(report.xlsx.path).unlink()
    assert violations() == {
        "files are as published": [
            f"Report {report.pk}: {report.pdf.name} is not the file that was published",
            f"Report {report.pk}: {report.xlsx.name} is missing",
        ]
    }


def test_file_of_no_report_unless_its_job_is_at_work(report):
    job = Job.objects.create(kind="reports.build", key="x", state="running")
    name = default_storage.save(f"reports/2026/{job.pk}-1.pdf", ContentFile(b"x"))
    assert violations() == {}
    job.delete()
    assert violations() == {"no report file is left over": [f"{name} belongs to no report"]}
