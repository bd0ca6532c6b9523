"""Innovations in a real browser: entered by an officer, shown to everybody; every page stands at both sizes."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from competitions.models import Innovation
from tests.e2e.faults import faults_of, follow
from tests.factories.innovations import (
    ConsentFactory,
    ContributorFactory,
    InnovationFactory,
    PromotionFactory,
    PublicationFactory,
)
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_proposal_is_entered_with_its_author(page_as, clean, officer, union):
    WorkerFactory(employer=EmployerFactory(union=union), name="试建议")
    page = page_as(officer)
    page.goto(reverse("competitions:innovation_list"))
    follow(page, page.get_by_role("link", name="登记成果"))
    follow(page, page.get_by_role("link", name="合理化建议"))
    page.get_by_label("名称").fill("改进工装")
    page.get_by_label("内容").fill("加定位销")
    page.get_by_label("提出日期").fill("2026-03-01")
    follow(page, page.get_by_role("button", name="保存"))
    follow(page, page.get_by_role("link", name="登记完成人"))
    page.get_by_label("试建议").check()
    follow(page, page.get_by_role("button", name="登记勾选的人"))
    expect(page.get_by_role("link", name="试建议", exact=True)).to_be_visible()
    proposal = Innovation.objects.get()
    pages = [proposal.get_absolute_url(), reverse("competitions:innovation_create")]
    names = ("edit", "move", "pictures")
    pages += [reverse(f"competitions:innovation_{name}", args=[proposal.pk]) for name in names]
    pages += [reverse("competitions:contributor_add", args=[proposal.pk])]
    pages += [reverse("competitions:consent_record", args=[proposal.contributors.get().pk])]
    assert faults_of(page, clean, pages) == {}


def test_the_pages_of_methods_and_the_showcase_are_clean(page_as, clean, clerk, union, other_union):
    method = PublicationFactory(union=union).innovation
    ConsentFactory(contributor=ContributorFactory(innovation=method, role="member"))
    Innovation.objects.filter(pk=method.pk).update(title="很长的操作法名称" * 10)
    waiting = PromotionFactory(
        innovation=method, union=other_union, confirmed_by=None, confirmed_at=None, effect=""
    )
    InnovationFactory(union=union, kind="patent", patent_number="ZL1")
    pages = [reverse(f"competitions:{name}") for name in ("innovation_list", "method_list", "promotion_list")]
    pages += [method.get_absolute_url(), reverse("competitions:showcase_edit"), reverse("showcase:list")]
    pages += [reverse("competitions:innovation_publish", args=[method.pk])]
    pages += [reverse("competitions:promotion_confirm", args=[waiting.pk])]
    pages += [reverse("competitions:promotion_add", args=[method.pk]), method.publication.get_absolute_url()]
    assert faults_of(page_as(clerk), clean, pages) == {}
