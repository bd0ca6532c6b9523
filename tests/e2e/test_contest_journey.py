"""A contest from its plan to the certificate that makes a promise true, by everybody who has a part in it: the town
plans and decides, a firm's officer enters by sheet and objects, two judges mark on their phones."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from competitions import services
from competitions.models import Contest, Event, Mark, Promise, Result
from exchange.models import ImportRun
from tests.e2e.faults import follow
from tests.e2e.test_mapping_step import REFRESHED
from tests.exchange.sheets import finish
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number

pytestmark = pytest.mark.django_db(transaction=True)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = ["试赛甲", "试赛乙", "试赛丙"]
# What the two judges give to start numbers 1, 2, 3: the first two are equal at first.
POINTS = {"评委甲": ["90", "88", "70"], "评委乙": ["86", "88", "74"]}


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return [
        WorkerFactory(employer=firm, name=name, document=citizen_number(sequence=place + 900))
        for place, name in enumerate(NAMES)
    ]


def choose(page, name, label):
    """Pick in a list with a search box, by its own script."""
    field = page.locator(f"select[name={name}]")
    expect(field).to_have_class(re.compile("tomselected"))
    found = field.locator("option", has_text=label).first.get_attribute("value")
    field.evaluate("(list, key) => list.tomselect.setValue(key)", found)


def save(page, name="保存"):
    """Send the form and wait for the page that answers."""
    follow(page, page.get_by_role("button", name=name, exact=True))


def open_link(page, name):
    follow(page, page.get_by_role("main").get_by_role("link", name=name))


def sure(page):
    """Say yes to the question and wait for the page that answers."""
    follow(page, page.get_by_role("dialog").get_by_role("button", name="确定"))


def send(page):
    """Press the main button of the form."""
    follow(page, page.locator("form.panel button.btn-primary"))


def plan(page, clean, town):
    """The town plans a contest with one event, one stage with a criterion, and two prizes."""
    today = timezone.localdate()
    page.goto("/competitions/contests/")
    open_link(page, "新增竞赛")
    choose(page, "union", town.name)
    page.locator("[name=title]").fill("电工技能竞赛")
    page.locator("[name=kind]").select_option("skill")
    page.locator("[name=level]").select_option("T")
    page.locator("[name=starts_on]").fill(today.isoformat())
    page.locator("[name=ends_on]").fill(today.isoformat())
    page.get_by_label("下级工会可以报名").check()
    save(page)
    open_link(page, "添加比赛项目")
    page.locator("[name=title]").fill("低压电工")
    page.locator("[name=aims_at]").select_option("L4")
    save(page)
    open_link(page, "添加环节")
    page.locator("[name=kind]").select_option("practice")
    page.locator("[name=title]").fill("实操")
    page.locator("[name=weight]").fill("100")
    save(page, "添加")
    open_link(page, "评分项")
    open_link(page, "添加评分项")
    page.locator("input[name=title]").fill("接线")
    page.locator("input[name=most]").fill("100")
    send(page)
    page.goto(Event.objects.get().get_absolute_url())
    for place, (title, places) in enumerate((("一等奖", 1), ("二等奖", 2)), start=1):
        open_link(page, "添加奖项")
        page.locator("input[name=position]").fill(str(place))
        page.locator("input[name=title]").fill(title)
        page.locator("input[name=places]").fill(str(places))
        send(page)
    assert clean(page) == []


def appoint(page, clean):
    """Two judges from outside sit at the stage; returns the address on each one's slip."""
    contest = Contest.objects.get()
    page.goto(contest.get_absolute_url())
    open_link(page, "评委")
    for name in POINTS:
        open_link(page, "登记评委")
        page.locator("input[name=name]").fill(name)
        send(page)
    for name in POINTS:
        page.get_by_label(f"{name}评低压电工的实操").check()
    assert clean(page) == []
    save(page)
    keys = list(contest.judges.values_list("pk", flat=True))
    links = services.issue_judge_links(contest=contest, judges=keys, by=contest.created_by)
    page.goto(contest.get_absolute_url())
    save(page, "开放报名")
    return {judge.name: link for judge, link in links}


def enter_by_sheet(page, people):
    """The officer's sheet: everybody in it is entered."""
    book = openpyxl.Workbook()
    book.active.append(["姓名", "证件号码", "竞赛编号", "比赛项目"])
    for place, person in enumerate(people):
        code = Contest.objects.get().code
        book.active.append([person.name, citizen_number(sequence=place + 900), code, "低压电工"])
    content = io.BytesIO()
    book.save(content)
    page.goto(Event.objects.get().get_absolute_url())
    open_link(page, "用表格报名")
    file = {"name": "报名.xlsx", "mimeType": XLSX, "buffer": content.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    save(page, "上传并核对")
    expect(page.locator(".job-progress")).to_be_visible()
    finish(ImportRun.objects.get())
    expect(page.get_by_role("button", name="确认导入 3 行")).to_be_visible(timeout=REFRESHED)
    save(page, "确认导入 3 行")
    expect(page.locator(".job-progress")).to_be_visible()
    finish(ImportRun.objects.get())
    expect(page.get_by_text("已导入 3 行")).to_be_visible(timeout=REFRESHED)


def admit_and_start(page):
    page.goto(Event.objects.get().get_absolute_url())
    for box in page.locator("input[name=entry]").all():
        box.check()
    page.get_by_label("说明").fill("回车不作决定")
    page.get_by_label("说明").press("Enter")
    page.get_by_label("说明").fill("")
    save(page, "审核通过")
    page.get_by_role("button", name="抽签编号", exact=True).click()
    sure(page)
    expect(page.get_by_text("已抽签编号 3 项")).to_be_visible()
    page.goto(Contest.objects.get().get_absolute_url())
    save(page, "开始竞赛")


def mark_on_a_phone(page, clean, link, points):
    """One card after the other; the page is the same for a judge without an account."""
    page.goto(link)
    assert clean(page) == []
    open_link(page, "低压电工 · 实操")
    for number, value in enumerate(points, start=1):
        card = page.locator(f'[data-number="{number}"]')
        card.locator("input[data-most]").fill(value)
        card.get_by_role("button").click()
    expect(page.locator("option", has_text="（已评）")).to_have_count(len(points))
    expect(page.locator("[data-judge-state]")).to_have_text("全部已上传")
    assert clean(page) == []


def freeze_and_publish(page, clean):
    page.goto(Event.objects.get().get_absolute_url())
    follow(page, page.get_by_role("main").get_by_role("link", name="成绩", exact=True))
    open_link(page, "封存成绩")
    expect(page.get_by_text("评分齐全")).to_be_visible()
    save(page, "封存成绩")
    assert standing() == [(1, 1, "88.0000"), (2, 1, "88.0000"), (3, 3, "72.0000")]
    open_link(page, "公布初步成绩")
    save(page, "公布初步成绩")
    assert clean(page) == []


def standing() -> list[tuple]:
    """Start number, rank and total of each entry."""
    rows = Result.objects.select_related("entry").order_by("entry__start_number")
    return [(row.entry.start_number, row.rank, str(row.total)) for row in rows]


def object_on_a_phone(page, clean):
    page.goto(f"/competitions/events/{Event.objects.get().pk}/results/")
    assert clean(page) == []
    open_link(page, "提出异议")
    choose(page, "entry", "2 号")
    page.get_by_label("异议内容").fill("第二项接线漏记 4 分")
    send(page)
    expect(page.get_by_text("第二项接线漏记 4 分")).to_be_visible()


def uphold(page, clean):
    """The town corrects one mark; both totals and ranks follow."""
    page.goto(f"/competitions/events/{Event.objects.get().pk}/results/")
    open_link(page, "第二项接线漏记 4 分")
    open_link(page, "处理异议")
    page.get_by_label("处理意见").fill("复核评分表，应为 92 分")
    page.get_by_label("实操 评委乙 接线 更正为").fill("92")
    assert clean(page) == []
    save(page, "异议成立并更正")
    assert Mark.objects.exclude(objection=None).get().points == 92


def close_and_award(page, clean):
    # The days for objections pass.
    Event.objects.update(objections_until=timezone.localdate() - dt.timedelta(days=1))
    event = Event.objects.get()
    page.goto(f"/competitions/events/{event.pk}/results/")
    open_link(page, "公布最终成绩")
    save(page, "公布最终成绩")
    page.goto(event.get_absolute_url())
    open_link(page, "颁奖")
    save(page, "颁奖")
    given = [
        (row.prize.title, row.entry.result.rank) for row in event.awards.order_by("prize__position", "pk")
    ]
    assert sorted(given) == sorted([("一等奖", 1), ("二等奖", 2), ("二等奖", 3)])
    page.goto("/competitions/awards/")
    assert clean(page) == []
    paper = page.context.request.get(page.locator("td a[aria-label$=获奖证书]").first.get_attribute("href"))
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")


def promise_and_deliver(page, clean, winner):
    """A promised level stays a promise until a verified certificate is there."""
    page.goto(Event.objects.get().get_absolute_url())
    open_link(page, "逐人登记")
    page.locator("select[name=entrant]").select_option(index=1)
    page.locator("select[name=gain]").select_option("skill")
    page.locator("select[name=level]").select_option("L4")
    assert clean(page) == []
    save(page, "登记")
    promise = Promise.objects.get()
    assert promise.entrant.worker == winner
    open_link(page, "登记兑现")
    expect(page.locator("select[name=certificate] option")).to_have_count(1)
    CertificateFactory(
        worker=winner, trade="电工", level="L4", state="verified", issued_on=timezone.localdate()
    )
    page.reload()
    page.locator("select[name=certificate]").select_option(index=1)
    save(page, "登记兑现")
    expect(page.get_by_text("已登记兑现")).to_be_visible()
    assert clean(page) == []
    assert Promise.objects.get().state == "delivered"


def test_a_contest_from_plan_to_certificate(page_as, clean, clerk, officer, town, people):
    desk, firm, phone = page_as(clerk), page_as(officer), page_as(officer, "phone")
    plan(desk, clean, town)
    links = appoint(desk, clean)
    enter_by_sheet(firm, people)
    admit_and_start(desk)
    for name, points in POINTS.items():
        mark_on_a_phone(page_as(None, "phone"), clean, links[name], points)
    assert Mark.objects.count() == 6
    freeze_and_publish(desk, clean)
    object_on_a_phone(phone, clean)
    uphold(desk, clean)
    first = Result.objects.get(rank=1)
    assert sorted(total for _, _, total in standing()) == ["72.0000", "88.0000", "90.0000"]
    close_and_award(desk, clean)
    promise_and_deliver(desk, clean, first.entry.entrants.get().worker)
