"""Permits for special work in a browser: entered from the person's page, reviewed, found in the list."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.faults import faults_of, follow
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter, number_of
from training.models import Permit
from training.services.permit_notices import remind

TODAY = timezone.localdate()


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), name="试点甲")


def test_the_pages_have_no_fault(page_as, clean, officer, worker):
    permit = enter(worker, officer, issued_on=TODAY - dt.timedelta(days=1200))
    assert remind(TODAY) == 2
    pages = [
        reverse("training:permit_list"),
        reverse("training:permit_notice_list"),
        permit.get_absolute_url(),
        worker.get_absolute_url(),
    ]
    pages += [reverse(f"training:permit_{name}", args=[permit.pk]) for name in ("edit", "review", "revoke")]
    pages += [reverse("training:permit_create", args=[worker.pk])]
    assert faults_of(page_as(officer), clean, pages) == {}


def test_a_card_is_entered_and_reviewed(page_as, officer, worker, sized):
    page = page_as(officer, size=sized)
    page.goto(worker.get_absolute_url())
    follow(page, page.get_by_role("link", name="登记操作证"))
    page.get_by_label("作业类别").select_option(label="电工作业")
    page.get_by_label("操作证号").fill(number_of(worker))
    page.get_by_label("发证日期").fill(str(TODAY - dt.timedelta(days=1200)))
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("逾期未审")).to_be_visible()
    follow(page, page.get_by_role("link", name="登记复审"))
    page.get_by_label("结果").select_option(label="合格")
    page.get_by_label("复审前安全培训学时").fill("8")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("到期换证").first).to_be_visible()
    page.goto(reverse("training:permit_list"))
    page.get_by_role("searchbox").fill("试点甲")
    follow(page, page.get_by_role("button", name="查询", exact=True))
    page.get_by_role("link", name="试点甲").click()
    page.wait_for_url(f"**{Permit.objects.get().get_absolute_url()}")
