"""Forty officers' clicks ask for five places at the same moment: real threads, real connections."""

import threading
import time

import pytest
from django.db import transaction

from accounts.models import User
from competitions import services
from competitions.models import Event
from tests.at_once import at_once
from tests.factories.contests import ContestFactory, EventFactory, StageFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db(transaction=True)
ASKING, PLACES = 40, 5


def test_a_quota_is_never_exceeded(officer, union):
    contest = ContestFactory(union=union, state="open")
    event = EventFactory(contest=contest, quota=PLACES)
    people = WorkerFactory.create_batch(ASKING, employer=EmployerFactory(union=union))

    def ask(person):
        return lambda: services.enter(
            event=Event.objects.get(pk=event.pk), workers=[person.pk], by=User.objects.get(pk=officer.pk)
        )

    done, refused = at_once([ask(person) for person in people])
    assert (len(done), len(refused)) == (PLACES, ASKING - PLACES)
    assert {error.messages[0] for error in refused} == {"每个工会限报 5 个，还可报 0 个，本次报了 1 个"}
    assert event.entries.count() == event.entrants.count() == PLACES


@pytest.mark.parametrize("move", [services.start_contest, services.cancel_contest])
def test_nobody_slips_in_while_the_contest_moves(officer, union, move):
    contest = ContestFactory(union=union, state="open")
    event = EventFactory(contest=contest)
    StageFactory(event=event, weight=100)
    person = WorkerFactory(employer=EmployerFactory(union=union))
    moved, reason = threading.Event(), {"reason": "场地未落实"} if move is services.cancel_contest else {}

    def hold():
        with transaction.atomic():
            move(contest=contest, by=officer, **reason)
            moved.set()
            time.sleep(0.5)  # the contest has moved, and nobody can see it yet

    def late():
        assert moved.wait(60)
        services.enter(event=event, workers=[person.pk], by=officer)

    _, refused = at_once([hold, late])
    assert len(refused) == 1
    assert not event.entries.exists()
