"""Pages of inspections: each works, refuses strangers and readers, bad input, and asks a flat number of queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rights.models import Hazard, Inspection
from tests.exchange.exports import rows_in_file
from tests.factories.inspections import HazardFactory, InspectionFactory
from tests.factories.unions import EmployerFactory


@pytest.fixture
def own(union):
    return InspectionFactory(union=union)


@pytest.fixture
def browser(client, officer):
    client.force_login(officer)
    return client


def url(name, *args):
    return reverse(f"rights:{name}", args=args)


def test_a_visit_and_its_hazard_go_their_way_on_the_pages(browser, union):
    firm = EmployerFactory(union=union)
    facts = {"union": union.pk, "employer": firm.pk, "on": "2026-09-01", "inspectors": "检查员甲、检查员乙"}
    sent = browser.post(url("inspection_create"), facts | {"once": "the-key-of-this-form"})
    browser.post(url("inspection_create"), facts | {"once": "the-key-of-this-form"})
    visit = Inspection.objects.get()
    assert sent.url == visit.get_absolute_url()
    browser.post(
        url("hazard_create", visit.pk),
        {"what": "二号车间配电箱门缺失", "level": "GENERAL", "due_on": "2026-09-15"},
    )
    hazard = Hazard.objects.get()
    reply = {"version": "1", "replied_on": "2026-09-05", "reply": "已下单更换"}
    browser.post(url("hazard_reply", hazard.pk), reply)
    closing = {"version": "2", "closed_on": "2026-09-14", "recheck": "现场查看已更换"}
    page = browser.post(url("hazard_close", hazard.pk), closing, follow=True).content.decode()
    assert "按期销号" in page
    assert "2026-09-14 现场查看已更换" in page
    assert "撤回销号" in page
    browser.post(url("hazard_reopen", hazard.pk), {"reason": "看错了车间"})
    hazard.refresh_from_db()
    assert hazard.closed_on is None


def test_bad_input_stands_beside_its_field(browser, own, other_union):
    firm = EmployerFactory(union=other_union)
    page = browser.post(url("inspection_create"), {"union": other_union.pk, "employer": firm.pk, "on": "9月"})
    assert set(page.context["form"].errors) == {"union", "employer", "on", "inspectors"}
    page = browser.post(url("hazard_create", own.pk), {"what": "隐患", "level": "X", "due_on": "2026-08-01"})
    assert set(page.context["form"].errors) == {"level"}
    stale = browser.post(
        url("inspection_edit", own.pk), {"version": "7", "on": "2026-09-01", "inspectors": "甲"}
    )
    assert "已被其他人修改" in stale.content.decode()


def test_strangers_and_readers_are_refused(client, other_officer, group_member, own):
    hazard = HazardFactory(inspection=own)
    addresses = [
        url("inspection_detail", own.pk), url("inspection_edit", own.pk), url("hazard_create", own.pk),
        *(url(f"hazard_{name}", hazard.pk) for name in ("edit", "reply", "close", "reopen")),
    ]  # fmt: skip
    for user, status in ((other_officer, 404), (group_member, 403)):
        client.force_login(user)
        assert {client.get(address).status_code for address in addresses} == {status}
        assert {client.post(address).status_code for address in addresses[1:]} == {status}
    assert client.get(url("hazard_list")).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"甲", "乙", "丙"}),
        ("q=甲", {"甲"}),
        ("level=MAJOR", {"乙"}),
        ("standing=overdue", {"甲"}),
        ("standing=late", {"乙"}),
        ("standing=closed", {"丙"}),
        ("standing=open", set()),
        ("year=2025", set()),
    ],
)
def test_the_list_is_filtered_and_its_file_holds_the_same(browser, officer, own, other_union, query, found):
    HazardFactory(inspection=own, what="甲")
    HazardFactory(inspection=own, what="乙", level="MAJOR", closed_on=dt.date(2026, 9, 16), recheck="已更换")
    HazardFactory(inspection=own, what="丙", closed_on=dt.date(2026, 9, 10), recheck="已更换")
    HazardFactory(inspection=InspectionFactory(union=other_union), what="甲乙")
    page = browser.get(f"{url('hazard_list')}?{query}")
    assert {row.what for row in page.context["page"]} == found
    if found:
        assert {row[0] for row in rows_in_file(officer, "hazards", query)} == found


@pytest.mark.parametrize("name", ["hazard_list", "inspection_detail"])
def test_the_number_of_queries_does_not_grow_with_the_rows(browser, own, name):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url(name, *([] if name == "hazard_list" else [own.pk]))).status_code == 200
        return len(seen)

    HazardFactory(inspection=own)
    asked()
    first = asked()
    HazardFactory.create_batch(2, inspection=own)
    assert asked() == first
