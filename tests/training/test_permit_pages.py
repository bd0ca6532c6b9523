"""Pages of permits: the list with its filters and file, one card, the forms."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.exchange.exports import rows_in_file
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter, number_of
from training.listings.permits import PermitListing
from training.models import Permit

LIST = "training:permit_list"
TODAY = timezone.localdate()


def ago(days):
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试点甲")


@pytest.fixture
def permit(worker, officer):
    return enter(worker, officer, issued_on=ago(400))


@pytest.fixture
def overdue(firm, officer):
    return enter(WorkerFactory(employer=firm, name="试点乙"), officer, category="02", issued_on=ago(1200))


def listed(client, **query):
    return list(client.get(reverse(LIST), query).context["page"])


def test_the_list_shows_what_is_due_first_and_filters(
    client, officer, permit, overdue, union, other_union, town
):
    client.force_login(officer)
    assert listed(client) == [overdue, permit]
    assert listed(client, state="overdue") == listed(client, category="02") == [overdue]
    assert listed(client, union=union.pk) == [overdue, permit]
    assert listed(client, employer=permit.worker.employer_id) == [overdue, permit]
    assert listed(client, state="revoked") == []
    page = client.get(reverse(LIST)).content.decode()
    assert "逾期未审" in page
    assert number_of(permit.worker)[-4:] not in page


def test_a_search_is_sealed_in_the_address(client, officer, permit, overdue):
    client.force_login(officer)
    answer = client.post(reverse(LIST), {"q": "试点甲", "category": "01"})
    assert "试点甲" not in answer.url
    assert "category=01" in answer.url
    assert list(client.get(answer.url).context["page"]) == [permit]
    assert listed(client, find="forged") == []


def test_a_stranger_sees_nothing(client, other_officer, permit):
    client.force_login(other_officer)
    assert listed(client, state="all") == []
    for name in ("permit_detail", "permit_edit", "permit_review", "permit_revoke"):
        assert client.get(reverse(f"training:{name}", args=[permit.pk])).status_code == 404
    for name in ("worker_permits", "permit_create"):
        assert client.get(reverse(f"training:{name}", args=[permit.worker_id])).status_code == 404


@pytest.mark.parametrize("role", ["group_member", "handler", "sysadmin"])
def test_readers_of_figures_are_refused(client, request, role, permit):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(permit.get_absolute_url()).status_code == 403


def test_pages_ask_as_often_for_three_cards_as_for_one(client, officer, firm, worker, permit):
    client.force_login(officer)
    addresses = [reverse(LIST), reverse("training:worker_permits", args=[worker.pk])]
    counts = []
    for more in (2, 0):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        for place in range(more):
            enter(WorkerFactory(employer=firm), officer, issued_on=ago(500))
            enter(worker, officer, item=f"第{place}项", issued_on=ago(500))
    assert counts[:2] == counts[2:]


def test_the_file_holds_the_rows_of_the_page_without_numbers(officer, permit, overdue):
    usual = [column.key for column in PermitListing.columns if column.shown]
    (row,) = rows_in_file(officer, "permits", "state=overdue")
    told = dict(zip(usual, row, strict=True))
    assert (told["name"], told["category"]) == ("试点乙", "焊接与热切割作业")
    assert told["number"] == "••••" + number_of(overdue.worker)[-2:]
    assert told["standing"].startswith("逾期未审")
    assert told["due_on"] == overdue.due_on


def test_a_card_is_entered_from_the_page_of_the_person(client, officer, worker):
    client.force_login(officer)
    person = client.get(worker.get_absolute_url()).content.decode()
    part = reverse("training:worker_permits", args=[worker.pk])
    assert part in person
    assert reverse("training:permit_create", args=[worker.pk]) in client.get(part).content.decode()
    said = {"category": "01", "number": number_of(worker), "issued_on": str(ago(30)), "once": "k" * 24}
    address = reverse("training:permit_create", args=[worker.pk])
    answers = [client.post(address, said) for _ in range(2)]
    permit = Permit.objects.get()
    assert [answer.url for answer in answers] == [permit.get_absolute_url()] * 2
    page = client.get(permit.get_absolute_url()).content.decode()
    assert "电工作业" in page
    assert number_of(worker) not in page
    bad = client.post(address, said | {"number": "T330382199912311230", "once": "j" * 24})
    assert "不一致" in bad.context["form"].errors["number"][0]
    assert client.post(address, {"once": "i" * 24}).context["form"].errors.keys() == {
        "category",
        "number",
        "issued_on",
    }


def test_a_card_is_corrected_reviewed_and_revoked(client, officer, overdue):
    client.force_login(officer)
    page = reverse("training:permit_edit", args=[overdue.pk])
    form = client.get(page).context["form"]
    assert number_of(overdue.worker) not in client.get(page).content.decode()
    said = {name: form[name].value() or "" for name in form.fields} | {"issuer": "试验市应急管理局"}
    assert client.post(page, said).url == overdue.get_absolute_url()
    assert "已被其他人修改" in str(client.post(page, said).context["form"].errors)
    review = reverse("training:permit_review", args=[overdue.pk])
    assert client.post(review, {"on": "", "passed": ""}).context["form"].errors.keys() == {"on", "passed"}
    answer = client.post(review, {"on": str(ago(100)), "passed": "yes", "hours": "8"}, follow=True)
    overdue.refresh_from_db()
    assert overdue.issuer == "试验市应急管理局"
    assert overdue.needs_new_card
    assert f"此后应在 {overdue.valid_until} 前办理" in answer.content.decode()
    strike = reverse("training:permit_review_strike", args=[overdue.pk, overdue.reviews.get().pk])
    assert client.post(strike, {"note": ""}).status_code == 200
    assert client.post(strike, {"note": "登记错了人"}).url == overdue.get_absolute_url()
    revoke = reverse("training:permit_revoke", args=[overdue.pk])
    overdue.refresh_from_db()
    said = {"on": str(TODAY), "note": "不再从事焊接", "version": str(overdue.version)}
    assert client.post(revoke, said).url == overdue.get_absolute_url()
    page = client.get(overdue.get_absolute_url()).content.decode()
    assert "不再从事焊接" in page
    assert review not in page


def test_an_anonymised_person_gets_no_card(client, officer, worker, permit):
    type(worker).objects.filter(pk=worker.pk).update(anonymised_on=TODAY)
    client.force_login(officer)
    assert client.get(reverse("training:permit_create", args=[worker.pk])).status_code == 404
    assert client.get(reverse("training:permit_review", args=[permit.pk])).status_code == 404
    assert not Permit.objects.editable_by(officer).exists()
