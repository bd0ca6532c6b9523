"""The whole wizard with the keyboard alone, on a desk and on a phone: upload, columns, repair, confirmation, undo."""

import pytest
from playwright.sync_api import expect

from exchange.models import ImportRun
from tests.e2e.faults import follow_by_key
from tests.e2e.test_mapping_step import REFRESHED, choose, tab_to
from tests.exchange.sheets import finish, member
from tests.exchange.test_mapping import ATTRIBUTES, STRANGE, book
from tests.factories.unions import EmployerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLES = ["序号", "员工", *STRANGE[2:]]


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def press(page, role, name):
    """Go to a control with the tab key and press Enter on it."""
    tab_to(page, page.get_by_role(role, name=name))
    page.keyboard.press("Enter")


def work(page):
    """Do the queued job once the page says that it waits."""
    expect(page.locator(".job-progress")).to_be_visible()
    finish(ImportRun.objects.get())


def send_file(page, content: bytes):
    """Go to the field by keyboard and give it the file; the dialog behind it is the browser's, not ours."""
    field = page.locator("input[type=file]")
    tab_to(page, field)
    field.set_input_files({"name": "花名册.xlsx", "mimeType": XLSX, "buffer": content})
    press(page, "button", "上传并核对")


def name_the_columns(page):
    tab_to(page, page.get_by_role("link", name="指明各列"))
    follow_by_key(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("对应各列")
    for place, attribute in enumerate(ATTRIBUTES):
        if attribute:
            choose(page, page.locator(f"select[name=column-{place}]"), attribute)
    press(page, "button", "按此对应核对")
    work(page)


def mend_the_date(page):
    mend = page.get_by_role("link", name="改正第 5 行的会籍变化日期")
    expect(mend).to_be_visible(timeout=REFRESHED)
    page.wait_for_load_state()  # without its script the link would open a page of its own
    tab_to(page, mend)
    page.keyboard.press("Enter")
    expect(page.locator(".run-grid .cell-form input[name=text]")).to_be_focused()
    page.keyboard.type("2021-12-01")
    page.keyboard.press("Enter")
    expect(page.get_by_text("共 3 行，全部核对通过")).to_be_visible()


def test_a_strange_file_becomes_members_and_goes_again(page_as, clean, officer, firm, at_the_desk):
    page = page_as(officer, at_the_desk)
    page.goto("/exchange/new/")
    send_file(page, book(TITLES, [member(1), member(2), member(3, c14="2021.13.1")], above=[["某厂花名册"]]))
    work(page)
    expect(page.get_by_role("link", name="指明各列")).to_be_visible(timeout=REFRESHED)
    name_the_columns(page)
    mend_the_date(page)
    assert clean(page) == []
    assert not Worker.objects.exists()
    press(page, "button", "确认导入 3 行")
    work(page)
    expect(page.get_by_text("已导入 3 行")).to_be_visible(timeout=REFRESHED)
    page.wait_for_load_state()
    assert clean(page) == []
    assert Worker.objects.count() == 3
    press(page, "button", "撤销导入")
    expect(page.locator("#confirm")).to_be_visible()
    press(page, "button", "确定")
    work(page)
    expect(page.get_by_text("恢复 3 行")).to_be_visible(timeout=REFRESHED)
    assert not Worker.objects.exists()
