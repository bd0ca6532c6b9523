"""Masters and apprentices, candidates and skill leaders in a browser: no fault on any page, and a pair by name."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.faults import faults_of, follow
from tests.factories.talent import AllowanceFactory, ApprenticeshipFactory, CandidateFactory, LeaderFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Apprenticeship

NEW = "training:apprenticeship_create"


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


def test_the_pages_have_no_fault(page_as, clean, clerk, firm):
    worker = WorkerFactory(employer=firm)
    pair, candidate = ApprenticeshipFactory(apprentice=worker), CandidateFactory(worker=worker)
    leader = LeaderFactory(worker=worker, state="proposed")
    AllowanceFactory(leader=leader)
    LeaderFactory(worker=WorkerFactory(employer=firm))
    names = ("apprenticeship_list", "apprenticeship_create", "candidate_list", "leader_list", "allowance_pay")
    pages = [reverse(f"training:{name}") for name in names]
    pages += [one.get_absolute_url() for one in (pair, candidate, leader)]
    pages += [reverse("training:apprenticeship_end", args=[pair.pk]), worker.get_absolute_url()]
    assert faults_of(page_as(clerk), clean, pages) == {}


def test_a_pair_is_found_by_name_where_several_have_it(page_as, officer, firm, sized):
    _, second = (WorkerFactory(employer=firm, name="试同名") for _ in range(2))
    apprentice = WorkerFactory(employer=firm, name="试徒乙")
    page = page_as(officer, size=sized)
    page.goto(reverse(NEW))
    said = {"师傅": "试同名", "徒弟": "试徒乙", "工种": "电工", "目标技能": "独立调试断路器"}
    for label, text in said.items():
        page.get_by_label(label, exact=False).first.fill(text)
    for label, day in (
        ("协议签订日期", "2026-03-01"),
        ("开始日期", "2026-03-01"),
        ("约定期满日期", "2036-02-28"),
    ):
        page.get_by_label(label, exact=False).first.fill(day)
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_label("师傅是哪一位").select_option(value=str(second.pk))
    follow(page, page.get_by_role("button", name="登记", exact=True))
    expect(page.get_by_text("独立调试断路器")).to_be_visible()
    pair = Apprenticeship.objects.get()
    assert (pair.master, pair.apprentice) == (second, apprentice)
    assert "试" not in page.url
