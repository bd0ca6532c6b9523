"""The step of the wizard on which a person says which column is which: by keyboard, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from exchange.models import ColumnMemory, ImportRun, TextMemory
from tests.e2e.faults import follow_by_key
from tests.exchange.sheets import finish, member, upload
from tests.exchange.test_mapping import ATTRIBUTES, STRANGE, book
from tests.factories.unions import EmployerFactory

pytestmark = pytest.mark.django_db(transaction=True)
MOST_TABS = 120
REFRESHED = 20_000  # milliseconds: the page loads itself again when its job is over
TITLES = ["序号", "员工", *STRANGE[2:]]


@pytest.fixture
def run(officer, union):
    EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    rows = [member(1, c8="仙学"), member(2, c8="仙学"), member(3, c17="甲厂")]
    return upload(officer, union, book(TITLES, rows, above=[["某厂花名册"]]))


def tab_to(page, target):
    """Press Tab until the element has the focus."""
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard never reaches {target}")


def choose(page, select, value: str):
    """Choose an option with the arrow keys."""
    tab_to(page, select)
    values = select.locator("option").evaluate_all("options => options.map(option => option.value)")
    steps = values.index(value) - values.index(select.input_value())
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    expect(select).to_have_value(value)


def test_columns_and_texts_are_explained_by_keyboard(page_as, officer, run, at_the_desk, clean):
    page = page_as(officer, at_the_desk)
    page.goto(run.get_absolute_url())
    expect(page.get_by_role("alert")).to_contain_text("没有找到“会员信息”的表头")
    assert clean(page) == []
    tab_to(page, page.get_by_role("link", name="指明各列"))
    follow_by_key(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("对应各列")
    expect(page.get_by_label("表头从")).to_have_value("2")
    with page.expect_navigation():
        choose(page, page.get_by_label("表头从"), "1")
    expect(page.get_by_label("B 列“员工”读作")).to_have_count(0)
    expect(page.get_by_label("到", exact=True)).to_have_value("1")
    with page.expect_navigation():
        choose(page, page.get_by_label("表头从"), "2")
    expect(page.get_by_label("B 列“员工”读作")).to_be_visible()
    assert clean(page) == []
    button = page.get_by_role("button", name="按此对应核对")
    tab_to(page, button)
    follow_by_key(page)
    expect(page.get_by_role("alert")).to_contain_text("还没有指明必需的列：姓名")
    assert clean(page) == []
    for place, attribute in enumerate(ATTRIBUTES):
        if attribute:
            choose(page, page.locator(f"select[name=column-{place}]"), attribute)
    tab_to(page, button)
    follow_by_key(page)
    expect(page.locator(".job-progress")).to_be_visible()
    finish(ImportRun.objects.get())
    expect(page.get_by_role("heading", name="未识别的写法")).to_be_visible(timeout=REFRESHED)
    page.wait_for_load_state()
    assert clean(page) == []
    choose(page, page.get_by_label("学历“仙学”的含义"), "61")
    firm = page.get_by_label("工作单位“甲厂”的含义")
    choose(page, firm, firm.locator("option").last.get_attribute("value"))
    tab_to(page, page.get_by_role("button", name="按所选含义重新核对"))
    follow_by_key(page)
    expect(page.get_by_text("共 3 行，全部核对通过")).to_be_visible()
    assert (ColumnMemory.objects.count(), TextMemory.objects.count()) == (1, 2)


def test_what_is_remembered_is_deleted_after_a_question(page_as, officer, union, at_the_desk, clean):
    about = {"kind": "workers", "union": union, "updated_by": officer}
    ColumnMemory.objects.create(fingerprint="f" * 64, titles=["员工"], columns={"0": "name"}, **about)
    page = page_as(officer, at_the_desk)
    page.goto("/exchange/")
    page.get_by_role("link", name="记住的对应").click()
    expect(page.get_by_text("员工 → 姓名")).to_be_visible()
    assert clean(page) == []
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("以后同样表头的文件重新自动识别")).to_be_visible()
    page.locator("#confirm button[value=yes]").click()
    expect(page.get_by_text("还没有记住的对应")).to_be_visible()
    assert ColumnMemory.objects.count() == 0
