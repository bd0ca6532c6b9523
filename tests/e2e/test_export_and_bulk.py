"""Taking a list out as a file, and setting one fact on several people, in a real browser."""

import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core import jobs
from core.models import Job
from tests.e2e.faults import follow
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
REFRESHED = 20_000  # milliseconds
PASSWORD = "a-password-of-the-test"


@pytest.fixture
def people(union):
    return WorkerFactory.create_batch(4, employer=EmployerFactory(union=union), education="60")


def work_off():
    for job in Job.objects.exclude(state__in=["done", "failed"]):
        assert jobs.run_inline(job).error == ""


def shows(place):
    """The page loads itself again when its job is over: going there by hand would cross with that."""
    expect(place).to_be_visible(timeout=REFRESHED)


def test_a_list_becomes_a_file(page_as, clean, officer, people, at_the_desk, tmp_path):
    officer.set_password(PASSWORD)
    officer.save()
    page = page_as(officer, at_the_desk)
    page.goto("/workers/?sex=1")
    follow(page, page.get_by_role("link", name="导出", exact=True))
    expect(page.get_by_text("4 行")).to_be_visible()
    assert clean(page) == []
    page.get_by_label("用途").fill("报送三季度名册")
    page.get_by_label("学历").check()
    page.get_by_label("移动电话", exact=True).uncheck()
    follow(page, page.get_by_role("button", name="生成文件"))
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="导出会员名册")).to_be_visible()
    assert clean(page) == []
    work_off()
    shows(page.get_by_role("button", name="下载"))
    assert clean(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="下载").click()
    file = tmp_path / "taken.xlsx"
    download.value.save_as(file)
    head, *rows = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
    assert "移动电话" not in head
    assert [row[0] for row in rows] == [worker.name for worker in reversed(people)]
    page.goto(reverse("exchange:export_list"))
    expect(page.get_by_text("可下载")).to_be_visible()
    assert clean(page) == []


def test_one_fact_is_set_on_ticked_people_and_taken_back(page_as, clean, officer, people, at_the_desk):
    page = page_as(officer, at_the_desk)
    page.goto("/workers/")
    assert clean(page) == []
    page.get_by_label(f"勾选{people[0].name}").check()
    page.get_by_label(f"勾选{people[2].name}").click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("3")
    page.get_by_label(f"勾选{people[1].name}").focus()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    follow(page, page.get_by_role("button", name="批量修改所选"))
    page.get_by_label("要修改的项目").select_option("education")
    follow(page, page.get_by_role("button", name="下一步"))
    assert clean(page) == []
    page.get_by_label("学历改为").select_option("31")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("button", name="写入 2 人")).to_be_visible()
    assert clean(page) == []
    page.get_by_role("button", name="写入 2 人").click()
    expect(page.locator(".job-progress")).to_be_visible()
    work_off()
    assert set(Worker.objects.filter(education="31")) == {people[0], people[2]}
    shows(page.get_by_role("button", name="撤销"))
    assert clean(page) == []
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.locator(".job-progress")).to_be_visible()
    work_off()
    assert Worker.objects.filter(education="31").count() == 0
    expect(page.locator(".job-progress")).to_have_count(0, timeout=REFRESHED)
    page.goto(reverse("workers:bulk_edit_list"))
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert clean(page) == []


def test_everybody_in_the_filter_is_taken_without_a_script(browser, live_site, officer, people):
    """The buttons are a plain form: they work where scripts are blocked."""
    page = browser.new_context(java_script_enabled=False, base_url=live_site.url).new_page()
    officer.set_password(PASSWORD)
    officer.save()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", officer.username)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")
    page.goto("/workers/?sex=1")
    follow(page, page.get_by_role("button", name="修改全部 4 人"))
    page.get_by_label("要修改的项目").select_option("is_key_post")
    follow(page, page.get_by_role("button", name="下一步"))
    page.get_by_label("关键岗位改为").select_option("yes")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("button", name="写入 4 人")).to_be_visible()
    page.context.close()
