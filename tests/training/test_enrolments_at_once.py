"""Two hundred people ask for twenty places at the same moment: real threads, real connections."""

import threading
import time

import pytest
from django.db import transaction

from accounts.models import User
from tests.at_once import at_once
from tests.factories.classes import ClassFactory, EnrolmentFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training import services
from training.invariants.classes import INVARIANTS
from training.models import TrainingClass
from training.services.results import Result

pytestmark = pytest.mark.django_db(transaction=True)

ASKING, PLACES = 200, 20


@pytest.fixture
def people(union):
    return WorkerFactory.create_batch(ASKING, employer=EmployerFactory(union=union))


@pytest.fixture
def wanted(union):
    return ClassFactory(union=union, capacity=PLACES)


def faults():
    return [text for title, check in INVARIANTS for text in check()]


def test_twenty_get_the_places_and_the_others_wait_in_order(officer, wanted, people):
    def ask(person):
        return lambda: services.enrol(
            training_class=TrainingClass.objects.get(pk=wanted.pk),
            workers=[person.pk],
            by=User.objects.get(pk=officer.pk),
        )

    done, refused = at_once([ask(person) for person in people])
    assert (len(done), refused) == (ASKING, [])
    rows = list(wanted.enrolments.order_by("position").values_list("state", "position", "enrolled_at"))
    assert [state for state, _, _ in rows] == ["enrolled"] * PLACES + ["waiting"] * (ASKING - PLACES)
    assert [position for _, position, _ in rows] == list(range(1, ASKING + 1))
    assert wanted.enrolments.values("worker").distinct().count() == ASKING
    assert faults() == []


def test_forty_withdraw_at_once_and_the_first_who_wait_follow(officer, wanted, people):
    services.enrol(training_class=wanted, workers=[person.pk for person in people], by=officer)
    queue = list(wanted.enrolments.waiting())
    leaving = [*wanted.enrolments.enrolled()[:10], *queue[:5]]

    def leave(row):
        return lambda: services.withdraw(enrolment=row, by=User.objects.get(pk=officer.pk))

    done, refused = at_once([leave(row) for row in leaving])
    assert (len(done), refused) == (len(leaving), [])
    assert wanted.enrolments.enrolled().count() == PLACES
    # Who waited at the head and withdrew may have been given a place first; nobody was passed over.
    still = [row.position for row in wanted.enrolments.waiting()]
    assert still == sorted(still)
    assert still == list(range(ASKING - len(still) + 1, ASKING + 1))
    assert faults() == []


def test_one_person_asked_for_by_many_clicks_has_one_row(officer, wanted, people):
    def ask():
        return services.enrol(
            training_class=TrainingClass.objects.get(pk=wanted.pk),
            workers=[people[0].pk],
            by=User.objects.get(pk=officer.pk),
        )

    done, refused = at_once([ask] * 50)
    assert (len(done), len(refused)) == (1, 49)
    assert {error.messages[0] for error in refused} == {f"{people[0].name}已报名这个班次"}
    assert wanted.enrolments.count() == 1


def test_a_class_is_not_cancelled_while_somebody_gets_a_result(officer, union):
    running = ClassFactory(union=union, state="running")
    row = EnrolmentFactory(training_class=running)
    written = threading.Event()

    def hold():
        with transaction.atomic():
            facts = {"result": "passed", "completed_on": running.starts_on}
            said = {row.pk: Result(str(row.version), facts)}
            services.record_results(training_class=running, results=said, by=officer)
            written.set()
            time.sleep(0.5)  # the result is there, and nobody can see it yet

    def cancel():
        assert written.wait(60)
        services.cancel_class(training_class=running, reason="讲师不能到场", by=officer)

    _, [refused] = at_once([hold, cancel])
    assert "已有人登记了结论" in refused.messages[0]
