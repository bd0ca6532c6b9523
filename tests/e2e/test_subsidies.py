"""Subsidies in a browser: claimed by the officer from the list, approved and paid by the town."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.faults import faults_of, follow
from tests.factories.subsidies import LimitFactory, RateFactory, ShortageFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate, SubsidyClaim


@pytest.fixture
def certificate(union):
    RateFactory()
    ShortageFactory()
    LimitFactory()
    worker = WorkerFactory(employer=EmployerFactory(union=union), name="试申甲")
    return CertificateFactory(worker=worker)


def test_a_subsidy_is_claimed_approved_and_paid(page_as, clean, officer, clerk, certificate):
    other = CertificateFactory(worker=WorkerFactory(employer=certificate.worker.employer, name="试申乙"))
    page = page_as(officer)
    page.goto(certificate.get_absolute_url())
    expect(page.get_by_text("计 2600 元")).to_be_visible()
    page.goto(reverse("training:claimable_list"))
    boxes = [page.get_by_label(f"勾选{name}的职业技能等级证书 电工") for name in ("试申甲", "试申乙")]
    for box in boxes:
        box.check()
    Certificate.objects.filter(pk=other.pk).update(state="refused")  # by the town, meanwhile
    follow(page, page.get_by_role("button", name="申报所选"))
    expect(page.get_by_text("没有申报任何一张")).to_be_visible()
    expect(boxes[0]).to_be_checked()
    expect(boxes[1]).to_have_count(0)
    follow(page, page.get_by_role("button", name="申报所选"))
    claim = SubsidyClaim.objects.get()
    town = page_as(clerk)
    for button in ("审核通过", "登记发放"):
        town.goto(reverse("training:claim_list"))
        town.get_by_label("勾选试申甲的申报").check()
        follow(town, town.get_by_role("button", name=button))
        if button == "登记发放":
            town.get_by_label("发放批次").fill("2026年第1批")
        follow(town, town.get_by_role("button", name=button))
    claim.refresh_from_db()
    assert (claim.state, claim.amount, claim.voucher) == ("paid", 2600, "2026年第1批")
    assert claim.paid_on == timezone.localdate()
    pages = [reverse(f"training:{name}") for name in ("claim_list", "subsidy_summary", "subsidy_rules")]
    pages += [claim.get_absolute_url(), reverse("training:subsidy_rule_create", args=["rate"])]
    assert faults_of(town, clean, pages) == {}
