"""Two records become one: rows collapse, nothing points at the sign, everything can be traced."""

import datetime as dt
import itertools
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.duplicates import find_all
from workers.invariants import INVARIANTS
from workers.models import (
    Change,
    Conflict,
    DuplicatePair,
    IdentityDocument,
    Membership,
    Merge,
    Proposal,
    Standing,
    Transfer,
    Worker,
)
from workers.positions import refresh_positions
from workers.services import merge_workers
from workers.services.conflicts import open_conflict

BORN = dt.date(1990, 1, 1)
DAY = dt.date(2020, 1, 1)
NOTE = "已核对本人证件"
MEN = [citizen_number(birth=BORN, sequence=place) for place in (901, 903)]


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def kept(firm):
    return WorkerFactory(
        employer=firm,
        name="试同名",
        document=MEN[0],
        phone_number="16012340001",
        joined_on=dt.date(2021, 6, 1),
    )


@pytest.fixture
def absorbed(other_union):
    firm = EmployerFactory(union=other_union)
    return WorkerFactory(
        employer=firm, name="试童名", document=MEN[1], education="21", joined_on=dt.date(2019, 6, 1)
    )


def merge(kept, absorbed, by, **more):
    return merge_workers(**({"kept": kept, "absorbed": absorbed, "facts": {}, "note": NOTE, "by": by} | more))


def violations():
    return [text for _, check in INVARIANTS for text in check()]


def spells(worker):
    rows = worker.memberships.order_by("start")
    return [(row.union_id, row.start, row.end, row.start_change, row.end_change) for row in rows]


def test_rows_documents_and_position_go_to_the_kept_record(kept, absorbed, clerk, union, other_union):
    before = Worker.objects.get(pk=absorbed.pk)
    done = merge(kept, absorbed, clerk, facts={"name": "absorbed", "education": "kept"})
    kept.refresh_from_db()
    assert spells(kept) == [
        (other_union.pk, dt.date(2019, 6, 1), dt.date(2021, 6, 1), "1", Change.TRANSFER_OUT),
        (union.pk, dt.date(2021, 6, 1), None, "1", ""),
    ]
    assert (kept.name, kept.pinyin, kept.education, kept.standing) == (
        "试童名",
        "shitongming",
        "60",
        Standing.MEMBER,
    )
    assert kept.member_since == dt.date(2019, 6, 1)
    assert (kept.employments.count(), kept.documents.count()) == (2, 2)
    assert kept.documents.get(is_current=False).replaced_on is not None
    assert [row["union"] for row in done.rows["absorbed"]["memberships"]] == [other_union.pk]
    assert done.rows["absorbed"]["memberships"][0]["end"] is None
    assert before.phone not in str(done.rows)
    assert violations() == []


def test_the_absorbed_record_is_an_empty_sign(kept, absorbed, clerk):
    version = absorbed.version
    merge(kept, absorbed, clerk)
    absorbed.refresh_from_db()
    assert (absorbed.merged_into, absorbed.standing, absorbed.name) == (kept, Standing.LEFT, "试童名")
    assert (absorbed.phone, absorbed.phone_tail, absorbed.birth_date, absorbed.pinyin) == (None, "", None, "")
    assert absorbed.version == version + 1
    rows = (
        absorbed.memberships,
        absorbed.employments,
        absorbed.documents,
        absorbed.proposals,
        absorbed.transfers,
    )
    assert [found.count() for found in rows] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("choice", "current", "ended"),
    [("former", "kept", "absorbed"), ("further", "kept", None), ("current", "absorbed", "kept")],
)
def test_one_document_stays_in_use(kept, absorbed, clerk, choice, current, ended):
    numbers = {"kept": kept.documents.get().pk, "absorbed": absorbed.documents.get().pk}
    merge(kept, absorbed, clerk, document=choice)
    rows = IdentityDocument.objects.filter(worker=kept)
    assert rows.get(is_current=True).pk == numbers[current]
    assert [row.pk for row in rows.exclude(replaced_on=None)] == ([numbers[ended]] if ended else [])


def test_a_blank_fact_takes_the_other_value(kept, absorbed, clerk):
    Worker.objects.filter(pk=kept.pk).update(native_place="", phone=None, phone_index=None, phone_tail="")
    Worker.objects.filter(pk=absorbed.pk).update(native_place="浙江乐清", confirmed_on=DAY)
    merge(kept, absorbed, clerk)
    kept.refresh_from_db()
    assert (kept.native_place, kept.phone, kept.confirmed_on) == ("浙江乐清", absorbed.phone, DAY)


def test_both_records_have_an_entry_in_the_trail(client, kept, absorbed, clerk):
    done = merge(kept, absorbed, clerk, facts={"name": "absorbed"})
    entries = {entry.object_id: entry.details for entry in AuditEntry.objects.filter(action="workers.merge")}
    assert entries[kept.pk]["absorbed"] == absorbed.pk
    assert entries[kept.pk]["changes"]["name"] == ["试同名", "试童名"]
    assert (entries[absorbed.pk]["into"], entries[absorbed.pk]["merge"]) == (kept.pk, done.pk)
    client.force_login(clerk)
    page = client.get(kept.get_absolute_url()).content.decode()
    assert all(text in page for text in ("合并记录", NOTE, reverse("workers:merge_detail", args=[done.pk])))


def test_a_sign_leads_to_the_kept_record_for_those_who_may_see_it(
    client, kept, absorbed, clerk, officer, other_officer
):
    merge(kept, absorbed, clerk)
    for user, status in ((clerk, 302), (officer, 302), (other_officer, 404)):
        client.force_login(user)
        assert client.get(absorbed.get_absolute_url()).status_code == status
    client.force_login(officer)
    assert client.get(absorbed.get_absolute_url()).url == kept.get_absolute_url()


def test_a_merge_of_a_merge_leads_to_the_last_record(client, kept, absorbed, clerk, firm):
    third = WorkerFactory(employer=firm, name="试三名")
    merge(kept, absorbed, clerk)
    merge(third, kept, clerk)
    absorbed.refresh_from_db()
    assert absorbed.merged_into == third
    assert third.documents.count() == 3
    assert violations() == []


def test_open_business_goes_over_or_is_closed(kept, absorbed, clerk, union, other_union, officer):
    Proposal.objects.create(
        worker=absorbed, union=other_union, source="office", change="6", on=DAY, created_by=clerk
    )
    Proposal.objects.create(worker=kept, union=union, source="office", change="3", on=DAY, created_by=clerk)
    Transfer.objects.create(
        worker=absorbed, origin=other_union, destination=union, on=DAY, requested_by=clerk
    )
    merge(kept, absorbed, clerk)
    states = list(kept.proposals.order_by("change").values_list("change", "state", "decision_note"))
    assert states == [("3", "open", ""), ("6", "cancelled", "两份记录已合并")]
    assert list(kept.transfers.values_list("state", "closing_note")) == [("cancelled", "两份记录已合并")]
    assert AuditEntry.objects.get(action="workers.merge", object_id=kept.pk).details["closed"] != []


def test_a_pending_transfer_that_still_fits_goes_over(kept, absorbed, clerk, union, other_union):
    Membership.objects.filter(worker=kept).delete()
    Worker.objects.filter(pk=kept.pk).update(standing="none", member_since=None)
    Transfer.objects.create(
        worker=absorbed, origin=other_union, destination=union, on=DAY, requested_by=clerk
    )
    merge(kept, absorbed, clerk)
    assert kept.transfers.pending().count() == 1


def test_a_case_that_the_merge_answers_is_decided(kept, absorbed, clerk, union, officer, other_union):
    stated = {"name": "试同名", "record": kept.pk}
    open_conflict(worker_id=absorbed.pk, claimant=union, claimed=stated, by=officer)
    third = UnionFactory(parent=union.parent)
    open_conflict(worker_id=absorbed.pk, claimant=third, claimed={"name": "试"}, by=clerk)
    merge(kept, absorbed, clerk)
    answered, other = Conflict.objects.order_by("pk")
    assert (answered.decision, answered.worker, answered.note) == ("transferred", kept, "两份记录已合并")
    assert (other.decision, other.worker) == ("", kept)


def test_pairs_are_settled_and_decisions_kept(kept, absorbed, clerk, firm):
    third = WorkerFactory(employer=firm, name="试同名")
    Worker.objects.filter(pk=absorbed.pk).update(name="试同名")
    absorbed.refresh_from_db()
    find_all()
    DuplicatePair.objects.filter(low=absorbed, high=third).update(state="distinct", note="两人")
    DuplicatePair.objects.filter(low=third, high=absorbed).update(state="distinct", note="两人")
    DuplicatePair.objects.filter(low=kept, high=third).delete()
    merge(kept, absorbed, clerk)
    merged = DuplicatePair.objects.get(state="merged")
    assert {merged.low_id, merged.high_id} == {kept.pk, absorbed.pk}
    rest = DuplicatePair.objects.exclude(state="merged").get()
    assert ({rest.low_id, rest.high_id}, rest.state, rest.note) == ({kept.pk, third.pk}, "distinct", "两人")


def test_a_merge_needs_both_records_in_reach(kept, absorbed, officer, other_officer):
    for by in (officer, other_officer):
        with pytest.raises(PermissionDenied):
            merge(kept, absorbed, by)
    assert not Merge.objects.exists()


def test_bad_merges_are_refused_and_change_nothing(kept, absorbed, clerk):
    with pytest.raises(RuleError) as refused:
        merge(kept, absorbed, clerk, note="是")
    assert list(refused.value.message_dict) == ["note"]
    with pytest.raises(RuleError, match="两份不同"):
        merge(kept, kept, clerk)
    Worker.objects.filter(pk=absorbed.pk).update(birth_date=dt.date(1991, 1, 1))
    with pytest.raises(RuleError) as refused:
        merge(kept, absorbed, clerk, facts={"birth_date": "absorbed"})
    assert list(refused.value.message_dict) == ["birth_date"]
    assert (kept.documents.count(), absorbed.memberships.count()) == (1, 1)
    merge(kept, absorbed, clerk)
    with pytest.raises(RuleError, match="已经合并"):
        merge(kept, absorbed, clerk)


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_one_wins(kept, absorbed, clerk):
    outcomes, barrier = [], threading.Barrier(2)

    def go(one, two):
        try:
            barrier.wait()
            merge(one, two, clerk)
            outcomes.append("done")
        except RuleError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=pair) for pair in ((kept, absorbed), (absorbed, kept))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert Merge.objects.count() == 1


@st.composite
def histories(draw):
    cuts = sorted(draw(st.lists(st.integers(0, 40), max_size=6, unique=True)))
    return [
        (start, end, draw(st.integers(0, 2)), draw(st.booleans()))
        for start, end in itertools.pairwise(cuts)
        if draw(st.booleans())
    ]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(histories(), histories())
def test_any_two_histories_merge_into_one_that_the_database_takes(clerk, town, firm, ours, theirs):
    places = [firm.union, UnionFactory(parent=town), UnionFactory(parent=town)]
    people = [WorkerFactory(employer=firm, member=False) for _ in range(2)]
    for worker, rows in zip(people, (ours, theirs), strict=True):
        for start, end, union, retained in rows:
            Membership.objects.create(
                worker=worker, union=places[union], start=DAY + dt.timedelta(days=start),
                end=DAY + dt.timedelta(days=end), is_retained=retained, status="30" if retained else "20",
                start_change="3" if retained else "1", end_change="6",
            )  # fmt: skip
    refresh_positions([worker.pk for worker in people])
    counted = [_covered(worker) for worker in people]
    merge(*people, clerk)
    after = _covered(people[0])
    assert sorted(set(after)) == after
    assert set(after) == set(counted[0]) | set(counted[1])
    assert violations() == []


def _covered(worker):
    """Every day of every spell, in order; a day counted twice would stand twice."""
    return sorted(
        row.start + dt.timedelta(days=number)
        for row in worker.memberships.all()
        for number in range((row.end - row.start).days)
    )


def test_nothing_new_points_at_people_unseen_by_the_merge():
    """A new relation to a person needs a line in the merge, or here with a reason."""
    handled = {
        "documents", "employments", "memberships", "proposals", "transfers", "conflicts", "roll_call_entries",
        "absorbed", "merges", "merge",
    }  # fmt: skip
    left = {"BulkEditRow", "DuplicatePair"}  # by version; settled with the pair
    found = {
        relation.get_accessor_name() or relation.related_model.__name__
        for relation in Worker._meta.related_objects
        if relation.related_model._meta.app_label == "workers"
    }
    assert found - handled - left == set()


def test_numbers_of_both_are_found_on_the_kept_record(kept, absorbed, clerk, client):
    number = citizen_number(birth=BORN, sequence=77)
    other = WorkerFactory(employer=kept.employer, name="试有号", document=number)
    merge(kept, other, clerk)
    client.force_login(clerk)
    page = client.get(client.post(reverse("workers:worker_list"), {"q": number}).url)
    assert [row.pk for row in page.context["page"]] == [kept.pk]
