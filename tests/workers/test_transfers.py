"""会籍接转: two confirmations in whatever order, one change of membership, and nothing in between."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import Coverage, OrgType
from unions.roles import Role
from workers import services
from workers.models import Change, Membership, Proposal, Standing, Transfer
from workers.services.proposals import propose
from workers.services.transfers import (
    accept_transfer,
    refuse_transfer,
    release_transfer,
    start_transfer,
    start_transfer_home,
    withdraw_transfer,
)

JOINED, MARCH, APRIL = dt.date(2021, 6, 1), dt.date(2024, 3, 1), dt.date(2024, 4, 1)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


def start(worker, destination, by, **facts):
    return start_transfer(
        worker=worker, destination=destination, by=by, **{"on": MARCH, "reason": "1", **facts}
    )


def spells(worker):
    rows = worker.memberships.order_by("start")
    return [(m.union, m.start, m.end, m.start_change, m.end_change) for m in rows]


def sides(transfer):
    return (transfer.released_by, transfer.accepted_by, transfer.state)


def test_the_old_union_releases_by_asking_and_the_new_one_accepts(
    officer, other_officer, worker, union, other_union
):
    firm = worker.employer
    transfer = start(worker, other_union, officer)
    assert sides(transfer) == (officer, None, "pending")
    assert spells(worker) == [(union, JOINED, None, "1", "")]

    done = accept_transfer(transfer=transfer, by=other_officer)
    assert sides(done) == (officer, other_officer, "done")
    assert spells(worker) == [(union, JOINED, MARCH, "1", "4"), (other_union, MARCH, None, "2", "")]
    worker.refresh_from_db()
    assert (worker.union, worker.standing, worker.member_since) == (other_union, Standing.MEMBER, JOINED)
    assert (worker.employer, worker.employments.get().end) == (firm, None)
    trail = list(AuditEntry.objects.order_by("pk").values_list("action", "actor"))
    assert trail == [("workers.transfer", officer.pk), ("workers.membership", other_officer.pk)]
    details = AuditEntry.objects.order_by("pk").last().details
    assert (details["transfer"], details["from"], details["to"]) == (transfer.pk, union.pk, other_union.pk)


def test_the_new_union_names_the_new_firm(officer, other_officer, worker, other_union):
    firm = EmployerFactory(union=other_union)
    transfer = start(worker, other_union, officer)
    accept_transfer(transfer=transfer, employer=firm, by=other_officer)
    worker.refresh_from_db()
    assert worker.employer == firm
    old, new = worker.employments.order_by("pk")
    assert (old.end, new.employer, new.start, new.end) == (MARCH, firm, MARCH, None)


def test_a_firm_of_another_union_is_refused(officer, other_officer, worker, union, other_union):
    transfer = start(worker, other_union, officer)
    with pytest.raises(RuleError, match="请选择转入工会的单位"):
        accept_transfer(transfer=transfer, employer=worker.employer, by=other_officer)
    assert spells(worker) == [(union, JOINED, None, "1", "")]


def test_town_staff_confirm_for_nobody_unless_they_say_so(clerk, officer, other_officer, worker, other_union):
    transfer = start(worker, other_union, clerk)
    assert sides(transfer) == (None, None, "pending")
    accepted = accept_transfer(transfer=transfer, by=other_officer)
    assert sides(accepted) == (None, other_officer, "pending")
    with pytest.raises(RuleError, match="转入工会已经接收"):
        accept_transfer(transfer=transfer, by=other_officer)
    done = release_transfer(transfer=transfer, by=officer)
    assert sides(done) == (officer, other_officer, "done")
    worker.refresh_from_db()
    assert worker.union == other_union


def test_town_staff_confirm_for_a_side_with_a_note(clerk, worker, other_union):
    with pytest.raises(RuleError, match="代一方确认的，请写明依据"):
        start(worker, other_union, clerk, confirm="origin")
    transfer = start(worker, other_union, clerk, confirm="origin", note="原工会来电")
    assert sides(transfer) == (clerk, None, "pending")
    with pytest.raises(RuleError, match="转出工会已经确认"):
        release_transfer(transfer=transfer, note="再次", by=clerk)
    with pytest.raises(RuleError, match="代一方确认的，请写明依据"):
        accept_transfer(transfer=transfer, by=clerk)
    assert accept_transfer(transfer=transfer, note="新工会来函", by=clerk).state == "done"


def test_an_officer_cannot_confirm_for_the_other_side(officer, other_officer, worker, other_union):
    transfer = start(worker, other_union, officer, confirm="destination", note="代签")
    assert sides(transfer) == (officer, None, "pending")
    for attempt in (
        lambda: accept_transfer(transfer=transfer, by=officer),
        lambda: refuse_transfer(transfer=transfer, note="理由", by=officer),
        lambda: release_transfer(transfer=transfer, by=other_officer),
        lambda: withdraw_transfer(transfer=transfer, by=other_officer),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    transfer.refresh_from_db()
    assert sides(transfer) == (officer, None, "pending")


def test_the_new_union_pulls_nobody_over(other_officer, worker, other_union):
    with pytest.raises(PermissionDenied):
        start(worker, other_union, other_officer)
    assert Transfer.objects.count() == 0


def test_a_transfer_comes_back_with_the_reason_and_may_be_tried_again(
    officer, other_officer, worker, union, other_union
):
    transfer = start(worker, other_union, officer)
    with pytest.raises(RuleError, match="请写明退回的理由"):
        refuse_transfer(transfer=transfer, note="", by=other_officer)
    refused = refuse_transfer(transfer=transfer, note="查无此人", by=other_officer)
    assert (refused.state, refused.closing_note, refused.closed_by) == ("refused", "查无此人", other_officer)
    assert spells(worker) == [(union, JOINED, None, "1", "")]
    with pytest.raises(RuleError, match=r"这项接转已由 .* 办结：已退回"):
        accept_transfer(transfer=transfer, by=other_officer)
    withdrawn = withdraw_transfer(transfer=start(worker, other_union, officer), note="填错", by=officer)
    assert (withdrawn.state, withdrawn.closing_note) == ("cancelled", "填错")
    start(worker, other_union, officer)


@pytest.mark.parametrize(
    ("facts", "field", "message"),
    [
        ({"on": JOINED}, "on", "接转日期应晚于现有会籍的起始日期 2021-06-01"),
        ({"on": dt.date(2999, 1, 1)}, "on", "日期不能晚于今天，现填 2999-01-01"),
        ({"destination": "union"}, "destination", "转入工会就是现在的工会"),
        ({"destination": "federation"}, "destination", "会员应在基层工会或联合基层工会"),
        ({"destination": "dissolved"}, "destination", "该工会已于 2023-01-01 撤销"),
        ({"destination": "young"}, "on", "日期不能早于该工会的建会日期 2024-06-01"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused_by_field(
    officer, worker, union, other_union, federation, town, facts, field, message
):
    places = {
        "union": union,
        "federation": federation,
        "dissolved": UnionFactory(parent=town, dissolved_on=dt.date(2023, 1, 1)),
        "young": UnionFactory(parent=town, founded_on=dt.date(2024, 6, 1)),
    }
    given = facts | {"destination": places.get(facts.get("destination"), other_union)}
    with pytest.raises(RuleError, match=message) as error:
        start(worker, by=officer, **given)
    assert list(error.value.message_dict) == [field]
    assert Transfer.objects.count() == 0


def test_only_members_are_transferred_and_one_at_a_time(officer, worker, union, other_union):
    stranger = WorkerFactory(employer=EmployerFactory(union=union), member=False)
    with pytest.raises(RuleError, match="此人目前没有会籍，不能接转"):
        start(stranger, other_union, officer)
    start(worker, other_union, officer)
    with pytest.raises(RuleError, match="会籍正在接转"):
        start(worker, other_union, officer)


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        (Change.DEATH, {}),
        (Change.EXPEL, {"reason": "6", "note": "2024年4月委员会决定"}),
        (Change.RETAIN, {"reason": "3"}),
        (Change.WITHDRAW, {"reason": "5"}),
    ],
)
def test_whatever_else_changes_the_membership_closes_the_transfer(
    officer, other_officer, worker, other_union, change, facts
):
    transfer = start(worker, other_union, officer)
    services.change_membership(worker=worker, change=change, on=APRIL, by=officer, **facts)
    transfer.refresh_from_db()
    note = f"会籍已另行办理：{Change(change).label}"
    assert (transfer.state, transfer.closing_note, transfer.closed_by) == ("cancelled", note, officer)
    with pytest.raises(RuleError, match="办结：已撤回"):
        accept_transfer(transfer=transfer, by=other_officer)


def test_starting_a_transfer_answers_an_open_finding(officer, worker, other_union):
    missed = propose(worker=worker, source=Proposal.Source.ROLL_CALL, by=officer)
    start(worker, other_union, officer)
    missed.refresh_from_db()
    assert (missed.state, missed.decision_note) == ("cancelled", "改办会籍接转")


def test_a_destination_that_closes_meanwhile_cannot_accept(
    officer, other_officer, worker, union, other_union
):
    transfer = start(worker, other_union, officer)
    other_union.dissolved_on = dt.date(2024, 5, 1)
    other_union.save()
    with pytest.raises(RuleError, match="该工会已于 2024-05-01 撤销"):
        accept_transfer(transfer=transfer, by=other_officer)
    assert spells(worker) == [(union, JOINED, None, "1", "")]


def test_a_retained_member_is_active_again_at_the_new_union(officer, other_officer, worker, other_union):
    services.change_membership(worker=worker, change=Change.RETAIN, on=MARCH, reason="3", by=officer)
    transfer = start(worker, other_union, officer, on=APRIL)
    accept_transfer(transfer=transfer, by=other_officer)
    worker.refresh_from_db()
    assert (worker.standing, worker.member_since) == (Standing.MEMBER, JOINED)
    assert Membership.objects.get(end=None).status == "20"


@pytest.fixture
def holding(town):
    return UnionFactory(name="试验代管工会", parent=town, org_type=OrgType.JOINT, is_holding=True)


@pytest.fixture
def kept(holding, other_union):
    """A member kept at the holding union whose firm got a union of its own."""
    firm = EmployerFactory(union=holding, covered=False)
    worker = WorkerFactory(employer=firm)
    Coverage.objects.create(employer=firm, union=other_union, start=dt.date(2024, 1, 1))
    return worker


def test_a_member_of_the_holding_union_goes_to_the_union_of_the_firm(clerk, other_officer, kept, other_union):
    transfer = start_transfer_home(worker=kept, by=clerk)
    assert sides(transfer) == (clerk, None, "pending")
    assert (transfer.destination, transfer.note) == (other_union, "代管会籍；现工作单位已建会")
    accept_transfer(transfer=transfer, by=other_officer)
    kept.refresh_from_db()
    assert kept.union == other_union


def test_only_whoever_can_go_home_goes_home(clerk, officer, worker, kept):
    with pytest.raises(RuleError, match="不在代管会籍的工会"):
        start_transfer_home(worker=worker, by=officer)
    Coverage.objects.filter(employer=kept.employer).delete()
    with pytest.raises(RuleError, match="现工作单位还没有建会"):
        start_transfer_home(worker=kept, by=clerk)


def test_the_holding_unions_own_officer_releases_by_asking(kept, holding, other_union):
    keeper = PostFactory(union=holding, role=Role.OFFICER).user
    assert sides(start_transfer_home(worker=kept, by=keeper)) == (keeper, None, "pending")
