"""The conflict desk and the merge of two records in a real browser, without an accessibility fault."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.e2e.faults import follow
from tests.factories.unions import EmployerFactory, TermFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.duplicates import find_all
from workers.models import Conflict, Membership, Merge, Worker

pytestmark = pytest.mark.django_db(transaction=True)
BORN = dt.date(1988, 8, 8)
NUMBER, OTHER_NUMBER = (citizen_number(birth=BORN, sequence=place) for place in (371, 373))


@pytest.fixture
def firm(union):
    TermFactory(union=union)
    return EmployerFactory(union=union)


@pytest.fixture
def held(other_union):
    """A member of the other union, whom the first one will claim."""
    firm = EmployerFactory(union=other_union, name="乐清市远方电器厂")
    return WorkerFactory(employer=firm, name="试有主", document=NUMBER, birth_date=BORN)


def claim(page):
    page.goto("/workers/new/")
    page.get_by_label("证件号码").fill(NUMBER)
    page.get_by_label("姓名").fill("试有主")
    page.get_by_label("性别").select_option(label="男")
    page.get_by_label("出生日期").fill(BORN.isoformat())
    page.get_by_label("民族").select_option(label="汉族")
    page.get_by_label("学历").select_option(value="60")
    page.get_by_label("技能等级").select_option(value="L2")
    page.get_by_label("移动电话").fill("160 0000 1234")
    page.get_by_label("户籍类型").select_option(value="2")
    page.get_by_label("就业状况").select_option(value="1")
    page.get_by_role("button", name="登记", exact=True).click()


def test_two_unions_claim_a_person_and_the_town_decides(
    page_as, clean, officer, other_officer, clerk, firm, held, union, other_union, sized
):
    page = page_as(officer, sized)
    claim(page)
    expect(page.get_by_role("alert")).to_contain_text("该人员无法在此录入，已告知镇总工会")
    case = Conflict.objects.get()

    # Each officer sees a neutral card and learns nothing about the other union.
    page.goto("/workers/conflicts/")
    expect(page.get_by_role("table").get_by_text("核实中")).to_be_visible()
    assert clean(page) == []
    assert other_union.name not in page.content()
    assert held.employer.name not in page.content()
    there = page_as(other_officer, sized)
    there.goto(held.get_absolute_url())
    expect(there.get_by_text("正由镇总工会核实")).to_be_visible()
    there.goto("/workers/conflicts/")
    assert clean(there) == []
    assert union.name not in there.content()
    assert firm.name not in there.content()

    desk = page_as(clerk, sized)
    desk.goto("/workers/conflicts/")
    assert clean(desk) == []
    follow(desk, desk.get_by_role("link", name="试有主"))
    assert clean(desk) == []
    desk.locator("#id_decision").select_option(label="会籍转入申报工会")
    desk.get_by_label("办理日期").fill("2025-05-01")
    desk.get_by_label("申报工会的工作单位").select_option(label=firm.name)
    desk.get_by_label("同日登记原单位离职").check()
    desk.locator("#id_note").fill("已核对新的劳动合同")
    desk.get_by_role("button", name="决定").click()
    desk.get_by_role("button", name="确定").click()
    expect(desk.get_by_text("依据：已核对新的劳动合同")).to_be_visible()

    case.refresh_from_db()
    assert case.decision == Conflict.Decision.TRANSFERRED
    spells = Membership.objects.filter(worker=held).order_by("start").values_list("union", "start", "end")
    moved = dt.date(2025, 5, 1)
    assert list(spells) == [(other_union.pk, dt.date(2021, 6, 1), moved), (union.pk, moved, None)]
    held.refresh_from_db()
    assert (held.union, held.employer) == (union, firm)
    page.goto("/workers/conflicts/?state=all")
    assert other_union.name not in page.content()


def test_two_records_of_one_person_become_one(page_as, clean, officer, firm, at_the_desk):
    elder = WorkerFactory(employer=firm, name="试同人", document=NUMBER, birth_date=BORN)
    younger = WorkerFactory(
        employer=firm, name="试同人", document=OTHER_NUMBER, birth_date=BORN, joined_on=dt.date(2019, 2, 1)
    )
    find_all()
    page = page_as(officer, at_the_desk)
    page.goto("/workers/duplicates/")
    assert clean(page) == []
    follow(page, page.get_by_role("link", name="试同人").first)
    assert clean(page) == []
    follow(page, page.get_by_role("link", name="合并，保留较早记录"))
    assert clean(page) == []
    page.get_by_label("合并依据").fill("本人持两份证件到场核对")
    page.get_by_role("button", name="合并", exact=True).click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(f"**/workers/{elder.pk}/")  # the page before has the name in its heading too
    expect(page.get_by_role("heading", name="试同人")).to_be_visible()
    assert clean(page) == []

    merge = Merge.objects.get()
    assert (merge.kept_id, merge.absorbed_id) == (elder.pk, younger.pk)
    spell = Membership.objects.get(worker=elder)
    assert (spell.start, spell.end) == (dt.date(2019, 2, 1), None)
    assert Membership.objects.filter(worker=younger).count() == 0
    assert Worker.objects.get(pk=younger.pk).merged_into == elder
    page.goto(f"/workers/{younger.pk}/")
    assert page.url.endswith(f"/workers/{elder.pk}/")
    page.goto(f"/workers/merges/{merge.pk}/")
    assert clean(page) == []
