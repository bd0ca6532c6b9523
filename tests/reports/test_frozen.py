"""A published report never changes: the database refuses it, and what was not published leaves nothing."""

import datetime as dt
import io

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from core import jobs
from core.models import Job
from core.reporting import Period
from reports import building, services
from reports.models import Report, ReportFigure, ReportFigureRecords
from tests.reports.conftest import OCTOBER, publish
from workers.models import Change, Membership


@pytest.mark.parametrize(
    "change",
    [
        lambda report: Report.objects.filter(pk=report.pk).update(title="改"),
        lambda report: Report.objects.filter(pk=report.pk).update(data={"figures": []}),
        lambda report: Report.objects.filter(pk=report.pk).update(pdf_sha256="0"),
        lambda report: ReportFigure.objects.filter(report=report).update(numerator=9),
        lambda report: ReportFigureRecords.objects.filter(figure__report=report).update(ids=[]),
        lambda report: ReportFigureRecords.objects.filter(figure__report=report)._raw_delete("default"),
        lambda report: ReportFigure.objects.filter(report=report)._raw_delete("default"),
        lambda report: Report.objects.filter(pk=report.pk)._raw_delete("default"),
    ],
)
def test_the_database_refuses_changes(db, frozen_row, change):
    with pytest.raises(DatabaseError, match="frozen once published"), transaction.atomic():
        change(frozen_row)


@pytest.mark.parametrize(
    "add",
    [
        lambda report: ReportFigure.objects.create(report=report, position=1, code="A2", title="入会率"),
        lambda report: ReportFigureRecords.objects.create(
            figure=report.figures.get(), side="denominator", model="unions.employer", ids=[1]
        ),
    ],
)
def test_a_published_report_takes_no_further_figures(frozen_row, add):
    with connection.cursor() as cursor:  # as if it had been stored by another transaction
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE reports_report SET stored_at = stored_at - interval '1 day'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(DatabaseError, match="frozen once published"), transaction.atomic():
        add(frozen_row)


@pytest.fixture
def frozen_row(db):
    """A report without files: enough for the database's own rules."""
    report = Report.objects.create(
        kind="monthly", start=dt.date(2026, 10, 1), end=dt.date(2026, 10, 31), period_code="2026-10",
        version=1, title="报告", serial="Y2026-10-V1", verification_code="0", data={}, pdf="a", pdf_sha256="1",
        pdf_pages=1, xlsx="b", xlsx_sha256="2", built_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    figure = ReportFigure.objects.create(report=report, position=0, code="A1", title="建会率", numerator=1)
    ReportFigureRecords.objects.create(figure=figure, side="numerator", model="unions.employer", ids=[1])
    return report


def test_only_one_version_is_current(frozen_row):
    frozen_row.pk, frozen_row.serial, frozen_row.version = None, "Y2026-10-V2", 2
    with pytest.raises(DatabaseError, match="reports_report_one_current"), transaction.atomic():
        frozen_row.save(force_insert=True)


def test_a_published_figure_that_reads_otherwise_now_is_shown_as_revised(clerk, members, blank_print):
    publish(clerk)
    publish(clerk, period=Period.parse("2026-11").clipped(dt.date(2026, 11, 20)))
    spell = Membership.objects.get(worker=members[0])
    spell.end, spell.end_change = dt.date(2026, 10, 15), Change.WITHDRAW
    spell.save()
    november = publish(clerk, period=Period.parse("2026-11"))
    assert "入会率上期发布值10.0%，按现有记录修订为6.7%" in november.data["revised"]


def test_a_missing_glyph_fails_the_build_visibly(clerk, union):
    union.name = "\U0002f801厂\uf8ff工会"
    union.save()
    job = jobs.run_inline(services.request_report(period=OCTOBER, union=union, by=clerk, hint=False))
    assert job.state == Job.State.FAILED
    assert "字体缺少下列字符" in job.error
    assert "U+F8FF" in job.error
    assert Report.objects.count() == 0
    assert building.report_of(job) is None


def test_files_of_dead_attempts_are_swept(clerk, members, blank_print):
    job = services.request_report(period=OCTOBER, union=None, by=clerk, hint=False)
    for name in (f"{job.pk}-0.pdf", f".{job.pk}-0-abc.part"):
        path = default_storage.path(f"reports/2026/{name}")
        default_storage.save(f"reports/2026/{name}", io.BytesIO(b"half"))
        assert default_storage.exists(path)
    report = building.report_of(jobs.run_inline(job))
    _, files = default_storage.listdir("reports/2026")
    assert sorted(f"reports/2026/{name}" for name in files) == sorted([report.pdf.name, report.xlsx.name])


def test_a_lost_claim_publishes_nothing_and_leaves_no_file(clerk, members, blank_print, monkeypatch):
    job = services.request_report(period=OCTOBER, union=None, by=clerk, hint=False)

    def steal(*args, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_job SET fence = fence + 1 WHERE id = %s", [job.pk])
        return b"%PDF"

    monkeypatch.setattr(building.workbook, "draw", steal)
    assert jobs.run(job.pk) is True
    assert Report.objects.count() == 0
    assert default_storage.listdir("reports/2026")[1] == []
