"""An online course on a phone: from the printed link through its sections and quiz to completion."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.faults import faults_of, follow
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.teaching import learning, published
from training.models import Learner


@pytest.fixture
def opened(union, officer):
    """A course of two seconds a section, its learner and the token of the link."""
    course = published(union, officer, seconds=2)
    return course, *learning(course, WorkerFactory(employer=EmployerFactory(union=union)), officer)


def test_the_pages_have_no_fault(page_as, clean, officer, opened):
    course, _, token = opened
    pages = [
        reverse("training:course_list"),
        reverse("training:learner_list"),
        reverse("training:learning_list"),
        course.get_absolute_url(),
        reverse("learn:course_open", args=[token]),
        reverse("learn:section_open", args=[token, 1]),
    ]
    assert faults_of(page_as(officer), clean, pages) == {}


def test_a_course_is_completed_on_a_phone(page_as, opened):
    _, learner, token = opened
    page = page_as(size="phone")
    page.goto(reverse("learn:course_open", args=[token]))
    follow(page, page.get_by_role("link", name="触电的原因"))
    expect(page.get_by_role("status")).to_have_text("已学完")
    follow(page, page.get_by_role("link", name="下一节"))
    expect(page.get_by_role("status")).to_have_text("已学完")
    follow(page, page.get_by_role("link", name="返回目录"))
    follow(page, page.get_by_role("link", name="去答题"))
    follow(page, page.get_by_role("button", name="开始答题"))
    page.get_by_label("先切断电源").check()
    page.get_by_label("错", exact=True).check()
    follow(page, page.get_by_role("button", name="交卷"))
    expect(page.get_by_role("status")).to_contain_text("您已完成这门课程")
    learner = Learner.objects.get(pk=learner.pk)
    assert learner.completed_on is not None
    assert sum(row.seconds for row in learner.progress.all()) <= 20
