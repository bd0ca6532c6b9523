"""Code tables, written rules and the forms that use them, in a browser."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core import coding
from core.models import Code
from core.workdays import enter_special_days
from tests.e2e.faults import faults_of, follow
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

TABLE = "employment_form"


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


def test_the_pages_have_no_fault(page_as, clean, clerk, officer, worker):
    code = coding.add_code(
        table=TABLE, code="Z01", name="季节性用工", valid_from=dt.date(2026, 1, 1), by=clerk
    )
    coding.add_alias(code=code, text="季节工", by=clerk)
    coding.withdraw_code(code=code, version="1", on=timezone.localdate(), by=clerk)
    table, closed = (reverse("codes:table_detail", args=[name]) for name in (TABLE, "id_document_type"))
    changes = [
        reverse(f"codes:{name}", args=[code.pk]) for name in ("code_rename", "code_withdraw", "alias_create")
    ]
    kept = [
        reverse("codes:table_list"), table, closed, *changes, reverse("codes:code_create", args=[TABLE]),
        reverse("codes:definition_list"), reverse("codes:definition_create", args=["key_post"]),
        reverse("codes:special_day_list"), reverse("codes:special_day_create"),
    ]  # fmt: skip
    enter_special_days(year=2026, kind="rest", start=dt.date(2026, 3, 2), source="试验放假安排通知", by=clerk)
    assert faults_of(page_as(clerk), clean, kept) == {}
    job = worker.employments.get()
    forms = [
        reverse("workers:worker_create"), reverse("workers:worker_edit", args=[worker.pk]),
        reverse("workers:employment_edit", args=[worker.pk, job.pk]), worker.get_absolute_url(),
    ]  # fmt: skip
    read = [table, reverse("codes:definition_list"), reverse("codes:special_day_list")]
    assert faults_of(page_as(officer), clean, [*read, *forms]) == {}


def test_a_code_added_by_the_town_office_is_chosen_by_an_officer(page_as, clerk, officer, worker):
    office = page_as(clerk)
    office.goto(reverse("codes:table_list"))
    follow(office, office.get_by_role("link", name="用工形式"))
    follow(office, office.get_by_role("link", name="增加代码"))
    office.get_by_label("代码").fill("z01")
    office.get_by_label("名称").fill("季节性用工")
    office.get_by_role("button", name="增加").click()
    expect(office.get_by_text("已增加代码 Z01“季节性用工”")).to_be_visible()

    page = page_as(officer)
    page.goto(worker.get_absolute_url())
    follow(page, page.get_by_role("link", name="修改在"))
    page.get_by_label("用工形式").select_option(label="季节性用工")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("cell", name="季节性用工")).to_be_visible()

    office.get_by_role("button", name="统计使用条数").click()
    expect(office.get_by_role("rowheader", name="Z01 季节性用工")).to_be_visible()
    assert Code.objects.get(code="Z01").is_local
    assert worker.employments.get().form == "Z01"


def test_the_rule_unfolds_beside_its_field(page_as, officer, worker):
    page = page_as(officer, size="phone")
    page.goto(reverse("workers:worker_edit", args=[worker.pk]))
    rule = page.get_by_text("改革方案没有给出关键岗位的认定标准")
    expect(rule).to_be_hidden()
    page.get_by_text("认定规则").nth(1).click()
    expect(rule).to_be_visible()
    page.get_by_label("是否关键岗位").select_option("yes")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("关键岗位：（空） → 是")).to_be_visible()
