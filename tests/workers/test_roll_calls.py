"""The quarterly roll call: ticks, completion, proposals for the others, and who has done it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType
from workers import services
from workers.models import Membership, Proposal, RollCall, Worker
from workers.roll_calls import called_members, missing_members, quarter_of_today


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    return [WorkerFactory(employer=firm, name=f"试点{name}") for name in "甲乙丙"]


def tick(union, officer, shown, present):
    keys = ({person.pk for person in group} for group in (shown, present))
    return services.save_ticks(union=union, shown=next(keys), present=next(keys), by=officer)


def confirmed_on(person):
    return Worker.objects.values_list("confirmed_on", flat=True).get(pk=person.pk)


def test_those_ticked_are_confirmed_and_a_change_is_proposed_for_each_of_the_others(union, officer, people):
    call = tick(union, officer, people, people[:2])
    absences = {people[2].pk: "unemployed"}
    services.complete_roll_call(roll_call=call, absences=absences, by=officer)

    today = timezone.localdate()
    assert [confirmed_on(person) for person in people] == [today, today, None]
    proposal = Proposal.objects.get()
    assert (proposal.worker, proposal.change, proposal.reason, proposal.status) == (people[2], "3", "3", "30")
    assert (proposal.source, proposal.state, proposal.roll_call) == ("roll_call", "open", call)
    assert Membership.objects.filter(end=None).count() == 3
    call.refresh_from_db()
    assert (call.confirmed, call.missing, call.completed_at is None) == (2, 1, False)
    entry = AuditEntry.objects.get(action="workers.roll_call")
    assert (entry.details["confirmed"], entry.details["missing"]) == (2, 1)


def test_ticks_are_kept_and_changed_until_the_end(union, officer, people):
    tick(union, officer, people, people)
    call = tick(union, officer, people[:1], [])
    assert list(missing_members(call)) == [people[0]]
    assert [confirmed_on(person) for person in people] == [None, None, None]


def test_the_roll_is_called_once_a_quarter(union, officer, people):
    call = tick(union, officer, people, people)
    services.complete_roll_call(roll_call=call, absences={}, by=officer)
    with pytest.raises(RuleError) as refusal:
        tick(union, officer, people, people)
    assert f"的点名已于 {timezone.localdate()} 完成" in refusal.value.messages[0]
    with pytest.raises(RuleError):
        services.complete_roll_call(roll_call=call, absences={}, by=officer)


def test_a_roll_call_begun_last_quarter_is_completed_as_of_that_quarter(union, officer, people):
    RollCall.objects.create(union=union, quarter="2020-Q1", started_by=officer)
    call = tick(union, officer, people, people)
    assert call.quarter == "2020-Q1"
    services.complete_roll_call(roll_call=call, absences={}, by=officer)
    assert tick(union, officer, people, people).quarter == quarter_of_today()


def test_every_absence_must_be_said(union, officer, people):
    call = tick(union, officer, people, people[:1])
    with pytest.raises(RuleError) as refusal:
        services.complete_roll_call(roll_call=call, absences={people[1].pk: "left"}, by=officer)
    assert refusal.value.messages == ["请为每位未勾选的会员选择情况，还差 1 人：试点丙"]
    with pytest.raises(RuleError) as refusal:
        services.complete_roll_call(
            roll_call=call, absences={people[1].pk: "left", people[2].pk: "fired"}, by=officer
        )
    assert "试点丙" in refusal.value.messages[0]
    assert (Proposal.objects.count(), confirmed_on(people[0])) == (0, None)


def test_nobody_ticked_is_no_roll_call(union, officer, people):
    call = tick(union, officer, people, [])
    absences = dict.fromkeys((person.pk for person in people), "unknown")
    with pytest.raises(RuleError) as refusal:
        services.complete_roll_call(roll_call=call, absences=absences, by=officer)
    assert refusal.value.messages == ["没有勾选任何人。请先勾选仍在册的会员。"]
    assert Proposal.objects.count() == 0


def test_only_active_members_of_the_union_are_called(union, officer, people, other_union, firm):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    employee = WorkerFactory(employer=firm, member=False)
    Worker.objects.filter(pk=people[2].pk).update(standing="retained")
    call = tick(union, officer, [*people, stranger, employee], [*people, stranger, employee])
    assert set(called_members(union)) == set(people[:2])
    assert set(call.entries.values_list("worker", flat=True)) == {person.pk for person in people[:2]}


def test_whoever_has_an_open_proposal_gets_no_second_one(union, officer, people):
    Proposal.objects.create(
        worker=people[2], union=union, source="office", change="6", on=dt.date(2024, 1, 1), created_by=officer
    )
    call = tick(union, officer, people, people[:2])
    services.complete_roll_call(roll_call=call, absences={people[2].pk: "died"}, by=officer)
    assert Proposal.objects.get().source == "office"


def test_a_union_out_of_reach_is_not_called(union, other_officer, people):
    with pytest.raises(PermissionDenied):
        tick(union, other_officer, people, people)
    assert RollCall.objects.count() == 0


def test_a_federation_calls_no_roll(federation, federation_officer):
    with pytest.raises(RuleError) as refusal:
        services.save_ticks(union=federation, shown=set(), present=set(), by=federation_officer)
    assert refusal.value.messages == ["点名由基层工会进行，联合会没有直属会员"]


def test_the_pages_from_ticking_to_the_result(client, officer, union, people):
    client.force_login(officer)
    screen = reverse("workers:roll_call_screen", args=[union.pk])
    assert [person.name for person in client.get(screen).context["part"].people] == [
        "试点丙",
        "试点甲",
        "试点乙",
    ]
    ticked = {"shown": ",".join(str(person.pk) for person in people), "present": [people[0].pk, people[1].pk]}
    page = client.post(screen, {**ticked, "action": "save"}, follow=True)
    assert page.context["part"].ticked == {people[0].pk, people[1].pk}
    page = client.post(screen, {**ticked, "action": "next"}, follow=True)
    assert list(page.context["missing"]) == [people[2]]
    finish = page.request["PATH_INFO"]

    refused = client.post(finish, {f"absence_{people[2].pk}": "retired"})
    assert "未勾选 1 人，超过两成" in refused.context["error"]
    page = client.post(finish, {f"absence_{people[2].pk}": "retired", "typed": "1"}, follow=True)
    assert [proposal.status for proposal in page.context["page"]] == ["31"]
    assert client.get(finish).status_code == 302
    assert client.get(screen).status_code == 302


@pytest.mark.parametrize("who", ["group_member", "auditor"])
def test_readers_of_figures_do_not_call_the_roll(client, request, who, union, people):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("workers:roll_call_list")).status_code == 403
    assert client.post(reverse("workers:roll_call_screen", args=[union.pk])).status_code == 403


def test_the_town_sees_which_unions_have_done_it(client, clerk, officer, union, other_union, town, people):
    call = tick(union, officer, people, people)
    services.complete_roll_call(roll_call=call, absences={}, by=officer)
    UnionFactory(parent=town, org_type=OrgType.VILLAGE_FEDERATION)
    client.force_login(clerk)
    page = client.get(reverse("workers:roll_call_list"))
    assert page.context["totals"] == {"done": 1, "running": 0, "todo": 1}
    rows = {row.pk: (row.call, row.on_roll) for row in page.context["page"]}
    assert rows == {union.pk: (call, 3), other_union.pk: (None, 0)}
    for state, expected in (("done", [union]), ("running", []), ("todo", [other_union])):
        assert list(client.get(page.request["PATH_INFO"], {"state": state}).context["page"]) == expected
    assert client.get(page.request["PATH_INFO"], {"quarter": "2020-Q9"}).status_code == 200


def test_the_list_and_the_screen_take_the_same_queries_for_1_and_3(client, clerk, town, union, firm):
    client.force_login(clerk)

    def queries(url):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    addresses = [reverse("workers:roll_call_list"), reverse("workers:roll_call_screen", args=[union.pk])]
    WorkerFactory(employer=firm)
    client.get(addresses[0])
    one = [queries(url) for url in addresses]
    for _ in range(2):
        WorkerFactory(employer=firm)
        WorkerFactory(employer=EmployerFactory(union=UnionFactory(parent=town)))
    assert [queries(url) for url in addresses] == one
