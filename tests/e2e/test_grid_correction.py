"""Correcting a checked run in the grid with the keyboard alone, and on a phone; the panels around it."""

import pytest
from playwright.sync_api import expect

from exchange.models import ImportRun
from tests.exchange.sheets import member, member_book, upload
from tests.factories.unions import EmployerFactory

pytestmark = pytest.mark.django_db(transaction=True)
FAULTY = [member(1), member(2, c8="仙学"), member(3, c14="2021.13.1"), member(4, c14="2021.13.1")]


@pytest.fixture
def run(officer, union):
    EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    return upload(officer, union, member_book(FAULTY))


def focused(page):
    """What has the focus, by its label or its place in the grid."""
    return page.evaluate(
        "() => { const at = document.activeElement; return at.getAttribute('aria-label') || at.name "
        "|| (at.dataset.cell ? at.parentElement.id + ' ' + at.dataset.cell : at.textContent.trim()); }"
    )


def tab_to(page, label):
    for _ in range(120):
        if focused(page) == label:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {label} with the tab key")


def mend(page, text):
    """Enter opens the cell, its text is selected, Enter checks it again."""
    page.keyboard.press("Enter")
    expect(page.locator(".run-grid .cell-form input[name=text]")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_the_grid_is_put_right_with_the_keyboard_alone(page_as, officer, run):
    page = page_as(officer)
    page.goto(run.get_absolute_url())
    tab_to(page, "改正第 6 行的学历")
    page.keyboard.press("Enter")
    expect(page.locator(".run-grid .cell-form input[name=text]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#row-6 .cell-form")).to_have_count(0)
    expect(page.get_by_label("改正第 6 行的学历")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#row-6 [data-cell=skill_level]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    mend(page, "高中")
    expect(page.locator("#row-6")).to_contain_text("新增")
    expect(page.locator("#row-7 .cell-mend")).to_be_focused()
    mend(page, "2021.12.32")
    expect(page.locator("#row-7")).to_contain_text("2021.12.32")
    expect(page.locator("#row-7 .cell-mend")).to_be_focused()
    mend(page, "2021-12-01")
    expect(page.locator("#row-8 .cell-mend")).to_be_focused()
    mend(page, "2021-12-01")
    expect(page.get_by_text("共 4 行，全部核对通过")).to_be_visible()
    expect(page.get_by_role("button", name="确认导入 4 行")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("可以离开本页").first).to_be_visible()
    assert ImportRun.objects.get().state == "applying"


def test_the_checked_run_at_both_sizes(page_as, clean, officer, run, sized):
    page = page_as(officer, sized)
    page.goto(run.get_absolute_url())
    expect(page.get_by_role("heading", name="同样的写法，一次改正")).to_be_visible()
    assert clean(page) == []
    page.locator("#row-6 td[data-cell=household_place]").click()
    form = page.locator("#row-6 .cell-form")
    form.get_by_role("textbox").fill("浙江省乐清市")
    assert clean(page) == []
    form.get_by_role("button", name="核对").click()
    expect(page.locator("#row-6 td[data-cell=household_place]")).to_contain_text("已改正")
    page.get_by_label("会籍变化日期“2021.13.1”改为").fill("2021-12-01")
    page.get_by_role("button", name="改 2 行").click()
    expect(page.get_by_text("已改正 2 行并重新核对")).to_be_visible()
    page.goto("/exchange/")
    assert clean(page) == []
