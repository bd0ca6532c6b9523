"""The roll as a list in a real browser: readings, filters, columns, saved views, pasting, a past day; axe-core clean."""

import pytest
from playwright.sync_api import expect

from tests.e2e.faults import at_both_sizes, faults_of, follow
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union, name="乐清市甲试验电器有限公司")
    made = [
        WorkerFactory(employer=firm, name=name, sex=sex)
        for name, sex in (("试甲", "1"), ("试乙", "2"), ("试乙", "1"))
    ]
    WorkerFactory(employer=firm, name="试未", member=False)
    return made


def names(page):
    return sorted(page.locator("tbody th[scope=row] a").all_inner_texts())


def test_find_filter_choose_columns_and_save_the_view(page_as, officer, people):
    page = page_as(officer)
    page.goto("/workers/")
    page.get_by_label("姓名 / 拼音 / 号码").fill("甲试验电器")
    page.keyboard.press("Enter")
    expect(page.get_by_text("按单位查找“甲试验电器”")).to_be_visible()
    expect(page.get_by_role("link", name="按姓名")).to_be_visible()
    assert "甲试验" not in page.url
    page.goto("/workers/")
    page.get_by_text("更多条件、排序").click()
    page.get_by_label("农民工", exact=True).select_option(label="未填")
    page.get_by_label("排序").select_option(label="姓名（拼音）")
    follow(page, page.get_by_role("button", name="查询", exact=True))
    expect(page.get_by_role("link", name="农民工：未填")).to_be_visible()
    page.get_by_role("button", name="列", exact=True).click()
    page.get_by_role("checkbox", name="学历").uncheck()
    page.get_by_role("checkbox", name="民族").check()
    page.get_by_role("button", name="应用").click()
    expect(page.get_by_role("columnheader", name="民族")).to_be_visible()
    expect(page.get_by_role("columnheader", name="学历")).to_have_count(0)
    page.get_by_role("button", name="常用查询").click()
    follow(page, page.get_by_role("link", name="保存当前条件和列"))
    page.get_by_label("名称").fill("未填农民工")
    follow(page, page.get_by_role("button", name="保存"))
    page.goto("/workers/")
    page.get_by_role("button", name="常用查询").click()
    page.get_by_role("link", name="未填农民工").click()
    expect(page.get_by_role("columnheader", name="民族")).to_be_visible()
    expect(page.get_by_role("link", name="农民工：未填")).to_be_visible()
    assert len(names(page)) == 4


def test_paste_and_list_the_found(page_as, officer, people):
    page = page_as(officer)
    page.goto("/workers/find/")
    page.get_by_label("姓名或号码").fill("试甲\n试乙\n试无")
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.get_by_role("heading", name="找到 1 个，有歧义 1 个，没有找到 1 个")).to_be_visible()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="列出找到的人和勾选的人").click()
    expect(page.get_by_text("只列选定的 2 人")).to_be_visible()
    assert names(page) == ["试乙", "试甲"]


def test_a_past_day_is_counted_after_the_list_stands(page_as, officer, people):
    page = page_as(officer)
    page.goto("/workers/")
    page.get_by_label("截至日期").fill("2023-06-30")
    follow(page, page.get_by_role("button", name="查询", exact=True))
    expect(page.locator(".run-counts dd").first).to_have_text("3")
    assert len(names(page)) == 3
    page.get_by_role("link", name="未入会的在职职工").click()
    expect(page.get_by_role("link", name="试未")).to_be_visible()


def test_pages_have_no_accessibility_fault_and_fit_the_screen(page_as, clean, officer, people):
    page = page_as(officer)
    create = "/unions/views/workers/new/?sex=2"
    addresses = ["/workers/?sex=2&migrant=blank&columns=name,sex,birth_date", "/workers/?as_at=2023-06-30&sex=1",
                 "/workers/?as_at=2023-06-30&standing=none", "/workers/find/", create, "/unions/views/workers/"]  # fmt: skip
    assert faults_of(page, clean, addresses) == {}
    page.goto("/workers/")
    page.get_by_text("更多条件、排序").click()
    expect(page.locator("#id_industrial")).to_be_visible()
    assert at_both_sizes(page, clean) == []
    page.get_by_role("button", name="列", exact=True).click()
    assert at_both_sizes(page, clean) == []
    page.goto("/workers/find/")
    page.get_by_label("姓名或号码").fill("试甲\n试乙\n试无")
    follow(page, page.get_by_role("button", name="查找", exact=True))
    assert at_both_sizes(page, clean) == []
