"""The main job end to end, with the web server, a worker process and the broker: from the mailed form to the PDF."""

import re
import uuid

import pytest
import redis
from django.conf import settings as site
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from exchange.models import ImportRun
from reports.models import Report, ReportDownload
from tests.core.killing import KilledWorker, Nursery, use_queue
from tests.core.pdf_reading import text as text_of_pdf
from tests.e2e.faults import follow
from tests.exchange.sheets import member, member_book
from tests.factories.unions import EmployerFactory
from workers.models import Worker

PASSWORD = "long-Pass-2026"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATIENCE = 60_000  # milliseconds for background work on a busy machine
NAMES = ["试甲甲", "试乙乙", "试丙丙"]
GOOD = [member(place, c1=name) for place, name in enumerate(NAMES, start=1)]
NUMBER = GOOD[1][7]


@pytest.fixture
def worker(live_site, monkeypatch, tmp_path):
    """A worker process that is not running yet, on this test's database, folder and queue."""
    queue = f"main-job-{uuid.uuid4().hex}"
    use_queue(monkeypatch, queue)
    nursery = Nursery(tmp_path)
    worker = KilledWorker(nursery, queue)
    yield worker
    worker.kill()
    nursery.close()
    broker = redis.Redis.from_url(site.REDIS_URL.replace("redis+socket://", "unix://"))
    broker.delete(queue)
    broker.close()


@pytest.fixture
def people(clerk, group_member, union):
    for user in (clerk, group_member):
        user.set_password(PASSWORD)
        user.save()
    cache.clear()
    EmployerFactory(union=union, name="乐清市试一电器有限公司", employees=10)
    return {"clerk": clerk, "group": group_member}


def sign_in(page, username):
    page.goto("/accounts/login/")
    page.get_by_label("用户名或电子邮箱").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="登录", exact=True))
    expect(page.get_by_role("navigation", name="主导航")).to_be_attached()


def sign_out(page):
    page.get_by_role("button", name="账号").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def go(page, group, entry):
    """By the side bar: unfold the group, then the entry."""
    page.get_by_role("navigation", name="主导航").get_by_text(group, exact=True).click()
    follow(page, page.get_by_role("link", name=entry))


def upload_form(page, union):
    """The form as circulated, with one digit of one number mistyped."""
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    rows = [GOOD[0], [*GOOD[1][:7], wrong, *GOOD[1][8:]], GOOD[2]]
    go(page, "表格与数据", "表格导入")
    page.get_by_role("link", name="上传表格").first.click()
    page.get_by_label("为哪个工会导入").select_option(label=union.name)
    file = {"name": "甲厂会员.xlsx", "mimeType": XLSX, "buffer": member_book(rows)}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()


def mend_the_number(page):
    """The faulty row says what is wrong and where; the cell is mended in the grid."""
    row = page.get_by_role("row").filter(has_text="试乙乙")
    expect(row).to_contain_text("校验码")
    row.get_by_role("link", name=re.compile("改正第 6 行的证件号码")).click()
    row.get_by_role("textbox").fill(NUMBER)
    row.get_by_role("button", name="核对").click()
    expect(row).to_contain_text("新增")
    expect(page.get_by_text("共 3 行，全部核对通过")).to_be_visible()


def build_report(page):
    go(page, "改革与报告", "进展报告")
    page.get_by_role("link", name="编制报告").first.click()
    page.get_by_role("button", name="编制", exact=True).click()
    page.get_by_role("link", name="查看结果").click(timeout=PATIENCE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("月报")


def test_from_the_mailed_form_to_the_report_of_the_coordination_group(page_as, people, union, worker):
    page = page_as()
    sign_in(page, "clerk")
    upload_form(page, union)
    expect(page.locator(".job-progress")).to_contain_text("等待后台程序处理")
    worker.start()
    expect(page.get_by_text("可导入 2 行，需改正 1 行")).to_be_visible(timeout=PATIENCE)
    assert not Worker.objects.exists()
    mend_the_number(page)
    worker.kill()
    page.get_by_role("button", name="确认导入 3 行").click()
    expect(page.get_by_role("progressbar", name="任务进度")).to_be_visible()
    worker.start()
    expect(page.get_by_text("已导入 3 行")).to_be_visible(timeout=PATIENCE)

    go(page, "会员", "会员名册")
    for name in NAMES:
        expect(page.get_by_role("link", name=name)).to_be_visible()
    assert NUMBER not in page.content()
    build_report(page)
    sign_out(page)

    page = page_as(allow=(403, 404))
    sign_in(page, "group")
    page.get_by_role("link", name="进展报告").click()
    report = Report.objects.get()
    page.get_by_role("row").filter(has_text=report.title).get_by_role("link").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 PDF").click()
    content = download.value.path().read_bytes()
    text = text_of_pdf(content).replace("\n", "")
    assert content.startswith(b"%PDF-")
    assert [figure.text for figure in report.figures.all() if figure.text not in text] == []
    assert report.figures.get(code="A2").numerator == 3
    assert [name for name in (*NAMES, NUMBER) if name in text] == []
    for address in personal_pages(union):
        assert (address, page.goto(address).status) in ((address, 403), (address, 404))
    assert list(ReportDownload.objects.values_list("user__username", "file_format")) == [("group", "pdf")]


def personal_pages(union):
    person, run, report = Worker.objects.first(), ImportRun.objects.first(), Report.objects.first()
    employer = union.employers.first()
    about_workers = ("detail", "edit", "reveal")
    return [
        reverse("workers:worker_list"),
        *(reverse(f"workers:worker_{page}", args=[person.pk]) for page in about_workers),
        reverse("workers:membership_change", args=[person.pk]),
        reverse("workers:document_replace", args=[person.pk]),
        reverse("exchange:run_list"),
        reverse("exchange:run_detail", args=[run.pk]),
        reverse("exchange:run_progress", args=[run.pk]),
        reverse("unions:union_detail", args=[union.pk]),
        reverse("unions:employer_detail", args=[employer.pk]),
        reverse("reports:indicator_records", args=["A2", "numerator"]),
        reverse("reports:report_records", args=[report.pk, "A2", "numerator"]),
    ]
