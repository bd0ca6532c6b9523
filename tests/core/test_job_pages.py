"""Pages of background jobs and of the system's state."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import status
from core.models import Job


def job_of(user, **values):
    values = {"kind": "exchange.apply", "title": "导入甲厂名册", "page_url": "/exchange/1/", **values}
    values.setdefault("key", f"{user.username}-{Job.objects.count()}")
    return Job.objects.create(created_by=user, **values)


@pytest.fixture
def running(officer):
    return job_of(
        officer, state="running", progress_done=30, progress_total=120, note="写入名册",
        started_at=timezone.now() - timedelta(seconds=10),
    )  # fmt: skip


@pytest.fixture
def failed(officer):
    return job_of(
        officer, state="failed", error="第 3 行：姓名不能为空。", attempts=3, finished_at=timezone.now()
    )


def test_list_shows_own_jobs_only(client, officer, other_officer, running):
    job_of(other_officer, title="导入乙厂名册")
    client.force_login(officer)
    page = client.get(reverse("core:job_list"))
    assert page.status_code == 200
    assert [job.pk for job in page.context["page"]] == [running.pk]
    assert "导入乙厂名册" not in page.text


def test_list_narrows_by_state_and_ignores_nonsense(client, officer, running, failed):
    client.force_login(officer)
    found = client.get(reverse("core:job_list"), {"state": "failed"})
    assert [job.pk for job in found.context["page"]] == [failed.pk]
    assert len(client.get(reverse("core:job_list"), {"state": "'; --"}).context["page"]) == 2


def test_list_costs_the_same_for_one_and_three_jobs(client, officer):
    client.force_login(officer)
    client.get(reverse("core:job_list"))
    costs = []
    for rows in (1, 2):
        for _ in range(rows):
            job_of(officer)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("core:job_list"))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_job_of_another_user_does_not_exist(client, other_officer, running):
    client.force_login(other_officer)
    assert client.get(reverse("core:job_detail", args=[running.pk])).status_code == 404
    assert client.get(reverse("core:job_progress", args=[running.pk])).status_code == 404
    assert client.post(reverse("core:job_retry", args=[running.pk])).status_code == 404


def test_reader_without_the_right_is_refused(client, group_member):
    client.force_login(group_member)
    assert client.get(reverse("core:job_list")).status_code == 403
    assert client.get(reverse("core:system_status")).status_code == 403


def test_administrator_sees_kind_and_state_but_no_business(client, sysadmin, running):
    client.force_login(sysadmin)
    for name, args in (("job_list", []), ("job_detail", [running.pk])):
        text = client.get(reverse(f"core:{name}", args=args)).text
        assert "表格导入" in text
        assert "导入甲厂名册" not in text
        assert "/exchange/1/" not in text


def test_running_job_shows_progress_and_asks_again(client, officer, running):
    client.force_login(officer)
    text = client.get(reverse("core:job_progress", args=[running.pk]), {"refresh": "1"}).text
    assert '<progress class="bar" aria-label="任务进度" value="30" max="120">' in text
    assert "30 / 120" in text
    assert "写入名册" in text
    assert "预计还需 31 秒" in text
    assert f'hx-get="/jobs/{running.pk}/progress/?refresh=1" hx-trigger="every 1s"' in text


def test_finished_job_stops_asking_and_leads_on(client, officer):
    job = job_of(officer, state="done", finished_at=timezone.now())
    client.force_login(officer)
    answer = client.get(reverse("core:job_progress", args=[job.pk]), {"refresh": "1"})
    assert answer["HX-Refresh"] == "true"
    assert "hx-get" not in answer.text
    assert 'href="/exchange/1/"' in answer.text
    assert "HX-Refresh" not in client.get(reverse("core:job_progress", args=[job.pk])).headers


def test_failed_job_says_why_and_can_be_tried_again(client, officer, failed):
    client.force_login(officer)
    detail = reverse("core:job_detail", args=[failed.pk])
    assert "第 3 行：姓名不能为空。" in client.get(detail).text
    answer = client.post(reverse("core:job_retry", args=[failed.pk]), follow=True)
    assert answer.redirect_chain == [(detail, 302)]
    assert "任务已重新排队。" in answer.text
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("queued", 0)


def test_job_that_has_not_failed_cannot_be_tried_again(client, officer, running):
    client.force_login(officer)
    retry = reverse("core:job_retry", args=[running.pk])
    assert client.get(retry).status_code == 405
    assert "只有失败的任务可以重试" in client.post(retry, follow=True).text
    running.refresh_from_db()
    assert running.state == "running"


def test_status_page_lists_the_parts(client, sysadmin, running, failed):
    client.force_login(sysadmin)
    page = client.get(reverse("core:system_status"))
    assert [check.name for check in page.context["checks"]] == [
        "数据库", "数据结构", "消息服务", "后台与定时程序", "磁盘空间", "报告字体",
    ]  # fmt: skip
    assert {label: count for label, count, _ in page.context["counts"]} == {
        "排队中": 0, "进行中": 1, "已完成": 0, "失败": 1,
    }  # fmt: skip


def test_dead_broker_is_named_with_its_setting(db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    check = status._broker()
    assert (check.good, check.found) == (False, "无法连接")
    assert "REDIS_URL" in check.remedy


def test_silent_schedule_is_found(db):
    assert status._schedule().found == "24 小时内没有运行记录"
    status.mark_schedule_seen()
    assert status._schedule().good is True
    cache.set(status.SCHEDULE_SEEN, (timezone.now() - timedelta(minutes=5)).isoformat())
    assert status._schedule().good is False


def test_full_disk_is_found(settings, monkeypatch, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(status, "DISK_FREE_SHARE", 1.1)
    assert "PORTAL_DATA" in status._disk().remedy


def test_missing_font_names_the_file(settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    check = status._fonts()
    assert check.good is False
    assert "fonts.conf" in check.remedy
