"""What is done for many in one go asks the database as often for three as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from competitions.services.entering import enter
from tests.factories.classes import ClassFactory
from tests.factories.contests import EventFactory
from tests.factories.subsidies import RateFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.services import enrolments, subsidies, verify_certificates


@pytest.fixture
def people(union):
    return WorkerFactory.create_batch(4, employer=EmployerFactory(union=union))


def counted(service, user, **work):
    """What the service gives, and how many statements it takes for a user whose posts nobody has read yet."""
    by = User.objects.get(pk=user.pk)
    with CaptureQueriesContext(connection) as asked:
        result = service(**work, by=by)
    return result, len(asked)


def keys(rows):
    return [row.pk for row in rows]


def test_enrolling_in_a_class(officer, union, people):
    one, three = (
        counted(enrolments.enrol, officer, training_class=ClassFactory(union=union), workers=keys(some))[1]
        for some in (people[:1], people[1:])
    )
    assert one == three


def test_entering_an_event(officer, union, people):
    one, three = (
        counted(
            enter,
            officer,
            event=EventFactory(contest__union=union, contest__state="open"),
            workers=keys(some),
        )[1]
        for some in (people[:1], people[1:])
    )
    assert one == three


def test_claiming_approving_and_paying_subsidies(officer, clerk, people):
    RateFactory()
    payment = {"paid_on": timezone.localdate(), "voucher": "2026年第1批"}

    def walk(certificates):
        made, claimed = counted(subsidies.claim_subsidies, officer, certificates=keys(certificates))
        _, approved = counted(subsidies.approve_claims, clerk, claims=dict.fromkeys(keys(made), "1"))
        _, paid = counted(subsidies.pay_claims, clerk, claims=dict.fromkeys(keys(made), "2"), **payment)
        return claimed, approved, paid

    rows = [CertificateFactory(worker=person) for person in people]
    assert walk(rows[:1]) == walk(rows[1:])


def test_verifying_certificates(clerk, people):
    rows = [CertificateFactory(worker=person, state="entered") for person in people]
    one, three = (
        counted(verify_certificates, clerk, certificates=dict.fromkeys(keys(some), "1"))[1]
        for some in (rows[:1], rows[1:])
    )
    assert one == three
