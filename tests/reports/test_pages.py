"""Pages of figures and of building reports: who sees what, drill-down within reach."""

import io

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse

from core import jobs
from core.models import Job
from core.reporting import Period, indicators
from reports import dashboard, queries, services
from reports.models import Report, ReportSchedule, ReportText
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.reports.conftest import OCTOBER, publish
from unions.models import Union

LAST_MONTH = {"period": "2026-10"}


def test_the_dashboard_shows_the_town_to_staff_and_group(as_user, members, clerk, group_member):
    for user in (clerk, group_member):
        page = as_user(user).get(reverse("home"), LAST_MONTH).content.decode()
        assert "全镇 · 数据截至 2026-10-31" in page
        assert "3 / 30 人" in page
        assert 'data-chart="movements"' in page


def test_officers_see_their_own_scope(as_user, members, other_union, other_officer, federation_officer):
    page = as_user(other_officer).get(reverse("home"), LAST_MONTH)
    assert page.context["figures"]["M9"]["numerator"] == 0
    assert "甲厂" not in page.content.decode()
    page = as_user(federation_officer).get(reverse("home"), LAST_MONTH)
    assert page.context["figures"]["M9"]["numerator"] == 3
    assert "乙厂" not in page.content.decode()


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_administrators_go_to_their_own_first_page(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    response = client.get(reverse("home"), follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[0][0] == reverse("start")
    assert client.get(reverse("reports:indicator_list")).status_code == 403


def test_an_unreadable_period_is_this_month(as_user, clerk):
    client = as_user(clerk)
    for text in ("", "2026-13", "abc", "2199-01", "2026-Q9", "%00"):
        page = client.get(reverse("home"), {"period": text})
        assert page.context["period"] == queries.current_period(), text


def test_a_dead_cache_costs_no_page(as_user, clerk, settings):
    nowhere = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": nowhere}
    }
    assert as_user(clerk).get(reverse("home")).status_code == 200


def test_the_cache_keeps_scopes_and_rights_apart(union, other_union, members):
    mine, other = Union.objects.filter(pk=union.pk), Union.objects.filter(pk=other_union.pk)
    counts = [
        next(
            f["numerator"]
            for f in dashboard.overview(scope, OCTOBER, mask=mask)["figures"]
            if f["code"] == "M9"
        )
        for scope, mask in ((None, False), (mine, False), (other, False), (mine, True), (None, True))
    ]
    assert counts == [3, 3, 0, 3, 3]
    WorkerFactory(employer=EmployerFactory(union=other_union, employees=5))
    again = dashboard.overview(other, OCTOBER, mask=False)["figures"]
    assert next(f["numerator"] for f in again if f["code"] == "M9") == 0
    cache.clear()
    again = dashboard.overview(other, OCTOBER, mask=False)["figures"]
    assert next(f["numerator"] for f in again if f["code"] == "M9") == 1


def test_every_indicator_page_opens_with_its_records(as_user, members, clerk):
    client = as_user(clerk)
    listed = client.get(reverse("reports:indicator_list"), LAST_MONTH)
    figures = [figure for _, section in listed.context["sections"] for figure in section]
    assert len(figures) == len(indicators())
    for figure in figures:
        detail = client.get(reverse("reports:indicator_detail", args=[figure["code"]]), LAST_MONTH)
        assert figure["text"] in detail.content.decode()
        for side in ("numerator", "denominator"):
            url = reverse("reports:indicator_records", args=[figure["code"], side])
            answer = client.get(url, LAST_MONTH)
            if figure[side] is None:
                assert answer.status_code == 404
            else:
                assert answer.context["hidden"] == 0
                if (figure["code"], side) != ("A2", "denominator"):
                    assert answer.context["total"] == figure[side]
    for worker in members:
        url = reverse("reports:indicator_records", args=["A2", "numerator"])
        assert worker.get_absolute_url() in client.get(url, LAST_MONTH).content.decode()


def test_drill_down_stays_within_reach(as_user, members, other_union, other_officer, officer):
    url = reverse("reports:indicator_records", args=["M9", "numerator"])
    assert as_user(officer).get(url, LAST_MONTH).context["total"] == 3
    client = as_user(other_officer)
    assert client.get(url, LAST_MONTH).context["total"] == 0
    foreign = members[0].union_id
    assert client.get(url, {**LAST_MONTH, "union": foreign}).status_code == 404
    for text in ("x", "9" * 30, "-1", "²"):
        assert client.get(url, {**LAST_MONTH, "union": text}).status_code == 404
    assert client.get(reverse("reports:indicator_records", args=["Z9", "numerator"])).status_code == 404
    assert client.get(reverse("reports:indicator_records", args=["A1", "sideways"])).status_code == 404


def test_a_person_who_has_moved_away_is_counted_and_not_linked(as_user, members, other_union, officer):
    gone = members[0]
    gone.union = other_union
    gone.save()
    page = as_user(officer).get(reverse("reports:indicator_records", args=["M9", "numerator"]), LAST_MONTH)
    assert page.context["total"] == 3
    assert gone.get_absolute_url() not in page.content.decode()
    page = as_user(officer).get(reverse("reports:indicator_records", args=["B1", "denominator"]), LAST_MONTH)
    assert (page.context["total"], page.context["hidden"]) == (3, 1)
    assert "其中 1 条目前不在您的管理范围内" in page.content.decode()


def test_small_bases_are_withheld_from_the_group_and_cannot_be_worked_out(
    as_user, members, other_union, group_member
):
    WorkerFactory.create_batch(6, employer=EmployerFactory(union=other_union, employees=40))
    rows = [row for row in queries.breakdown(None, OCTOBER) if not row["is_rest"]]
    assert {row["cells"]["A3"]["text"] for row in rows} == {"基数过小"}
    assert {row["cells"]["A2"]["text"] for row in rows} == {"10.0%", "15.0%"}
    page = as_user(group_member).get(reverse("reports:indicator_detail", args=["A3"]), LAST_MONTH)
    assert [row["cell"]["numerator"] for row in page.context["rows"]] == [None, None]
    bases = {
        row["name"]: row["cells"]["A3"]["denominator"] for row in queries.breakdown(None, OCTOBER, mask=False)
    }
    assert bases == {"试验村工会联合会": 3, "乙厂工会委员会": 6, "试验镇总工会（直属）": 0}


def test_build_through_the_page(as_user, members, clerk, blank_print):
    client = as_user(clerk)
    url = f"{reverse('reports:report_build')}?period=2026-10"
    assert "尚未编制过" in client.get(url).content.decode()
    texts = {"practices": "开展“送培训进厂”", "problems": "", "next_steps": "逐家走访\n未建会单位"}
    response = client.post(url, texts)
    job = Job.objects.get()
    assert response["Location"] == reverse("core:job_detail", args=[job.pk])
    assert client.post(url, texts)["Location"] == response["Location"]
    jobs.run_inline(job)
    report = Report.objects.get()
    assert report.built_by == clerk
    assert report.data["texts"] == texts
    job.refresh_from_db()
    assert job.page_url == report.get_absolute_url()
    page = client.get(url).content.decode()
    assert "再次编制生成第 2 版" in page
    assert "送培训进厂" in page


@pytest.mark.parametrize(
    "query", ["?period=2199-01", "?period=x", "?period=2026-10&scope=987654", "?scope=x"]
)
def test_bad_choices_are_named(as_user, clerk, query):
    response = as_user(clerk).post(reverse("reports:report_build") + query, {})
    assert response.status_code == 400
    assert not Job.objects.exists()
    assert not ReportText.objects.exists()


def test_a_report_over_one_federation(as_user, clerk, members, federation, other_union, blank_print):
    WorkerFactory(employer=EmployerFactory(union=other_union, employees=9))
    report = publish(clerk, union=federation)
    figure = report.figures.get(code="M9")
    assert (figure.numerator, report.scope_name) == (3, federation.name)
    assert report.serial == f"Y2026-10-{federation.code}-V1"
    with default_storage.open(report.xlsx.name) as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    unions = [row[0] for row in book["分工会"].iter_rows(min_row=2, max_col=1, values_only=True)]
    assert other_union.name not in unions


def test_schedules_are_edited_by_staff(as_user, clerk):
    client = as_user(clerk)
    schedule = ReportSchedule.objects.get(kind="monthly")
    assert "月报" in client.get(reverse("reports:schedule_list")).content.decode()
    url = reverse("reports:schedule_edit", args=[schedule.pk])
    bad = client.post(url, {"day": 31, "hour": 6, "enabled": "on", "version": "1"})
    assert "编制日应为 1 至 28" in bad.content.decode()
    client.post(url, {"day": 8, "hour": 7, "enabled": "on", "version": "1"})
    schedule.refresh_from_db()
    assert (schedule.day, schedule.hour, schedule.version) == (8, 7, 2)
    assert "已被其他人修改" in client.post(url, {"day": 9, "hour": 7, "version": "1"}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_flat_number_of_statements(as_user, clerk, union, count, django_assert_max_num_queries):
    client = as_user(clerk)
    for _ in range(count):
        WorkerFactory(employer=EmployerFactory(union=union, employees=30))
    cache.clear()
    with django_assert_max_num_queries(6 * len(indicators())):  # by indicator, not by record
        client.get(reverse("home"), LAST_MONTH)
    with django_assert_max_num_queries(18):
        client.get(reverse("reports:indicator_records", args=["M9", "numerator"]), LAST_MONTH)


def test_a_failed_build_is_queued_again_by_the_next_request(clerk, members):
    job = services.request_report(period=OCTOBER, union=None, by=clerk, hint=False)
    Job.objects.filter(pk=job.pk).update(state="failed", finished_at=job.created_at, error="缺字体")
    again = services.request_report(period=Period.parse("2026-10"), union=None, by=clerk, hint=False)
    assert (again.pk, again.state) == (job.pk, Job.State.QUEUED)
