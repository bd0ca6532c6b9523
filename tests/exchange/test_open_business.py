"""A file about people with open business: a transfer refuses its line, a proposal is settled by it."""

import datetime as dt

import pytest

from exchange import services
from tests.exchange.sheets import NUMBER, applied, finish, member, member_book, messages_of, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Change, Membership, Proposal, Transfer
from workers.services.memberships import change_membership
from workers.services.proposals import propose
from workers.services.transfers import start_transfer, withdraw_transfer

pytestmark = pytest.mark.django_db
LEAVES = {"c13": "转出", "c14": "2024/02/01"}


@pytest.fixture
def worker(union):
    firm = EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    return WorkerFactory(employer=firm, document=member(1)[NUMBER])


def test_a_line_that_moves_somebody_on_the_way_is_refused(worker, union, other_union, officer):
    transfer = start_transfer(worker=worker, destination=other_union, on=dt.date(2024, 1, 1), by=officer)
    run = upload(officer, union, member_book([member(1, **LEAVES)]))
    assert messages_of(run) == [(5, "会籍变化日期", "on.in_transfer")]
    assert Membership.objects.get().end is None

    withdraw_transfer(transfer=transfer, by=officer)
    another_file = member_book([member(1, c8="大专", **LEAVES)])  # the same file would be the same run
    assert applied(upload(officer, union, another_file), officer).applied == 1
    assert Membership.objects.get().end == dt.date(2024, 2, 1)


def test_a_line_that_leaves_the_membership_alone_is_not_refused(worker, union, other_union, officer):
    start_transfer(worker=worker, destination=other_union, on=dt.date(2024, 1, 1), by=officer)
    run = applied(upload(officer, union, member_book([member(1, c8="大专", c14="2021/06/01")])), officer)
    assert (run.state, run.applied, run.failed) == ("applied", 1, 0)
    assert Transfer.objects.get().state == "pending"


def test_a_transfer_that_starts_after_the_check_is_not_overrun(worker, union, other_union, officer):
    run = upload(officer, union, member_book([member(1, **LEAVES)]))
    start_transfer(worker=worker, destination=other_union, on=dt.date(2024, 1, 1), by=officer)
    run = applied(run, officer, mode="good")
    assert (run.applied, Membership.objects.get().end) == (0, None)
    assert Transfer.objects.get().state == "pending"


def test_a_line_settles_the_open_proposal(worker, union, officer):
    missed = propose(worker=worker, source=Proposal.Source.ROLL_CALL, by=officer)
    applied(upload(officer, union, member_book([member(1, **LEAVES)])), officer)
    missed.refresh_from_db()
    assert (missed.state, missed.decided_by, missed.decision_note) == (
        "cancelled",
        officer,
        "会籍已由表格导入办理",
    )


def test_a_line_without_a_change_of_membership_leaves_the_proposal_open(worker, union, officer):
    missed = propose(worker=worker, source=Proposal.Source.ROLL_CALL, by=officer)
    applied(upload(officer, union, member_book([member(1, c8="大专", c14="2021/06/01")])), officer)
    missed.refresh_from_db()
    assert missed.state == "open"


def test_an_undo_leaves_alone_whom_somebody_is_moving(union, other_union, officer):
    EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    run = applied(upload(officer, union, member_book([member(1)])), officer)
    worker = Membership.objects.get().worker
    start_transfer(worker=worker, destination=other_union, on=dt.date(2024, 1, 1), by=officer)
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.outcomes() == {"reverted": 0, "kept": 1, "impossible": 0}


def test_the_dead_do_not_join_by_file(worker, union, officer):
    change_membership(worker=worker, change=Change.DEATH, on=dt.date(2024, 1, 1), by=officer)
    run = upload(officer, union, member_book([member(1, c14="2024/02/01")]))
    assert messages_of(run) == [(5, "会籍变化日期", "on.died")]
