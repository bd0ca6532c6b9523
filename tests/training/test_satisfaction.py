"""How content people are: asked after the last session, once, by name; an average of enough answers."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.classes import EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.signing import at, code_now, morning, scan, send
from training import services
from training.listings.classes import ClassListing
from training.models import TrainingClass
from training.services.results import Result

DONE, RATE = reverse("training:sign_in_done"), reverse("training:sign_in_rate")


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def session(union):
    return morning(union)


@pytest.fixture
def person(session, union):
    worker = WorkerFactory(employer=EmployerFactory(union=union), name="试满意", phone_number="16012345678")
    return EnrolmentFactory(training_class=session.training_class, worker=worker)


@pytest.fixture
def phone(session, person):
    """A browser in which the person has just signed in."""
    browser = Client()
    with at(8, 30):
        scan(browser, code_now(session))
        send(browser, "试满意", "5678")
        yield browser


def rated(enrolment):
    enrolment.refresh_from_db()
    return enrolment.satisfaction


def test_who_signed_in_at_the_last_session_answers_once_and_knows_it_bears_the_name(phone, person):
    assert "打分是实名的" in phone.get(DONE).content.decode()
    assert "满意度已登记" in phone.post(RATE, {"stars": "4"}, follow=True).content.decode()
    phone.post(RATE, {"stars": "1"})
    assert (rated(person), person.version) == (4, 1)
    entry = AuditEntry.objects.get(action="training.rate")
    assert (entry.actor, entry.details["worker"]) == (None, person.worker_id)


def test_nobody_is_asked_before_the_last_session(phone, session, person):
    SessionFactory(
        training_class=session.training_class, on=session.on, starts_at=dt.time(13), ends_at=dt.time(16)
    )
    assert "提交打分" not in phone.get(DONE).content.decode()
    assert phone.post(RATE, {"stars": "4"}).status_code == 410
    assert rated(person) is None


@pytest.mark.parametrize("stars", ["", "0", "6", "x", "4.5"])
def test_what_is_no_answer_is_asked_again(phone, person, stars):
    assert "提交打分" in phone.post(RATE, {"stars": stars}, follow=True).content.decode()
    assert rated(person) is None


def test_a_phone_that_signed_nobody_in_rates_nothing(person):
    assert Client().post(RATE, {"stars": "4"}).status_code == 410
    with pytest.raises(RuleError):
        services.rate_class(enrolment=person, stars=6)


def test_results_entered_from_an_older_page_leave_the_answer_alone(phone, officer, session, person):
    phone.post(RATE, {"stars": "4"})

    def enter(**facts):
        blank = {"score": None, "completed_on": None, "certified_on": None, "satisfaction": None}
        services.record_results(
            training_class=session.training_class,
            results={person.pk: Result(version=str(person.version), facts=blank | facts)},
            by=officer,
        )
        return rated(person)

    assert enter(result="") == 4
    assert enter(result="passed") == 4
    assert enter(result="passed", satisfaction=2) == 2
    assert enter(result="absent") is None


def test_an_average_needs_five_answers_on_the_page_and_in_the_list(client, officer, session):
    training_class = session.training_class
    client.force_login(officer)
    for number, stars in enumerate((5, 5, 4, 4)):
        EnrolmentFactory(training_class=training_class, satisfaction=stars, position=number + 1)
    EnrolmentFactory(
        training_class=training_class, satisfaction=1, state="withdrawn", position=9,
        withdrawn_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    )  # fmt: skip

    def said():
        listing = ClassListing()
        [row] = listing.everything(officer, {})
        columns = {column.key: column for column in listing.columns}
        listed = [columns[name].value(row, listing.names()) for name in ("answers", "satisfaction")]
        return client.get(training_class.get_absolute_url()).content.decode(), listed

    page, listed = said()
    assert "4 人打分，不足 5 人不出平均分" in page
    assert listed == [4, None]
    EnrolmentFactory(training_class=training_class, satisfaction=5, position=5)
    page, listed = said()
    assert "4.6（5 人打分，满分 5）" in page
    assert listed == [5, 4.6]
    assert TrainingClass.objects.count() == 1
