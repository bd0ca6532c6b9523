"""Pages of open business: works, foreign union 404, reader refused, bad input, flat queries, names masked."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.badges import badge
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory, citizen_number
from unions.models import Coverage, OrgType
from workers import matters
from workers.models import Membership, Proposal, RollCall, Standing, Transfer, Worker
from workers.services.proposals import propose
from workers.services.transfers import start_transfer

MARCH, APRIL = dt.date(2024, 3, 1), dt.date(2024, 4, 1)
LIST = reverse("workers:matter_list")
NAME = "试蘅芷"
NUMBER = citizen_number(sequence=367)
ACCEPT, REFUSE = "workers:transfer_accept", "workers:transfer_refuse"


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def member(firm):
    return WorkerFactory(employer=firm, name=NAME, document=NUMBER)


@pytest.fixture
def newcomer(firm):
    return WorkerFactory(employer=firm, member=False)


def url(name, obj, **kwargs):
    return reverse(f"workers:{name}" if ":" not in name else name, args=[obj.pk])


def apply(worker, by):
    return propose(worker=worker, source=Proposal.Source.APPLICATION, on=MARCH, by=by)


def start(worker, destination, by):
    return start_transfer(worker=worker, destination=destination, on=MARCH, reason="1", by=by)


def listed(client, kind, **query):
    page = client.get(LIST, {"kind": kind, **query})
    assert page.status_code == 200
    return list(page.context["page"])


def test_an_application_goes_from_the_form_to_the_membership(client, officer, newcomer):
    client.force_login(officer)
    page = client.get(newcomer.get_absolute_url())
    assert "入会申请" in page.content.decode()
    done = client.post(url("application_create", newcomer), {"on": "2024-03-01", "note": "书面"})
    application = Proposal.objects.get()
    assert (done.status_code, done.url) == (302, application.get_absolute_url())
    assert listed(client, "applications") == [application]
    page = client.get(newcomer.get_absolute_url()).content.decode()
    assert "申请中" in page
    assert "入会申请中：2024-03-01 申请，待工会委员会批准，目前不是会员" in page

    assert client.post(application.get_absolute_url(), {"on": "2024-02-01"}).context["form"].errors == {
        "on": ["批准日期不能早于申请日期 2024-03-01"]
    }
    assert client.post(application.get_absolute_url(), {"on": "2024-04-01"}).status_code == 302
    newcomer.refresh_from_db()
    assert (newcomer.standing, newcomer.member_since) == (Standing.MEMBER, APRIL)
    assert listed(client, "applications") == []
    assert "已办理" in client.get(application.get_absolute_url()).content.decode()


def test_an_application_is_refused_or_withdrawn_by_form(client, officer, newcomer):
    client.force_login(officer)
    application = apply(newcomer, officer)
    assert client.post(url("proposal_refuse", application), {"note": ""}).status_code == 200
    assert client.post(url("proposal_refuse", application), {"note": "材料不全"}).status_code == 302
    application.refresh_from_db()
    assert (application.state, application.decision_note) == ("refused", "材料不全")
    again = client.post(url("proposal_cancel", application), {"note": ""})
    assert "办结：不予办理" in again.context["form"].non_field_errors()[0]
    second = apply(newcomer, officer)
    assert client.post(url("proposal_cancel", second), {"note": ""}).status_code == 302


def test_a_finding_asks_only_for_what_its_change_needs(client, officer, member):
    client.force_login(officer)
    source = Proposal.Source.ROLL_CALL
    missed = propose(worker=member, source=source, change="3", reason="3", status="30", by=officer)
    page = client.get(missed.get_absolute_url())
    assert list(page.context["form"].fields) == ["change", "status", "on", "reason", "union", "note"]
    assert page.context["form"].initial["status"] == "30"
    other = client.get(missed.get_absolute_url(), {"change": "6"})
    assert list(other.context["form"].fields) == ["change", "on", "reason", "note"]
    data = {"change": "6", "on": "2024-04-01", "reason": "5"}
    assert client.post(missed.get_absolute_url(), data).status_code == 302
    member.refresh_from_db()
    assert member.standing == Standing.LEFT


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("3", ["change", "status", "on", "reason", "union", "note"]),
        ("4", ["change", "on", "reason", "note"]),
        ("5", ["change", "on", "note"]),
        ("6", ["change", "on", "reason", "note"]),
        ("9", ["change", "on", "note"]),
    ],
)
def test_a_change_shows_the_fields_it_needs_and_what_it_does(client, officer, member, change, fields):
    client.force_login(officer)
    page = client.get(url("membership_change", member), {"change": change})
    assert list(page.context["form"].fields) == fields
    assert page.context["offer"].effect in page.content.decode()


def test_without_a_choice_the_changes_are_offered(client, officer, member, newcomer):
    client.force_login(officer)

    def offered(worker):
        return [str(offer.change) for offer in client.get(url("membership_change", worker)).context["offers"]]

    assert offered(member) == ["3", "4", "6", "5", "9"]
    assert offered(newcomer) == ["1", "2"]
    page = client.post(url("membership_change", member), {"on": "2024-01-01"})
    assert "请选择会籍变化类型" in page.content.decode()
    data = {"change": "3", "status": "31", "on": "2024-03-01"}
    assert client.post(url("membership_change", member), data).status_code == 302
    assert offered(member) == ["2", "4", "6", "5", "9"]
    data = {"change": "2", "on": "2024-04-01"}
    assert client.post(url("membership_change", member), data).status_code == 302
    member.refresh_from_db()
    assert member.standing == Standing.MEMBER


def test_an_expulsion_needs_its_note_and_no_other_reason(client, officer, member):
    client.force_login(officer)
    data = {"change": "5", "on": "2024-03-01"}
    assert list(client.post(url("membership_change", member), data).context["form"].errors) == ["note"]
    data["note"] = "委员会2024年2月决定"
    assert client.post(url("membership_change", member), data).status_code == 302
    assert Membership.objects.get().end_reason == "6"


def test_a_transfer_goes_through_both_pages_and_shows_no_more_than_needed(
    client, officer, other_officer, member, other_union
):
    client.force_login(officer)
    data = {"destination": other_union.pk, "on": "2024-03-01", "reason": "1"}
    assert client.post(url("transfer_create", member), data).status_code == 302
    transfer = Transfer.objects.get()
    assert NAME in client.get(transfer.get_absolute_url()).content.decode()
    assert "接转中" in client.get(member.get_absolute_url()).content.decode()
    assert listed(client, "outgoing") == [transfer]
    assert "接转中" in client.get(reverse("workers:worker_list")).content.decode()
    assert client.get(url("transfer_accept", transfer)).status_code == 404

    client.force_login(other_officer)
    assert client.get(member.get_absolute_url()).status_code == 404
    pages = [LIST + "?kind=incoming", *(url(n, transfer) for n in ("transfer_detail", ACCEPT, REFUSE))]
    for address in pages:
        text = client.get(address).content.decode()
        assert "试**" in text
        for private in (NAME, NUMBER, member.phone, "1990-01-01"):
            assert private not in text, address
    assert NUMBER[-4:] in client.get(pages[0]).content.decode()
    assert client.post(url("transfer_accept", transfer), {"note": ""}).status_code == 302
    member.refresh_from_db()
    assert member.union == other_union
    assert NAME in client.get(member.get_absolute_url()).content.decode()

    client.force_login(officer)
    done = client.get(transfer.get_absolute_url()).content.decode()
    assert "已接转" in done
    assert NAME not in done


def test_a_transfer_comes_back_with_its_reason(client, officer, other_officer, member, other_union):
    transfer = start(member, other_union, officer)
    client.force_login(other_officer)
    assert list(client.post(url("transfer_refuse", transfer), {"note": ""}).context["form"].errors) == [
        "note"
    ]
    assert client.post(url("transfer_refuse", transfer), {"note": "查无此人"}).status_code == 302
    client.force_login(officer)
    assert "查无此人" in client.get(transfer.get_absolute_url()).content.decode()


def test_town_staff_say_for_whom_they_confirm(client, clerk, member, other_union):
    client.force_login(clerk)
    assert "confirm" in client.get(url("transfer_create", member)).context["form"].fields
    data = {"destination": other_union.pk, "on": "2024-03-01", "confirm": "origin"}
    page = client.post(url("transfer_create", member), data)
    assert page.context["form"].errors == {"note": ["代一方确认的，请写明依据"]}
    assert client.post(url("transfer_create", member), {**data, "note": "来电"}).status_code == 302
    transfer = Transfer.objects.get()
    assert list(client.post(url("transfer_accept", transfer), {"note": ""}).context["form"].errors) == [
        "note"
    ]


@pytest.mark.parametrize("name", ["application_create", "transfer_create", "deemed_decide", "candidate_keep"])
def test_a_foreign_person_does_not_exist(client, other_officer, member, name):
    client.force_login(other_officer)
    assert client.get(url(name, member)).status_code == 404
    assert client.post(url(name, member)).status_code == 404
    assert client.post(url("transfer_home", member)).status_code == 404


def test_strangers_see_neither_proposals_nor_transfers(
    client, officer, member, newcomer, town, other_officer
):
    third = UnionFactory(parent=town)
    application, transfer = apply(newcomer, officer), start(member, third, officer)
    client.force_login(other_officer)
    for address in (application.get_absolute_url(), transfer.get_absolute_url()):
        assert client.get(address).status_code == 404
    assert [listed(client, kind.code) for kind in matters.KINDS] == [[]] * len(matters.KINDS)


@pytest.mark.parametrize("actor", ["group_member", "handler", "sysadmin", "secadmin", "auditor"])
def test_readers_are_refused(request, client, actor, member):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(LIST).status_code == 403
    assert client.post(url("transfer_create", member)).status_code == 403


@pytest.fixture
def lost(union, officer, member):
    """A member nobody has confirmed for ten months, though the union called the roll last month."""
    today = timezone.localdate()
    long_ago = matters.months_before(today, 10)
    Worker.objects.filter(pk=member.pk).update(confirmed_on=long_ago)
    recently = timezone.now() - dt.timedelta(days=30)
    RollCall.objects.create(union=union, quarter="2020-Q1", started_by=officer, completed_at=recently)
    return member


def test_candidates_are_listed_and_decided_one_by_one(client, officer, lost):
    client.force_login(officer)
    assert listed(client, "candidates") == [lost]
    today = timezone.localdate()
    data = {"on": str(today), "months": "8", "persuaded_on": str(today), "persuaded_by": "试主席"}
    assert list(client.post(url("deemed_decide", lost), {**data, "months": "3"}).context["form"].errors) == [
        "months"
    ]
    lost.refresh_from_db()
    assert lost.standing == Standing.MEMBER
    assert client.post(url("deemed_decide", lost), data).status_code == 302
    assert Membership.objects.get().is_deemed is True
    assert "视为自动退会" in client.get(lost.get_absolute_url()).content.decode()
    assert listed(client, "candidates") == []


def test_a_kept_candidate_leaves_the_list(client, officer, lost):
    client.force_login(officer)
    assert client.post(url("candidate_keep", lost), {"note": "外派，已联系上"}).status_code == 302
    assert listed(client, "candidates") == []
    Proposal.objects.update(decided_at=timezone.now() - dt.timedelta(days=300))
    assert listed(client, "candidates") == [lost]


@pytest.mark.parametrize(
    "facts",
    [
        {"confirmed_on": dt.date(2999, 1, 1)},
        {"confirmed_on": None, "member_since": dt.date(2999, 1, 1)},
        {"standing": "retained"},
    ],
)
def test_whoever_was_confirmed_or_is_retained_is_no_candidate(client, officer, lost, facts):
    client.force_login(officer)
    Worker.objects.filter(pk=lost.pk).update(**facts)
    assert listed(client, "candidates") == []


def test_without_a_roll_call_nobody_is_a_candidate(client, officer, lost):
    client.force_login(officer)
    RollCall.objects.update(completed_at=timezone.now() - dt.timedelta(days=400))
    assert listed(client, "candidates") == []


def test_one_click_starts_the_way_home(client, clerk, town, other_union):
    holding = UnionFactory(parent=town, org_type=OrgType.JOINT, is_holding=True)
    firm = EmployerFactory(union=holding, covered=False)
    kept = WorkerFactory(employer=firm)
    client.force_login(clerk)
    assert listed(client, "returning") == []
    Coverage.objects.create(employer=firm, union=other_union, start=dt.date(2024, 1, 1))
    assert listed(client, "returning") == [kept]
    assert other_union.name in client.get(LIST, {"kind": "returning"}).content.decode()
    assert client.post(url("transfer_home", kept)).status_code == 302
    assert (Transfer.objects.get().destination, listed(client, "returning")) == (other_union, [])


def test_the_list_narrows_to_a_union_and_those_below(client, clerk, federation, firm, other_union):
    here = apply(WorkerFactory(employer=firm, member=False), clerk)
    there = apply(WorkerFactory(employer=EmployerFactory(union=other_union), member=False), clerk)
    client.force_login(clerk)
    assert listed(client, "applications") == [there, here]
    assert listed(client, "applications", union=federation.pk) == [here]
    assert listed(client, "applications", union="x") == [there, here]


def test_the_navigation_counts_what_waits_for_this_user(
    client, officer, other_officer, member, newcomer, other_union
):
    assert badge(officer, matters.waiting) == ""
    apply(newcomer, officer)
    start(member, other_union, officer)  # released by asking: waits for the other side
    assert (badge(officer, matters.waiting), badge(other_officer, matters.waiting)) == ("1", "1")
    client.force_login(officer)
    assert 'visually-hidden">待办 </span>1' in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    "kind", ["applications", "findings", "incoming", "outgoing", "candidates", "returning"]
)
def test_every_list_costs_the_same_for_one_row_and_three(client, clerk, officer, town, union, kind):
    other = UnionFactory(parent=town)
    holding = UnionFactory(parent=town, org_type=OrgType.JOINT, is_holding=True)
    started = {"started_by": officer, "completed_at": timezone.now()}

    def add():
        firm = EmployerFactory(union=UnionFactory(parent=town))
        RollCall.objects.create(union=firm.union, quarter="2020-Q1", **started)
        worker = WorkerFactory(employer=firm, member=kind != "applications")
        if kind == "applications":
            apply(worker, clerk)
        elif kind == "findings":
            propose(worker=worker, source=Proposal.Source.ROLL_CALL, by=clerk)
        elif kind in ("incoming", "outgoing"):
            start(worker, other, clerk)
        elif kind == "returning":
            home = EmployerFactory(union=holding, covered=False)
            WorkerFactory(employer=home)
            Coverage.objects.create(employer=home, union=firm.union, start=dt.date(2024, 1, 1))

    def cost():
        with CaptureQueriesContext(connection) as seen:
            rows = listed(client, kind)
        return len(rows), len(seen)

    client.force_login(clerk)
    add()
    cost()
    one = cost()
    add()
    add()
    three = cost()
    assert (one[0], three[0]) == (1, 3)
    assert one[1] == three[1]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2026, 1, 15), 1, dt.date(2025, 12, 15)),
        (dt.date(2026, 12, 31), 6, dt.date(2026, 6, 30)),
        (dt.date(2024, 8, 29), 6, dt.date(2024, 2, 29)),
        (dt.date(2026, 6, 30), 18, dt.date(2024, 12, 30)),
    ],
)
def test_months_are_counted_back_by_the_calendar(day, months, expected):
    assert matters.months_before(day, months) == expected
