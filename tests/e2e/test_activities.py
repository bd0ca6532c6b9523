"""Activities in a real browser: an officer enters one, says it was held, and every page stands at both sizes."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reform.models import Activity
from tests.e2e.faults import faults_of, follow
from tests.factories.activities import ActivityFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_activity_is_entered_and_held(page_as, clean, officer, union):
    page = page_as(officer)
    page.goto(reverse("reform:activity_list"))
    follow(page, page.get_by_role("link", name="登记活动"))
    page.get_by_label("活动名称").fill("文明上网倡议")
    page.get_by_label("活动种类").select_option("NETCULTURE")
    page.get_by_label("开始日期").fill("2026-03-02")
    page.get_by_label("地点").fill("职工书屋")
    follow(page, page.get_by_role("button", name="保存"))
    follow(page, page.get_by_role("link", name="登记举办情况"))
    page.get_by_label("参与人次").fill("48")
    follow(page, page.get_by_role("button", name="登记为已举办"))
    expect(page.get_by_text("已登记为已举办")).to_be_visible()
    held = Activity.objects.get()
    assert (held.union, held.state, held.participants) == (union, "held", 48)
    planned = ActivityFactory(union=union, place="很长的地点" * 20, hosts="很长的单位名称" * 20)
    pages = [reverse(f"reform:activity_{name}") for name in ("list", "create")]
    pages += [held.get_absolute_url(), reverse("reform:activity_edit", args=[held.pk])]
    pages += [reverse(f"reform:activity_{name}", args=[planned.pk]) for name in ("hold", "cancel")]
    assert faults_of(page, clean, pages) == {}
