"""A full list in a real browser: options at the upload, people looked over, the number typed, proposals made."""

import pytest
from playwright.sync_api import expect

from core import jobs
from core.models import Job
from tests.e2e.faults import follow
from tests.exchange.sheets import NUMBER, member, member_book
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Proposal, Worker

pytestmark = pytest.mark.django_db(transaction=True)
REFRESHED = 20_000  # milliseconds


def work_off(page):
    """Do the queued jobs once the page says that one waits."""
    expect(page.locator(".job-progress")).to_be_visible()
    for job in Job.objects.exclude(state__in=["done", "failed"]):
        assert jobs.run_inline(job).error == ""


def test_who_is_missing_is_looked_over_and_asked_about(page_as, clean, officer, union, at_the_desk, tmp_path):
    firm = EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    people = [WorkerFactory(employer=firm, document=member(place)[NUMBER]) for place in range(1, 7)]
    path = tmp_path / "完整名单.xlsx"
    path.write_bytes(member_book([member(place, c14="2021/06/01") for place in (1, 2)]))
    page = page_as(officer, at_the_desk)
    page.goto("/exchange/new/")
    assert clean(page) == []
    page.get_by_label("文件").set_input_files(path)
    page.get_by_label("只补空白项").check()
    page.get_by_label("这是本工会的完整名单").check()
    page.get_by_role("button", name="上传并核对").click()
    work_off(page)
    expect(page.get_by_text("名单中没有的会员 4 人")).to_be_visible(timeout=REFRESHED)
    assert clean(page) == []
    follow(page, page.get_by_role("link", name="逐人核对"))
    expect(page.get_by_role("heading", name="名单中没有的会员")).to_be_visible()
    assert clean(page) == []
    tick = page.get_by_label(f"{people[2].name}仍在册")
    tick.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="保存本页勾选").click()
    expect(page.get_by_text("导入时将提请核实 3 人")).to_be_visible()
    follow(page, page.get_by_role("link", name="返回核对结果"))
    page.get_by_label("核实人数").fill("3")
    page.get_by_role("button", name="提请核实 3 人").click()
    work_off(page)
    expect(page.get_by_text("3 人已提请核实去向")).to_be_visible(timeout=REFRESHED)
    assert clean(page) == []
    asked = Proposal.objects.filter(source="list", state="open").order_by("worker")
    assert list(asked.values_list("worker", flat=True)) == [person.pk for person in people[3:]]
    assert Worker.objects.count() == 6


def test_options_are_changed_on_the_checked_run(page_as, clean, officer, union, at_the_desk, tmp_path):
    firm = EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    WorkerFactory(employer=firm, document=member(1)[NUMBER], education="61")
    path = tmp_path / "名单.xlsx"
    path.write_bytes(member_book([member(1, c14="2021/06/01", c8="大专"), member(2)]))
    page = page_as(officer, at_the_desk)
    page.goto("/exchange/new/")
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()
    work_off(page)
    expect(page.get_by_text("导入选项：以表格为准更新")).to_be_visible(timeout=REFRESHED)
    page.get_by_text("导入选项：以表格为准更新").click()
    page.get_by_label("跳过已有记录").check()
    assert clean(page) == []
    page.get_by_role("button", name="按所选重新核对").click()
    work_off(page)
    expect(page.get_by_text("导入选项：跳过已有记录")).to_be_visible(timeout=REFRESHED)
    assert "跳过1" in page.locator("#run-counts").inner_text().replace("\n", "").replace(" ", "")
    assert clean(page) == []
