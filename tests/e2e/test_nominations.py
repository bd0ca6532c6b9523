"""A round of nominations from its plan to the honour, by everybody who has a part in it: the town opens it with places
and shares, a firm's officer puts people forward by form and by sheet and sees the shares before submitting, the town
reviews and publishes, an objection ends one nomination, and the document alone makes the honour."""

import datetime as dt
import io

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from competitions.models import Honour, Nomination, Selection
from exchange.models import ImportRun
from tests.e2e.test_contest_journey import XLSX, choose, open_link, save, sure
from tests.e2e.test_mapping_step import REFRESHED
from tests.exchange.sheets import finish
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "市五一劳动奖章推荐"
NAMES = ["试推甲", "试推乙", "试推丙", "试推丁"]
MERITS = "三年完成技术攻关八项，减少返工"


@pytest.fixture
def people(union):
    """The first is a woman, the others are men."""
    firm = EmployerFactory(union=union)
    return [
        WorkerFactory(
            employer=firm, name=name, document=citizen_number(sequence=place + 940), sex="1" if place else "2"
        )
        for place, name in enumerate(NAMES)
    ]


def open_round(page, clean, union):
    """The town plans the round, asks for half women, gives the union three places, and opens it."""
    page.goto("/competitions/selections/")
    open_link(page, "新增推荐评选")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=honour_type]").select_option("MAY1_C")
    page.locator("[name=issuer]").fill("试验市总工会")
    page.locator("[name=deadline]").fill((timezone.localdate() + dt.timedelta(days=30)).isoformat())
    page.locator("[name=notice_days]").fill("5")
    page.locator("[name=notice_unit]").select_option("working")
    assert clean(page) == []
    save(page)
    open_link(page, "要求比例")
    page.locator("[name=woman]").fill("50")
    page.locator("[name=woman_source]").fill("试验通知")
    assert clean(page) == []
    save(page)
    open_link(page, "工会名额")
    choose(page, "union", union.name)
    page.locator("[name=places]").fill("3")
    save(page)
    expect(page.locator("dt", has_text=f"{union.name}名额")).to_be_visible()
    page.get_by_role("button", name="开放推荐", exact=True).click()
    sure(page)
    expect(page.get_by_role("button", name="开放推荐")).to_have_count(0)
    assert clean(page) == []


def nominate_by_form(page, clean):
    page.goto("/competitions/selections/")
    open_link(page, TITLE)
    open_link(page, "推荐职工")
    page.get_by_label(NAMES[0]).check()
    page.locator("[name=position]").select_option("industrial")
    page.locator("[name=job]").fill("装配班长")
    page.locator("[name=reason]").fill("技术攻关成绩突出")
    page.locator("[name=merits]").fill(MERITS)
    assert clean(page) == []
    save(page, "保存为草稿")
    scan = {"name": "推荐表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 scan"}
    page.locator("input[type=file]").set_input_files(scan)
    save(page, "上传附件")
    expect(page.get_by_text("已上传附件")).to_be_visible()
    assert clean(page) == []


def nominate_by_sheet(page):
    """Three more than there are places for: the last row is told so, the others become drafts."""
    book = openpyxl.Workbook()
    book.active.append(["姓名", "证件号码", "推荐评选", "职工类别", "岗位", "推荐理由", "主要事迹"])
    for place, name in enumerate(NAMES[1:], start=1):
        number = citizen_number(sequence=place + 940)
        book.active.append([name, number, TITLE, "产业工人", "装配工", "技术攻关成绩突出", MERITS])
    content = io.BytesIO()
    book.save(content)
    page.goto(Selection.objects.get().get_absolute_url())
    open_link(page, "用表格推荐")
    file = {"name": "推荐.xlsx", "mimeType": XLSX, "buffer": content.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    save(page, "上传并核对")
    expect(page.locator(".job-progress")).to_be_visible()
    finish(ImportRun.objects.get())
    said = page.locator(".cell-note", has_text="名额 3 个，已用 3 个（含草稿、退回和本表前面的行）")
    expect(said).to_be_visible(timeout=REFRESHED)
    page.get_by_label("只导入正确的行").check()
    page.get_by_role("button", name="确认导入 2 行", exact=True).click()
    sure(page)
    expect(page.locator(".job-progress")).to_be_visible()
    finish(ImportRun.objects.get())
    expect(page.get_by_text("已导入 2 行")).to_be_visible(timeout=REFRESHED)


def tick(page, names):
    """One after the other, each when the shares have followed: the first is a woman, the others are men."""
    for place, name in enumerate(names, start=1):
        page.get_by_role("row", name=name).get_by_role("checkbox").check()
        expect(page.locator("#shares").get_by_text(f"女性 1/{place}，")).to_be_visible()


def submit(page, clean):
    """The shares follow the ticks: one woman of three is too few, one of two is enough."""
    page.goto(Selection.objects.get().get_absolute_url())
    shares = page.locator("#shares")
    tick(page, NAMES[:3])
    expect(shares.get_by_text("女性 1/3，需 2 人，还差 1 人")).to_be_visible()
    page.get_by_role("row", name=NAMES[2]).get_by_role("checkbox").uncheck()
    expect(shares.get_by_text("女性 1/2，需 1 人，已达到")).to_be_visible()
    assert clean(page) == []
    save(page, "提交勾选的推荐")
    expect(page.get_by_text("已提交 2 个推荐，待镇总工会审核")).to_be_visible()
    assert states() == ["submitted", "submitted", "draft"]


def states() -> list[str]:
    return list(Nomination.objects.order_by("pk").values_list("state", flat=True))


def review_and_publish(page, clean):
    page.goto(Selection.objects.get().get_absolute_url())
    tick(page, NAMES[:2])
    expect(page.locator("#shares").get_by_text("女性 1/2，需 1 人，已达到")).to_be_visible()
    save(page, "列入推荐名单")
    expect(page.get_by_text("2 个推荐列入推荐名单")).to_be_visible()
    open_link(page, "开始公示")
    today = timezone.localdate()
    expect(page.get_by_text(f"未录入 {today.year} 年放假安排，只扣除周六、周日")).to_be_visible()
    page.locator("[name=start]").fill(today.isoformat())
    page.locator("[name=until]").fill(today.isoformat())
    save(page, "开始公示")
    expect(page.get_by_text("公示应不少于 5 个工作日（含开始当天）").first).to_be_visible()
    page.locator("[name=until]").fill((today + dt.timedelta(days=20)).isoformat())
    assert clean(page) == []
    save(page, "开始公示")
    expect(page.get_by_text("已开始公示，可以打印公示")).to_be_visible()


def read_on_a_phone(page, clean):
    page.goto(f"/competitions/selections/{Selection.objects.get().pk}/notice/")
    for name in NAMES[:2]:
        expect(page.get_by_text(name, exact=True)).to_be_visible()
    expect(page.get_by_text(MERITS)).to_have_count(0)
    assert clean(page) == []


def object_and_uphold(page, clean):
    """What was said against the second is found true: the nomination ends."""
    page.goto(Nomination.objects.get(worker__name=NAMES[1]).get_absolute_url())
    open_link(page, "登记公示异议")
    page.locator("[name=channel]").select_option("letter")
    page.locator("[name=text]").fill("所报攻关项目不是本人完成")
    assert clean(page) == []
    save(page, "登记")
    open_link(page, "登记核查情况")
    page.locator("[name=verdict]").select_option("upheld")
    page.locator("[name=answer]").fill("经核查属实")
    save(page, "登记")
    expect(page.get_by_text("公示期间收到异议，经核查属实")).to_be_visible()
    assert clean(page) == []
    assert states() == ["shortlisted", "refused", "draft"]


def decide_and_send(page):
    # The days of the notice pass.
    today = timezone.localdate()
    Selection.objects.update(
        notice_from=today - dt.timedelta(days=10), notice_until=today - dt.timedelta(days=1)
    )
    page.goto(Selection.objects.get().get_absolute_url())
    page.get_by_role("button", name="确定推荐名单", exact=True).click()
    sure(page)
    open_link(page, "登记上报")
    page.locator("[name=sent_number]").fill("试总工〔2026〕9号")
    save(page, "登记")
    expect(page.get_by_text("已登记上报")).to_be_visible()
    assert (states(), Honour.objects.count()) == (["recommended", "refused", "draft"], 0)


def grant(page, clean):
    """Without the number of the document there is no honour."""
    page.goto(Nomination.objects.get(worker__name=NAMES[0]).get_absolute_url())
    open_link(page, "登记授予")
    page.locator("[name=level]").select_option("C")
    page.locator("[name=awarded_on]").fill(timezone.localdate().isoformat())
    page.locator("[name=document_number]").fill(" ")
    save(page, "登记")
    assert (clean(page), Honour.objects.count()) == ([], 0)
    page.locator("[name=document_number]").fill("试〔2026〕20号")
    save(page, "登记")
    expect(page.get_by_text("已登记授予，荣誉记录已生成，待核实")).to_be_visible()
    assert clean(page) == []


def test_a_round_from_the_plan_to_the_honour(page_as, clean, clerk, officer, union, people):
    desk, firm = page_as(clerk), page_as(officer)
    open_round(desk, clean, union)
    nominate_by_form(firm, clean)
    nominate_by_sheet(firm)
    submit(firm, clean)
    review_and_publish(desk, clean)
    read_on_a_phone(page_as(officer, "phone"), clean)
    object_and_uphold(desk, clean)
    decide_and_send(desk)
    grant(desk, clean)
    honour = Honour.objects.get()
    facts = (honour.worker, honour.document_number, honour.state, honour.nomination.state)
    assert facts == (people[0], "试〔2026〕20号", "entered", "awarded")
