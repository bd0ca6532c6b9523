"""Pages of imports, reports and jobs in the states people meet them: no accessibility fault, no sideways scrolling."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import Job
from core.reporting import Period
from exchange import services
from reports.services import request_report
from tests.e2e.faults import faults_of
from tests.exchange.sheets import applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, employees=30)


def test_an_import_in_each_of_its_states(page_as, clean, clerk, union, firm):
    rows = [member(place) for place in range(1, 6)]
    broken = upload(clerk, union, member_book([*rows[:4], member(5, c7="33038219900101000X")]))
    refused = upload(clerk, union, b"no workbook at all", name="说明.xlsx")
    written = applied(upload(clerk, union, member_book(rows[:2])), clerk)
    undone = applied(upload(clerk, union, member_book(rows[2:4])), clerk)
    undone = finish(services.request_undo(run=undone, by=clerk, hint=False))
    runs = (broken, refused, written, undone)
    assert [run.state for run in runs] == ["checked", "refused", "applied", "undone"]
    faulty = broken.lines.failing().get().number
    cell = reverse("exchange:run_fix", args=[broken.pk, faulty])
    addresses = [*(run.get_absolute_url() for run in runs), f"{cell}?column=number", "/exchange/"]
    assert faults_of(page_as(clerk), clean, addresses) == {}


def test_a_report_its_records_and_its_job(page_as, clean, clerk, group_member, firm):
    period = Period.of("monthly", timezone.localdate()).previous()
    job = jobs.run_inline(request_report(period=period, union=None, by=clerk, hint=False))
    report = reverse("reports:report_detail", args=[job.result["report"]])
    records = reverse("reports:report_records", args=[job.result["report"], "A2", "denominator"])
    drill = reverse("reports:indicator_records", args=["A2", "denominator"])
    failed = Job.objects.create(
        kind="exchange.check", key="failed", created_by=clerk, state=Job.State.FAILED, error="文件已损坏。",
        finished_at=timezone.now(),
    )  # fmt: skip
    states = [reverse("core:job_detail", args=[one.pk]) for one in (job, failed)]
    schedules = reverse("reports:schedule_list")
    addresses = [report, records, drill, *states, schedules, reverse("reports:report_verify")]
    assert faults_of(page_as(clerk), clean, addresses) == {}
    figures = ["/", reverse("reports:indicator_detail", args=["A2"]), reverse("reform:plan_detail"), report]
    assert faults_of(page_as(group_member), clean, figures) == {}


def test_lists_that_hold_nothing_yet(page_as, clean, other_officer, clerk):
    empty = ["/", "/workers/", "/unions/employers/", "/exchange/", "/jobs/", "/reports/indicators/"]
    assert faults_of(page_as(other_officer), clean, empty) == {}
    assert faults_of(page_as(clerk), clean, ["/reports/", "/unions/posts/?state=expired"]) == {}


def test_the_first_page_of_each_office(page_as, clean, sysadmin, secadmin, auditor, handler):
    for user in (sysadmin, secadmin, auditor, handler):
        assert faults_of(page_as(user), clean, ["/start/"]) == {}
