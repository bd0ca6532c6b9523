"""Pages of the tree, reminders and coverage in a browser: no accessibility fault, and a firm joins a union."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.faults import faults_of
from tests.factories.unions import (
    EmployerFactory,
    LegalRegistrationFactory,
    PostFactory,
    TermFactory,
    UnionFactory,
)
from unions import services
from unions.models import OrgType


@pytest.fixture
def joint(federation):
    return UnionFactory(name="片区联合工会", org_type=OrgType.JOINT, parent=federation)


def test_the_pages_have_no_fault(page_as, clean, clerk, federation_officer, union, federation, joint):
    soon = timezone.localdate() + dt.timedelta(days=20)
    TermFactory(union=union, end=soon)
    LegalRegistrationFactory(union=union, end=dt.date(2026, 1, 1))
    PostFactory(union=union, end=soon)
    EmployerFactory(union=federation, covered=False, employees=30, district="甲村")
    gone = UnionFactory(name="旧厂工会", parent=federation)
    services.close_into(union=gone, into=joint, on=dt.date(2026, 3, 1), by=clerk)
    reminders = reverse("unions:reminder_list")
    addresses = [
        *(f"{reminders}?kind={kind}" for kind in ("term", "certificate", "post")),
        f"{reminders}?state=missing",
        reverse("unions:uncovered_list"),
        f"{reverse('unions:union_tree')}?on=2026-01-01",
        *(row.get_absolute_url() for row in (union, joint, gone, federation)),
        reverse("unions:union_edit", args=[union.pk]),
        reverse("unions:union_move", args=[union.pk]),
    ]
    assert faults_of(page_as(clerk), clean, addresses) == {}
    read = [reminders, reverse("unions:uncovered_list"), "/"]
    assert faults_of(page_as(federation_officer), clean, read) == {}


def test_a_firm_joins_a_union_with_one_click(page_as, clerk, federation, joint):
    firm = EmployerFactory(union=federation, covered=False, employees=12)
    page = page_as(clerk)
    page.goto(reverse("unions:uncovered_list"))
    page.get_by_role("row", name=firm.name).get_by_role("button", name="覆盖").click()
    expect(page.get_by_text(f"{firm.name}自今天起由片区联合工会覆盖")).to_be_visible()
    assert firm.coverages.get().union == joint
