"""Demand and plans in a real browser: a union answers by keyboard, the town starts a class from the sum."""

import pytest
from playwright.sync_api import expect

from tests.e2e.faults import at_both_sizes, follow
from tests.factories.plans import PlanLineFactory, SurveyFactory
from training.models import DemandLine, TrainingClass

pytestmark = pytest.mark.django_db(transaction=True)


def test_demand_is_typed_by_keyboard_and_becomes_a_class(page_as, clean, officer, clerk, union, town):
    survey = SurveyFactory(union=town, title="试需求调查")
    plan = PlanLineFactory(plan__union=town, title="镇电工项目").plan
    page = page_as(officer)
    page.goto(survey.get_absolute_url())
    follow(page, page.get_by_role("link", name="填报"))
    page.get_by_label("第 1 行培训类别").select_option("SKILL")
    page.get_by_label("第 1 行培训类别").press("Tab")
    page.keyboard.type("电工")
    page.keyboard.press("Tab")
    page.get_by_label("第 1 行技能等级").select_option("L3")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    assert at_both_sizes(page, clean) == []
    with page.expect_navigation():
        page.get_by_label("第 1 行备注").press("Enter")
    expect(page.get_by_text(f"已提交{union.name}的培训需求")).to_be_visible()
    assert list(DemandLine.objects.values_list("kind", "trade", "level", "people")) == [
        ("SKILL", "电工", "L3", 12)
    ]
    desk = page_as(clerk)
    desk.goto(survey.get_absolute_url())
    assert at_both_sizes(desk, clean) == []
    follow(desk, desk.get_by_role("link", name="按此新增班次"))
    expect(desk.get_by_label("工种")).to_have_value("电工")
    expect(desk.get_by_label("名额")).to_have_value("12")
    desk.get_by_role("combobox", name="主办工会").click()
    desk.get_by_role("option", name=town.name, exact=True).click()
    desk.get_by_label("开始日期").fill("2026-03-02")
    desk.get_by_label("结束日期").fill("2026-03-20")
    follow(desk, desk.get_by_role("button", name="保存"))
    assert TrainingClass.objects.get().union == town
    desk.goto(plan.get_absolute_url())
    assert at_both_sizes(desk, clean) == []
