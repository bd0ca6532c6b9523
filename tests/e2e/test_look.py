"""Each kind of page at both sizes: no accessibility fault, no sideways scrolling, no console error; and on paper."""

import re

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.e2e.faults import faults_of
from tests.factories.unions import EmployerFactory, PostFactory, TermFactory
from tests.factories.workers import WorkerFactory

SEVENTEEN = 17


@pytest.fixture
def office(clerk, union):
    """A town with enough of everything for each page to have something to show."""
    TermFactory(union=union)
    firm = EmployerFactory(union=union, employees=40)
    for _ in range(SEVENTEEN + 3):
        WorkerFactory(union=union, employer=firm)
        EmployerFactory(union=union)
    PostFactory(union=union)
    return {"clerk": clerk, "union": union, "firm": firm}


def _pages(office):
    union, firm = office["union"].pk, office["firm"].pk
    worker = office["firm"].workers.first().pk
    return [
        "/",
        "/unions/",
        f"/unions/{union}/",
        f"/unions/{union}/edit/",
        "/unions/new/",
        "/unions/employers/",
        f"/unions/employers/{firm}/",
        "/unions/employers/new/",
        "/unions/posts/",
        "/unions/posts/new/",
        "/unions/posts/invite/",
        "/workers/",
        "/workers/?standing=none",
        f"/workers/{worker}/",
        f"/workers/{worker}/edit/",
        f"/workers/{worker}/membership/",
        f"/workers/{worker}/reveal/",
        "/workers/new/",
        "/exchange/",
        "/exchange/new/",
        "/reform/",
        "/reports/",
        "/reports/build/",
        "/reports/schedules/",
        "/reports/indicators/",
        "/reports/indicators/A1/",
        "/jobs/",
    ]


def test_each_kind_of_page_is_accessible_and_fits(page_as, clean, office):
    assert faults_of(page_as(office["clerk"]), clean, _pages(office)) == {}


def test_a_form_with_errors_is_accessible_and_leads_to_the_fault(page_as, axe, office, sized):
    page = page_as(office["clerk"], size=sized)
    page.goto("/unions/employers/new/")
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    page.locator("main form button[type=submit], main form button:not([type])").last.click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert axe(page) == []
    summary.get_by_role("link").first.click()
    target = page.locator("main [aria-invalid=true]").first
    expect(target).to_have_attribute("aria-describedby", re.compile("_error"))


def test_system_page(page_as, axe, sysadmin, sized):
    page = page_as(sysadmin, size=sized)
    page.goto("/jobs/system/")
    assert axe(page) == []


def test_a_list_shows_seventeen_rows_on_a_small_desktop(page_as, office):
    page = page_as(office["clerk"])
    page.goto("/unions/employers/")
    shown = page.locator("tbody tr").evaluate_all(
        "rows => rows.filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert shown >= SEVENTEEN


def test_rows_become_labelled_cards_on_a_phone(page_as, office):
    page = page_as(office["clerk"], size="phone")
    page.goto("/workers/")
    row = page.locator("tbody tr").first
    label = row.locator("td:not(.tick-cell)").first.evaluate(
        "cell => getComputedStyle(cell, '::before').content"
    )
    assert label not in ("none", '""', "normal")
    assert page.locator("thead").bounding_box()["width"] <= 1
    page.get_by_role("button", name="打开导航").click()
    expect(page.get_by_role("link", name="会员名册")).to_be_visible()


def test_the_frame_stays_off_the_paper(page_as, office, tmp_path):
    page = page_as(office["clerk"])
    page.goto("/unions/employers/")
    sheet = tmp_path / "list.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    with pikepdf.open(sheet) as document:
        _, _, width, height = (round(float(edge)) for edge in document.pages[0].mediabox)
    assert (width, height) == (842, 595)  # A4 landscape in points
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.get_by_role("search")).to_be_hidden()
    expect(page.locator("tbody tr").first).to_be_visible()


def test_dashboard_charts_are_drawn_and_said_in_words(page_as, office):
    page = page_as(office["clerk"])
    page.goto("/")
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    expect(page.locator("[data-chart]:not([aria-label])")).to_have_count(0)


def test_questions_open_our_own_dialog(page_as, secadmin, officer):
    page = page_as(secadmin)
    page.goto(f"/account/list/{officer.pk}/")
    page.get_by_label("结束全部登录会话").check()
    page.get_by_label("原因").fill("试验")
    page.get_by_role("button", name="执行").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("确定对账号 officer 执行这项操作吗")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    assert page.url.endswith(f"/account/list/{officer.pk}/")


def test_less_motion_on_request(page_as, secadmin):
    page = page_as(secadmin)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/account/list/")
    assert (
        page.locator(".btn").first.evaluate("button => getComputedStyle(button).transitionDuration") == "0s"
    )


def test_the_keyboard_reaches_the_main_part_first(page_as, secadmin):
    page = page_as(secadmin)
    page.goto("/account/list/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
