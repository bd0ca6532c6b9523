"""The roll call in a real browser: with the keyboard alone, and on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.faults import faults_of, follow
from tests.factories.unions import EmployerFactory, TermFactory
from tests.factories.workers import WorkerFactory
from workers.models import Proposal, RollCall, Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(union):
    TermFactory(union=union)
    firm = EmployerFactory(union=union)
    return [WorkerFactory(employer=firm, name=f"试点{name}") for name in "甲乙丙丁"]  # pinyin: 丙 丁 甲 乙


def confirmed():
    return set(Worker.objects.filter(confirmed_on=timezone.localdate()).values_list("name", flat=True))


def test_an_officer_calls_the_roll_with_the_keyboard_alone(page_as, officer, union, people, at_the_desk):
    page = page_as(officer, at_the_desk)
    page.goto(f"/workers/roll-calls/unions/{union.pk}/")
    page.get_by_label("试点丙").focus()
    for key in ("Space", "ArrowDown", "Space", "j", "Space", "ArrowDown", "k", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_label("试点乙")).to_be_focused()
    expect(page.get_by_text("已勾选 3 / 4 人")).to_be_visible()
    page.get_by_role("button", name="保存勾选").press("Enter")
    expect(page.get_by_text("已保存勾选")).to_be_visible()
    expect(page.get_by_label("试点甲")).to_be_checked()
    expect(page.get_by_label("试点乙")).not_to_be_checked()

    page.get_by_role("button", name="下一步").press("Enter")
    choice = page.get_by_label("试点乙的情况")
    choice.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(choice).to_have_value("retired")
    page.get_by_label("请输入未勾选人数").fill("1")
    page.get_by_role("button", name="完成点名").press("Enter")
    expect(page.get_by_text("点名已完成")).to_be_visible()
    expect(page.get_by_role("link", name="试点乙")).to_be_visible()
    assert confirmed() == {"试点甲", "试点丙", "试点丁"}
    assert Proposal.objects.values_list("worker__name", "change", "status").get() == ("试点乙", "3", "31")


def test_a_thumb_calls_the_roll_on_a_phone(page_as, officer, union, people):
    page = page_as(officer, "phone")
    page.goto("/workers/roll-calls/")
    page.get_by_role("link", name="开始点名").click()
    for person in people:
        page.get_by_text(person.name, exact=True).click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="完成点名").click()
    expect(page.get_by_text("点名已完成")).to_be_visible()
    assert len(confirmed()) == 4
    assert RollCall.objects.get().missing == 0


def test_the_town_reads_who_has_done_it_without_an_accessibility_fault(
    page_as, clean, clerk, officer, union, people
):
    page = page_as(clerk)
    addresses = ["/workers/roll-calls/", f"/workers/roll-calls/unions/{union.pk}/"]
    page.goto(addresses[1])
    page.get_by_role("button", name="全选或全不选").click()
    page.get_by_label("试点甲").uncheck()
    follow(page, page.get_by_role("button", name="下一步"))
    addresses += [page.url, RollCall.objects.get().get_absolute_url()]
    assert faults_of(page, clean, addresses) == {}
