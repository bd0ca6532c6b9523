"""Contests on the ladder: those of the trade and the next rung that take entries and take people of the union."""

import datetime as dt

import pytest
import time_machine

from competitions.queries.openings import events_that_lead
from tests.factories.contests import ContestFactory, EventFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.queries.ladder import ladder_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 8, 1)
NAMES = {"L3": "中级工", "L4": "高级工"}


@pytest.fixture(autouse=True)
def in_august():
    with time_machine.travel(dt.datetime(2026, 8, 1, 2, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


def opened(union, *, trade="电工", aims_at="L4", **facts):
    contest = ContestFactory(union=union, **{"is_open_below": True, "state": "open"} | facts)
    return EventFactory(contest=contest, trade=trade, aims_at=aims_at)


def test_the_ladder_names_contests_that_lead_to_the_next_rung(town, worker, officer):
    certificate = CertificateFactory(worker=worker, level="L3", trade="电工")
    wanted = opened(town)
    opened(town, aims_at="L5")
    opened(town, aims_at="")
    opened(town, trade="钳工")
    [rung] = ladder_of(worker, [certificate], officer, today=TODAY, names=NAMES)
    assert (rung.next_level, rung.events) == ("L4", [wanted])


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "planned"},
        {"state": "running"},
        {"kind": "labour"},
        {"is_open_below": False},
        {"entries_from": dt.date(2026, 8, 2)},
        {"entries_until": dt.date(2026, 7, 31)},
    ],
)
def test_a_contest_that_takes_nobody_from_here_leads_nowhere(town, worker, officer, facts):
    opened(town, **facts)
    assert events_that_lead(worker, ["电工"], officer) == []


def test_only_contests_of_the_persons_unions_and_for_readers_of_contests(
    union, other_union, worker, clerk, officer, handler
):
    own = opened(union, entries_from=TODAY, entries_until=TODAY)
    opened(other_union)
    assert events_that_lead(worker, ["电工"], clerk) == [own]
    assert events_that_lead(worker, ["电工"], officer) == [own]
    assert events_that_lead(worker, ["电工"], handler) == []
    assert events_that_lead(worker, [], officer) == []
