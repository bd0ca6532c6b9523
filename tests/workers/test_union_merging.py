"""A union goes into another one: every member on the day, nobody twice, nothing left behind."""

import datetime as dt
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType
from unions.roles import Role
from workers.invariants import INVARIANTS
from workers.models import Conflict, Membership, Proposal, Standing, Transfer, Worker
from workers.services import merge_unions
from workers.services.conflicts import open_conflict
from workers.services.union_merging import preview

DAY = dt.date(2025, 3, 1)
JUNE = dt.date(2021, 6, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def joint(town):
    return UnionFactory(name="片区联合工会", org_type=OrgType.JOINT, parent=town)


@pytest.fixture
def member(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


@pytest.fixture
def retained(member):
    worker = WorkerFactory(employer=member.employer)
    worker.memberships.update(is_retained=True, status="31", start_change="3")
    Worker.objects.filter(pk=worker.pk).update(standing=Standing.RETAINED)
    return worker


def merge(union, into, by, **more):
    return merge_unions(**({"closed": union, "into": into, "on": DAY, "by": by} | more))


def violations():
    return [text for _, check in INVARIANTS for text in check()]


def test_members_move_on_the_day_and_retained_ones_stay_retained(member, retained, union, joint, clerk):
    outsider = WorkerFactory(employer=member.employer, member=False)
    closed = merge(union, joint, clerk)
    assert (closed.dissolved_on, closed.merged_into) == (DAY, joint)
    rows = Membership.objects.order_by("worker", "start").values_list(
        "worker", "union", "start", "end", "is_retained", "start_change", "end_change"
    )
    assert list(rows) == [
        (member.pk, union.pk, JUNE, DAY, False, "1", "4"),
        (member.pk, joint.pk, DAY, None, False, "2", ""),
        (retained.pk, union.pk, JUNE, DAY, True, "3", "4"),
        (retained.pk, joint.pk, DAY, None, True, "2", ""),
    ]
    for worker, standing in ((member, "member"), (retained, "retained"), (outsider, "none")):
        worker.refresh_from_db()
        assert (worker.union, worker.standing) == (joint, standing)
    assert member.member_since == JUNE
    assert violations() == []


def test_each_member_and_the_union_have_an_entry(member, retained, union, joint, clerk):
    merge(union, joint, clerk, reason="4")
    entries = AuditEntry.objects.filter(action="workers.membership").order_by("object_id")
    assert [entry.object_id for entry in entries] == [member.pk, retained.pk]
    assert entries[0].details == {
        "change": "2", "on": "2025-03-01", "reason": "4", "note": "工会合并", "from": union.pk, "to": joint.pk,
        "changes": {"membership": [union.name, joint.name]},
    }  # fmt: skip
    assert entries[1].details["retained"] is True
    assert AuditEntry.objects.filter(action="unions.merge", object_id=union.pk).count() == 1


@pytest.mark.parametrize(
    ("on", "field"), [(JUNE, "on"), (dt.date(2021, 1, 1), "on"), (dt.date(2999, 1, 1), "on")]
)
def test_a_day_before_the_last_joining_or_to_come_is_refused(member, union, joint, clerk, on, field):
    with pytest.raises(RuleError) as refused:
        merge(union, joint, clerk, on=on)
    assert list(refused.value.message_dict) == [field]
    union.refresh_from_db()
    assert (union.dissolved_on, member.memberships.count()) == (None, 1)


def test_a_member_who_left_after_the_day_refuses_it(member, union, joint, clerk):
    member.memberships.update(end=dt.date(2025, 4, 1), end_change="6")
    Worker.objects.filter(pk=member.pk).update(standing="left", member_since=None)
    with pytest.raises(RuleError) as refused:
        merge(union, joint, clerk)
    assert list(refused.value.message_dict) == ["on"]


def test_federations_the_union_itself_and_foreign_unions_do_not_receive(
    member, union, federation, joint, clerk, officer
):
    for into in (federation, union):
        with pytest.raises(RuleError) as refused:
            merge(union, into, clerk)
        assert list(refused.value.message_dict) == ["into"]
    with pytest.raises(PermissionDenied):
        merge(union, joint, officer)
    assert member.memberships.count() == 1


def test_open_business_goes_over_and_what_is_pointless_is_closed(
    member, retained, union, joint, other_union, clerk, officer
):
    elsewhere = WorkerFactory(employer=EmployerFactory(union=other_union))
    Proposal.objects.create(worker=member, union=union, source="office", change="6", on=DAY, created_by=clerk)
    for worker, destination in ((member, other_union), (retained, joint)):
        Transfer.objects.create(
            worker=worker, origin=union, destination=destination, on=DAY, requested_by=clerk
        )
    open_conflict(worker_id=elsewhere.pk, claimant=union, claimed={"name": "试"}, by=officer)
    open_conflict(worker_id=elsewhere.pk, claimant=joint, claimed={"name": "试"}, by=officer)
    open_conflict(worker_id=member.pk, claimant=joint, claimed={"name": "试"}, by=clerk)
    open_conflict(worker_id=member.pk, claimant=other_union, claimed={"name": "试"}, by=clerk)
    assert preview(union)["matters"] == 6
    merge(union, joint, clerk)
    assert Proposal.objects.get().union == joint
    first, second = Transfer.objects.order_by("pk")
    assert (first.origin, first.state, second.state) == (joint, "pending", "cancelled")
    cases = Conflict.objects.order_by("pk").values_list("claimant", "holder", "decision")
    assert list(cases) == [
        (union.pk, other_union.pk, "kept"),
        (joint.pk, other_union.pk, ""),
        (joint.pk, union.pk, "kept"),
        (other_union.pk, joint.pk, ""),
    ]


def test_the_officer_of_the_closed_union_reaches_nobody_any_more(
    client, member, union, joint, clerk, officer
):
    later = PostFactory(union=joint, role=Role.OFFICER).user
    merge(union, joint, clerk)
    client.force_login(officer)
    assert client.get(member.get_absolute_url()).status_code in (403, 404)
    client.force_login(later)
    assert client.get(member.get_absolute_url()).status_code == 200


def test_the_page_previews_wants_the_name_typed_and_merges(client, member, retained, union, joint, clerk):
    client.force_login(clerk)
    url = reverse("workers:union_merge", args=[union.pk])
    assert client.get(url).context["figures"] == {
        "members": 1, "retained": 1, "others": 0, "firms": 1, "posts": 0, "matters": 0,
    }  # fmt: skip
    facts = {"into": joint.pk, "on": "2025-03-01", "typed_name": "别的工会"}
    assert client.post(url, facts).context["form"].errors.keys() == {"typed_name"}
    assert client.post(url, facts | {"typed_name": union.name}).status_code == 302
    union.refresh_from_db()
    assert union.merged_into == joint
    assert client.get(url).status_code == 200


def test_five_thousand_members_take_seconds(union, joint, clerk):
    people = Worker.objects.bulk_create(
        Worker(name="试多", union=union, standing="member", member_since=JUNE) for _ in range(5000)
    )
    Membership.objects.bulk_create(
        Membership(worker=worker, union=union, start=JUNE, start_change="1") for worker in people
    )
    started = time.perf_counter()
    merge(union, joint, clerk, on=timezone.localdate())
    took = time.perf_counter() - started
    assert Membership.objects.filter(union=joint, end=None).count() == 5000
    assert AuditEntry.objects.filter(action="workers.membership").count() == 5000
    assert took < 60
