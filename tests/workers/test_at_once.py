"""Many people change one membership at the same moment: real threads, real connections, one winner."""

import datetime as dt

import pytest

from accounts.models import AuditEntry, User
from tests.at_once import at_once
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from workers import services
from workers.invariants import INVARIANTS
from workers.models import Change, Membership, Transfer, Worker
from workers.services.transfers import accept_transfer, start_transfer

pytestmark = pytest.mark.django_db(transaction=True)

ATTEMPTS = 100
MARCH = dt.date(2024, 3, 1)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


def faults():
    return [text for title, check in INVARIANTS for text in check()]


def test_of_a_hundred_transfers_at_once_one_succeeds(clerk, worker, union):
    town = union.parent.parent
    places = [UnionFactory(parent=town) for _ in range(ATTEMPTS)]

    def move(place):
        def attempt():
            return services.change_membership(
                worker=Worker.objects.get(pk=worker.pk),
                change=Change.TRANSFER_IN,
                on=MARCH,
                union=place,
                reason="1",
                by=User.objects.get(pk=clerk.pk),
            )

        return attempt

    done, refused = at_once([move(place) for place in places])
    assert (len(done), len(refused)) == (1, ATTEMPTS - 1)
    assert {str(error.messages) for error in refused} == {"['日期应晚于现有会籍的起始日期 2024-03-01']"}
    old, new = Membership.objects.filter(worker=worker).order_by("start")
    assert (old.union, old.end, old.end_change) == (union, MARCH, Change.TRANSFER_OUT)
    assert (new.union, new.start, new.end) == (done[0].union, MARCH, None)
    assert AuditEntry.objects.filter(action="workers.membership").count() == 1
    assert faults() == []


def test_of_a_hundred_acceptances_at_once_one_succeeds(officer, other_officer, worker, other_union):
    transfer = start_transfer(worker=worker, destination=other_union, on=MARCH, reason="1", by=officer)

    def accept():
        by = User.objects.get(pk=other_officer.pk)
        return accept_transfer(transfer=Transfer.objects.get(pk=transfer.pk), by=by)

    done, refused = at_once([accept] * ATTEMPTS)
    assert (len(done), len(refused)) == (1, ATTEMPTS - 1)
    assert all("这项接转已由" in error.message for error in refused)
    assert Membership.objects.filter(worker=worker).count() == 2
    assert Membership.objects.get(worker=worker, end=None).union == other_union
    assert AuditEntry.objects.filter(action="workers.membership").count() == 1
    assert faults() == []


def test_of_a_hundred_releases_to_different_unions_one_is_pending(officer, worker, union):
    town = union.parent.parent
    places = [UnionFactory(parent=town) for _ in range(ATTEMPTS)]

    def ask(place):
        return lambda: start_transfer(
            worker=Worker.objects.get(pk=worker.pk),
            destination=place,
            on=MARCH,
            by=User.objects.get(pk=officer.pk),
        )

    done, refused = at_once([ask(place) for place in places])
    assert (len(done), len(refused)) == (1, ATTEMPTS - 1)
    assert Transfer.objects.get() == done[0]


def test_acceptance_and_death_at_once_leave_one_story(clerk, officer, other_officer, worker, other_union):
    """Either the transfer went first and the officer no longer keeps the record, or the death closed it."""
    transfer = start_transfer(worker=worker, destination=other_union, on=MARCH, reason="1", by=officer)
    april = dt.date(2024, 4, 1)

    def accept():
        by = User.objects.get(pk=other_officer.pk)
        return accept_transfer(transfer=Transfer.objects.get(pk=transfer.pk), by=by)

    def die():
        from_town = User.objects.get(pk=clerk.pk)
        person = Worker.objects.get(pk=worker.pk)
        return services.change_membership(worker=person, change=Change.DEATH, on=april, by=from_town)

    at_once([accept, die])
    transfer.refresh_from_db()
    spells = list(
        Membership.objects.filter(worker=worker).order_by("start").values_list("union", "end_change")
    )
    stories = {
        "done": [(worker.union_id, "4"), (other_union.pk, "9")],
        "cancelled": [(worker.union_id, "9")],
    }
    assert spells == stories[transfer.state]
    assert faults() == []
