"""Joining, transferring and retaining in a real browser, as the officers of two unions."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.faults import follow
from tests.factories.unions import EmployerFactory, TermFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.models import Membership, Proposal, Standing, Transfer, Worker

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = citizen_number(birth=dt.date(1991, 3, 4), sequence=367)


@pytest.fixture
def firm(union):
    TermFactory(union=union)
    return EmployerFactory(union=union)


@pytest.fixture
def other_firm(other_union):
    return EmployerFactory(union=other_union, name="乐清市远方电器厂")


@pytest.fixture
def member(firm):
    return WorkerFactory(employer=firm, name="试转人", document=NUMBER, birth_date=dt.date(1991, 3, 4))


def test_an_employee_applies_and_is_approved(page_as, clean, officer, firm, sized):
    worker = WorkerFactory(employer=firm, member=False, name="试申请")
    page = page_as(officer, sized)
    page.goto(worker.get_absolute_url())
    follow(page, page.get_by_role("link", name="会籍变化").first)
    follow(page, page.get_by_role("link", name="提交入会申请"))
    page.get_by_label("申请日期").fill("2024-05-06")
    assert clean(page) == []
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交试申请的入会申请")).to_be_visible()
    assert clean(page) == []
    assert Membership.objects.count() == 0

    page.goto("/workers/matters/?kind=proposals")
    assert clean(page) == []
    follow(page, page.get_by_role("link", name="试申请").first)
    page.get_by_label("批准日期").fill("2024-06-01")
    page.get_by_role("button", name="批准").click()
    expect(page.get_by_text("已办理试申请的会籍变化")).to_be_visible()
    spell = Membership.objects.get(worker=worker)
    assert (spell.start, spell.start_change, spell.end) == (dt.date(2024, 6, 1), "1", None)
    assert Proposal.objects.get().state == Proposal.State.DONE


def test_a_transfer_is_released_by_the_old_union_and_accepted_by_the_new_one(
    page_as, clean, officer, other_officer, member, other_firm, other_union, sized
):
    page = page_as(officer, sized)
    page.goto(member.get_absolute_url())
    follow(page, page.get_by_role("link", name="会籍变化").first)
    follow(page, page.get_by_role("link", name="发起接转"))
    expect(page.locator("select[name=destination]")).to_have_class(re.compile("tomselected"))
    page.get_by_role("combobox", name="转入工会").click()
    page.keyboard.type(other_union.name[:2])
    page.get_by_role("option", name=other_union.name).click()
    page.get_by_label("接转日期").fill("2025-03-01")
    page.get_by_role("button", name="发起").click()
    expect(page.get_by_text(f"待{other_union.name}接收").first).to_be_visible()
    assert clean(page) == []
    address = page.url
    assert Membership.objects.get(worker=member).end is None

    # The new union sees who it is about, and no more, before it has accepted.
    there = page_as(other_officer, sized, allow=(404,))
    there.goto("/workers/matters/?kind=incoming")
    assert clean(there) == []
    assert member.name not in there.content()
    there.goto(member.get_absolute_url())
    expect(there.get_by_text("试转人")).to_have_count(0)
    there.goto(address)
    assert clean(there) == []
    assert member.name not in there.content()
    assert NUMBER[:-4] not in there.content()
    follow(there, there.get_by_role("link", name="接收"))
    there.get_by_role("combobox", name="新工作单位").click()
    there.keyboard.type("远方")
    there.get_by_role("option", name=other_firm.name).click()
    there.get_by_role("button", name="接收").click()
    expect(there.get_by_text("已接收，会籍已转入")).to_be_visible()

    spells = Membership.objects.filter(worker=member).order_by("start").values_list("union", "start", "end")
    moved = dt.date(2025, 3, 1)
    assert list(spells) == [
        (member.union_id, dt.date(2021, 6, 1), moved), (other_union.pk, moved, None)
    ]  # fmt: skip
    now = Worker.objects.get(pk=member.pk)
    assert (now.union, now.employer, now.standing) == (other_union, other_firm, Standing.MEMBER)
    assert now.member_since == dt.date(2021, 6, 1)
    page.goto(address)
    expect(page.get_by_text("已接转").first).to_be_visible()
    there.goto(member.get_absolute_url())
    expect(there.get_by_role("heading", name="试转人")).to_be_visible()


def test_a_transfer_is_sent_back_with_a_reason(page_as, other_officer, officer, member, other_union):
    transfer = Transfer.objects.create(
        worker=member, origin=member.union, destination=other_union, on=dt.date(2025, 3, 1),
        requested_by=officer, released_by=officer, released_at=timezone.now(),
    )  # fmt: skip
    there = page_as(other_officer)
    there.goto(transfer.get_absolute_url())
    follow(there, there.get_by_role("link", name="退回"))
    there.get_by_label("理由").fill("本厂没有此人")
    there.get_by_role("button", name="退回").click()
    expect(there.get_by_text("已退回").first).to_be_visible()
    page = page_as(officer)
    page.goto(transfer.get_absolute_url())
    expect(page.get_by_text("本厂没有此人")).to_be_visible()
    assert Membership.objects.get(worker=member).end is None


def test_a_member_retires_into_retention_and_comes_back(page_as, clean, officer, member, sized):
    page = page_as(officer, sized)
    page.goto(f"/workers/{member.pk}/membership/")
    follow(page, page.get_by_role("link", name="保留会籍"))
    page.get_by_label("保留情形").select_option(label="退休")
    page.get_by_label("变化日期").fill("2025-07-01")
    assert clean(page) == []
    page.get_by_role("button", name="办理").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已办理试转人的会籍变化")).to_be_visible()
    assert clean(page) == []
    member.refresh_from_db()
    assert member.standing == Standing.RETAINED

    page.goto(f"/workers/{member.pk}/membership/")
    follow(page, page.get_by_role("link", name="恢复在籍"))
    page.get_by_label("变化日期").fill("2025-09-01")
    page.get_by_role("button", name="办理").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已办理试转人的会籍变化")).to_be_visible()
    spells = Membership.objects.filter(worker=member).order_by("start").values_list("start", "status", "end")
    assert list(spells) == [
        (dt.date(2021, 6, 1), "20", dt.date(2025, 7, 1)),
        (dt.date(2025, 7, 1), "31", dt.date(2025, 9, 1)),
        (dt.date(2025, 9, 1), "20", None),
    ]
