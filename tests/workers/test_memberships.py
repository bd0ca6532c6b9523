"""会籍: every change by its rules, and any sequence of changes keeps the rows in order."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType, Union
from workers import services
from workers.invariants import INVARIANTS
from workers.models import CLOSING, Change, Membership, Standing, Worker
from workers.positions import differing_positions

JOINED, MARCH, APRIL = dt.date(2021, 6, 1), dt.date(2024, 3, 1), dt.date(2024, 4, 1)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


def change(worker, kind, on, by, **facts):
    return services.change_membership(worker=worker, change=kind, on=on, by=by, **facts)


def spells(worker):
    rows = worker.memberships.order_by("start")
    return [(m.union, m.start, m.end, m.start_change, m.end_change, m.status) for m in rows]


def test_a_transfer_closes_and_opens_on_one_day_and_keeps_the_day_of_joining(
    clerk, worker, union, other_union
):
    moved = change(worker, Change.TRANSFER_IN, MARCH, clerk, union=other_union, reason="1")

    assert spells(worker) == [
        (union, JOINED, MARCH, "1", "4", "20"),
        (other_union, MARCH, None, "2", "", "20"),
    ]
    assert (moved.union, moved.standing, moved.member_since) == (other_union, Standing.MEMBER, JOINED)
    details = AuditEntry.objects.get(action="workers.membership").details
    assert details["changes"] == {"membership": [union.name, other_union.name]}


def test_an_officer_cannot_push_a_member_into_a_foreign_union(officer, worker, other_union):
    with pytest.raises(PermissionDenied):
        change(worker, Change.TRANSFER_IN, MARCH, officer, union=other_union)
    worker.refresh_from_db()
    assert (worker.union_id, worker.memberships.count()) == (worker.union_id, 1)
    assert worker.standing == Standing.MEMBER


def test_retention_is_a_spell_of_its_own_and_ends_with_the_next_job(officer, worker, union):
    kept = change(worker, Change.RETAIN, MARCH, officer, reason="3")
    assert (kept.standing, kept.member_since) == (Standing.RETAINED, JOINED)
    back = change(worker, Change.TRANSFER_IN, APRIL, officer)
    assert (back.standing, back.member_since, back.union) == (Standing.MEMBER, JOINED, union)
    assert [row[3:] for row in spells(worker)] == [("1", "3", "20"), ("3", "4", "30"), ("2", "", "20")]


def test_retention_asks_for_its_case_and_its_place(clerk, worker, other_union, town):
    with pytest.raises(RuleError, match="请选择保留会籍的情形"):
        change(worker, Change.RETAIN, MARCH, clerk)
    with pytest.raises(RuleError, match="会籍应保留在原工会"):
        change(worker, Change.RETAIN, MARCH, clerk, status="30", union=other_union)
    town.is_holding = True
    town.save()
    assert change(worker, Change.RETAIN, MARCH, clerk, status="33", union=town).union == town
    with pytest.raises(RuleError, match="已经保留"):
        change(worker, Change.RETAIN, APRIL, clerk, status="30")


def test_leaving_for_a_new_job_ends_the_job_too(officer, worker):
    left = change(worker, Change.TRANSFER_OUT, MARCH, officer, reason="1")
    assert (left.standing, left.member_since, left.employer) == (Standing.LEFT, None, None)
    assert worker.employments.get().end == MARCH


def test_withdrawing_leaves_the_job_alone_and_joining_again_is_a_new_joining(officer, worker):
    left = change(worker, Change.WITHDRAW, MARCH, officer, reason="5")
    assert (left.standing, left.employer) == (Standing.LEFT, worker.employer)
    again = change(worker, Change.JOIN, APRIL, officer)
    assert (again.standing, again.member_since) == (Standing.MEMBER, APRIL)
    assert [row[1:5] for row in spells(worker)] == [(JOINED, MARCH, "1", "6"), (APRIL, None, "1", "")]


def test_death_closes_everything(officer, worker):
    dead = change(worker, Change.DEATH, MARCH, officer)
    assert (dead.standing, dead.employer) == (Standing.LEFT, None)
    assert spells(worker)[0][4] == Change.DEATH


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        (Change.JOIN, {}, "__all__"),
        (Change.TRANSFER_IN, {}, "union"),
        (Change.TRANSFER_OUT, {}, "reason"),
        (Change.EXPEL, {"reason": "5"}, "reason"),
        (Change.EXPEL, {"reason": "6"}, "note"),
        (Change.WITHDRAW, {}, "reason"),
        (Change.WITHDRAW, {"reason": "1"}, "note"),
        (Change.WITHDRAW, {"reason": "5", "on": JOINED}, "on"),
        (Change.WITHDRAW, {"reason": "5", "on": dt.date(2999, 1, 1)}, "on"),
    ],
)
def test_a_refusal_names_its_field_and_changes_nothing(officer, worker, kind, facts, field):
    before = spells(worker)
    given = {"on": MARCH, **facts}
    with pytest.raises(RuleError) as error:
        change(worker, kind, by=officer, **given)
    assert list(getattr(error.value, "message_dict", {"__all__": 1})) == [field]
    assert spells(worker) == before
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("kind", [k for k in Change if k not in (Change.JOIN, Change.TRANSFER_IN)])
def test_without_a_membership_nothing_ends(officer, union, kind):
    worker = WorkerFactory(employer=EmployerFactory(union=union), member=False)
    with pytest.raises(RuleError, match="目前没有会籍"):
        change(worker, kind, MARCH, officer, reason="6", status="30", note="决定")


def test_joining_before_the_last_end_is_refused(officer, worker):
    change(worker, Change.WITHDRAW, APRIL, officer, reason="5")
    with pytest.raises(RuleError, match="不能早于上一段会籍的终止日期 2024-04-01"):
        change(worker, Change.JOIN, MARCH, officer)


def test_the_retired_do_not_join(officer, union):
    worker = WorkerFactory(employer=EmployerFactory(union=union), member=False, employment_status="4")
    with pytest.raises(RuleError, match="不能新入会"):
        change(worker, Change.JOIN, MARCH, officer)


def test_expulsion_keeps_its_grounds_in_the_trail(officer, worker):
    change(worker, Change.EXPEL, MARCH, officer, reason="6", note="工会委员会2024年2月决定")
    assert AuditEntry.objects.get(action="workers.membership").details["note"] == "工会委员会2024年2月决定"


STEP = st.tuples(
    st.sampled_from(list(Change)),
    st.integers(-40, 400),
    st.sampled_from(["", "1", "3", "4", "5", "6"]),
    st.sampled_from(["", "20", "30", "31"]),
    st.integers(0, 2),
    st.sampled_from(["", "说明"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=8), member=st.booleans())
def test_any_sequence_of_changes_keeps_the_rows_in_order(clerk, steps, member):
    town = Union.objects.get(parent=None)
    firm = EmployerFactory(union=UnionFactory(parent=town))
    holding = UnionFactory(parent=town, org_type=OrgType.VILLAGE_FEDERATION, is_holding=True)
    places = [firm.union, UnionFactory(parent=town), holding]
    worker = WorkerFactory(employer=firm, member=member)
    day = dt.date(2021, 7, 1)
    for kind, days, reason, status, place, note in steps:
        day = min(day + dt.timedelta(days=days), timezone.localdate())
        try:
            change(worker, kind, day, clerk, reason=reason, status=status, union=places[place], note=note)
        except RuleError:
            continue

    rows = list(Membership.objects.filter(worker=worker).order_by("start"))
    for earlier, later in itertools.pairwise(rows):
        assert earlier.end is not None
        assert earlier.start < earlier.end <= later.start
        assert earlier.end_change in CLOSING
    stored = Worker.objects.get(pk=worker.pk)
    running = [row for row in rows if row.end is None]
    expected = Standing.NONE if not rows else Standing.LEFT
    if running:
        expected = Standing.RETAINED if running[0].is_retained else Standing.MEMBER
        assert stored.union_id == running[0].union_id
    if rows or stored.employer_id:
        assert stored.standing == expected
    assert differing_positions([worker.pk]) == []


def test_the_invariants_hold_and_find_what_they_name(officer, worker):
    assert [text for title, check in INVARIANTS for text in check()] == []
    Worker.objects.filter(pk=worker.pk).update(standing="none", member_since=None, ethnicity="ZZ")
    found = {title: check() for title, check in INVARIANTS if check()}
    assert set(found) == {"positions follow the dated rows", "codes on the roll exist"}
    assert worker.name not in str(found)
