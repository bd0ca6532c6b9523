"""Classes in a real browser: planned, filled, and three hundred people ticked on a phone in the classroom."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.e2e.faults import follow
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Attendance, Enrolment, TrainingClass

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, AWAY = 300, 12


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def session(union, firm):
    running = ClassFactory(union=union, title="全厂安全教育", kind="SAFETY", state="running")
    for number in range(PEOPLE):
        worker = WorkerFactory(employer=firm, name=f"试到{chr(0x4E00 + number)}")
        EnrolmentFactory(training_class=running, worker=worker, position=number + 1)
    return SessionFactory(training_class=running)


def test_three_hundred_people_are_ticked_on_one_screen(page_as, clean, officer, session, sized):
    away = list(Enrolment.objects.select_related("worker").order_by("position")[5 : 5 + AWAY])
    page = page_as(officer, sized)
    page.goto(session.training_class.get_absolute_url())
    follow(page, page.get_by_role("link", name="登记考勤"))
    page.get_by_role("button", name="全选或全不选").click()
    expect(page.get_by_text(f"到课 {PEOPLE} / {PEOPLE} 人")).to_be_visible()
    for row in away[:-1]:
        page.get_by_label(row.worker.name, exact=True).uncheck()
    page.get_by_label("在名单中查找").fill(away[-1].worker.name)
    expect(page.locator("tbody tr:visible")).to_have_count(1)
    page.get_by_label(away[-1].worker.name, exact=True).uncheck()
    page.get_by_label("在名单中查找").fill("")
    expect(page.get_by_text(f"到课 {PEOPLE - AWAY} / {PEOPLE} 人")).to_be_visible()
    assert clean(page) == []
    page.get_by_role("button", name="保存考勤").click()
    expect(page.get_by_text(f"已保存，到课 {PEOPLE - AWAY} 人")).to_be_visible()
    missing = set(Enrolment.objects.filter(attendances=None).values_list("pk", flat=True))
    assert missing == {row.pk for row in away}
    assert Attendance.objects.count() == PEOPLE - AWAY


def test_an_officer_plans_fills_and_finishes_a_class(page_as, clean, officer, union, firm, sized):
    people = [WorkerFactory(employer=firm, name=f"试学{name}") for name in "甲乙丙"]
    page = page_as(officer, sized)
    page.goto("/training/classes/")
    assert clean(page) == []
    follow(page, page.get_by_role("link", name="新增班次"))
    page.get_by_label("培训名称").fill("电工技能提升班")
    page.get_by_label("培训类别").select_option("SKILL")
    page.get_by_label("开始日期").fill("2026-03-02")
    page.get_by_label("结束日期").fill("2026-03-20")
    page.get_by_label("名额").fill("２人")
    assert clean(page) == []
    follow(page, page.get_by_role("button", name="保存"))
    follow(page, page.get_by_role("button", name="开放报名"))
    expect(page.get_by_text("已开放报名")).to_be_visible()
    follow(page, page.get_by_role("link", name="报名", exact=True))
    for person in people:
        page.get_by_label(person.name, exact=True).check()
    assert clean(page) == []
    page.get_by_role("button", name="报名勾选的人").click()
    expect(page.get_by_text("已报名 2 人，1 人进入候补")).to_be_visible()
    follow(page, page.get_by_role("button", name="开课"))
    TrainingClass.objects.update(level="L4", trade="电工")
    for person in people:
        CertificateFactory(worker=person, issued_on=dt.date(2026, 4, 1))
    follow(page, page.get_by_role("link", name="登记结论"))
    by_certificate = page.get_by_role("button", name="空着的取证日期按证书填")
    by_certificate.press("Enter")
    expect(page.get_by_text("本页没有可填的")).to_be_visible()
    page.locator("select[name$=-result]").first.select_option("passed")
    page.locator("input[name$=-score]").first.fill("92。5分")
    assert clean(page) == []
    page.locator("select[name$=-result]").first.select_option("failed")
    page.get_by_role("button", name="没有结论的都填合格").press("Enter")
    expect(page.get_by_text("本页填了 1 人，核对后请保存")).to_be_visible()
    page.locator("select[name$=-result]").last.select_option("absent")
    page.locator("select[name$=-result]").first.select_option("passed")
    page.get_by_role("button", name="没有结论的都填合格").press("Enter")
    expect(page.get_by_text("本页没有空着的结论")).to_be_visible()
    by_certificate.press("Enter")
    expect(page.get_by_text("本页填了 1 人的取证日期，核对后请保存")).to_be_visible()
    expect(page.locator("input[name$=-certified_on]").first).to_have_value("2026-04-01")
    assert clean(page) == []
    page.get_by_role("button", name="保存本页").click()
    expect(page.get_by_text("已保存，更新了 2 人的结论")).to_be_visible()
    follow(page, page.get_by_role("link", name="返回班次"))
    expect(page.get_by_text("培训人次 1 · 培训人数 1 · 合格 1")).to_be_visible()
    assert clean(page) == []
    page.goto("/training/classes/summary/?year=2026")
    expect(page.locator("[data-chart=training] canvas, [data-chart=training] svg").first).to_be_visible()
    assert clean(page) == []
    row = TrainingClass.objects.get().enrolments.completed().get()
    assert (row.score, row.completed_on) == (92.5, dt.date(2026, 3, 20))
