"""The roll and the tree in a real browser, at both sizes, without an accessibility fault or a console error."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.e2e.faults import follow
from tests.factories.unions import EmployerFactory, TermFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.models import Standing, Worker

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = citizen_number(birth=dt.date(1988, 8, 8), sequence=365)


@pytest.fixture
def firm(union):
    TermFactory(union=union)
    return EmployerFactory(union=union, employees=40)


def register(page):
    page.goto("/workers/")
    follow(page, page.get_by_role("link", name="登记职工"))
    page.get_by_label("证件号码").fill(NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"))
    page.get_by_label("姓名").fill("试曾乐")
    page.get_by_label("性别").select_option(label="男")
    page.get_by_label("出生日期").fill("1988-08-08")
    page.get_by_label("民族").select_option(label="汉族")
    page.get_by_label("学历").select_option(value="60")
    page.get_by_label("技能等级").select_option(value="L2")
    page.get_by_label("移动电话").fill("138 0000 1234")
    page.get_by_label("户籍类型").select_option(value="2")
    page.get_by_label("就业状况").select_option(value="1")
    page.get_by_label("会籍变化类型").select_option(value="1")
    page.get_by_label("会籍变化日期").fill("2024-06-01")
    page.get_by_role("button", name="登记", exact=True).click()


def test_an_officer_registers_finds_and_changes_a_person(page_as, officer, firm, sized):
    page = page_as(officer, sized)
    register(page)
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("号码的校验码不符")
    page.get_by_label("证件号码").fill(NUMBER)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("已登记试曾乐")).to_be_visible()
    worker = Worker.objects.get(name="试曾乐")
    assert (worker.standing, worker.employer, worker.phone_tail) == (Standing.MEMBER, firm, "1234")

    page.goto("/workers/")
    page.get_by_role("searchbox").fill(NUMBER)
    follow(page, page.get_by_role("button", name="查询", exact=True))
    expect(page.get_by_role("link", name="试曾乐")).to_be_visible()
    assert NUMBER not in page.url
    assert NUMBER not in page.locator("#list table").inner_text()

    follow(page, page.get_by_role("link", name="试曾乐"))
    follow(page, page.get_by_role("link", name="会籍变化").first)
    follow(page, page.get_by_role("link", name="退会"))
    page.get_by_label("变化日期").fill("2025-01-01")
    page.get_by_label("变化原因").select_option(value="5")
    page.get_by_role("button", name="办理").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已办理试曾乐的会籍变化")).to_be_visible()
    worker.refresh_from_db()
    assert worker.standing == Standing.LEFT


def test_a_firm_is_found_by_typing(page_as, clerk, firm, other_union):
    WorkerFactory(employer=firm, name="试在甲")
    far = EmployerFactory(union=other_union, name="乐清市远方电器厂")
    WorkerFactory(employer=far, name="试在乙")
    page = page_as(clerk)
    page.goto("/workers/")
    page.get_by_role("combobox", name="工作单位").click()
    page.keyboard.type("远方")
    page.get_by_role("option", name=far.name).click()
    follow(page, page.get_by_role("button", name="查询", exact=True))
    expect(page.get_by_role("link", name="试在乙")).to_be_visible()
    expect(page.get_by_role("link", name="试在甲")).to_have_count(0)


def test_a_revealed_number_is_gone_when_the_page_is_left(page_as, officer, firm):
    worker = WorkerFactory(employer=firm, document=NUMBER, birth_date=dt.date(1988, 8, 8))
    page = page_as(officer)
    page.goto(worker.get_absolute_url())
    follow(page, page.get_by_role("link", name="查看完整号码"))
    page.get_by_label("事由").fill("办理住院慰问，核对证件")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator("#revealed")).to_have_text(NUMBER)
    follow(page, page.get_by_role("link", name="返回"))
    expect(page.get_by_text("办理住院慰问，核对证件")).to_be_visible()
    assert NUMBER not in page.content()


def test_the_tree_folds_and_unfolds(page_as, clerk, union, other_union):
    page = page_as(clerk)
    page.goto("/unions/")
    row = page.get_by_role("link", name=union.name)
    toggle = page.get_by_role("button", name="收起或展开试验村工会联合会的下级")
    expect(row).to_be_visible()
    toggle.click()
    expect(row).to_be_hidden()
    expect(page.get_by_role("link", name=other_union.name)).to_be_visible()
    toggle.click()
    expect(row).to_be_visible()
