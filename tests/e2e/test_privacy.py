"""Documents, looks and the end of the retention in a real browser, without an accessibility fault."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from core.models import DataGroup
from tests.e2e.faults import follow
from tests.factories.unions import EmployerFactory, TermFactory
from tests.factories.workers import WorkerFactory
from workers.models import Change, Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def firm(union):
    TermFactory(union=union)
    return EmployerFactory(union=union, employees=40)


def test_a_passport_stands_beside_the_card_and_takes_its_place(page_as, clean, officer, firm, sized):
    worker = WorkerFactory(employer=firm, name="试证件")
    page = page_as(officer, sized)
    page.goto(worker.get_absolute_url())
    follow(page, page.get_by_role("link", name="登记其他证件"))
    assert clean(page) == []
    page.get_by_label("证件类别").select_option(label="普通护照")
    page.get_by_label("证件号码").fill("E12345678")
    page.get_by_label("有效期至").fill("2035-05-01")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("普通护照须填写签发国家或地区")
    page.get_by_label("签发国家或地区").select_option(label="越南")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("已登记证件，现用证件不变")).to_be_visible()
    assert clean(page) == []
    page.get_by_role("link", name="改用").click()
    page.get_by_role("button", name="改用").click()
    expect(page.get_by_text("已改用这份证件")).to_be_visible()
    assert worker.documents.get(is_current=True).doc_type == "414"
    follow(page, page.get_by_role("link", name="本人信息副本"))
    assert clean(page) == []
    page.get_by_label("事由").fill("本人当面申请复制")
    with page.expect_download() as download:
        page.get_by_role("button", name="制作并下载").click()
    assert download.value.suggested_filename.startswith(f"personal-data-{worker.pk}-")
    page.goto(worker.get_absolute_url())
    expect(page.get_by_text("本人当面申请复制")).to_be_visible()


def test_the_office_sets_a_period_and_anonymises_who_is_due(page_as, clean, clerk, firm, sized):
    worker = WorkerFactory(employer=firm, name="试已离")
    end = {"end": dt.date(2022, 6, 1)}
    worker.memberships.update(**end, end_change=Change.WITHDRAW, end_reason="5")
    worker.employments.update(**end)
    Worker.objects.update(standing="left", member_since=None, employer=None)
    page = page_as(clerk, sized)
    page.goto("/privacy/groups/")
    assert clean(page) == []
    page.get_by_role("link", name="到期匿名化").click()
    expect(page.get_by_text("保存期限未定")).to_be_visible()
    page.goto("/privacy/groups/")
    follow(page, page.get_by_role("link", name="修改“会员名册”"))
    assert clean(page) == []
    page.get_by_label("保存期限（月）").fill("24")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("24 个月")).to_be_visible()
    assert DataGroup.objects.get(code="roll").version == 2
    follow(page, page.get_by_role("link", name="到期匿名化"))
    assert clean(page) == []
    page.get_by_label("选择试已离").check()
    follow(page, page.get_by_role("button", name="预览选中的人员"))
    assert clean(page) == []
    page.get_by_label("确认").fill("匿名化1人")
    page.get_by_role("button", name="匿名化", exact=True).click()
    expect(page.get_by_text("已匿名化 1 人")).to_be_visible()
    page.goto(worker.get_absolute_url())
    expect(page.get_by_text("此人的记录已于")).to_be_visible()
    assert "试已离" not in page.content()
    assert clean(page) == []
