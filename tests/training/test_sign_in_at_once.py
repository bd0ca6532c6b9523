"""The same person signs in many times at the same moment: real threads, real connections."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from tests.at_once import at_once
from tests.factories.classes import EnrolmentFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.signing import at, morning
from training import services
from training.models import Attendance, Session

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 10


@pytest.fixture
def session(union):
    return morning(union)


@pytest.fixture
def rows(session, union):
    firm = EmployerFactory(union=union)
    people = [WorkerFactory(employer=firm, name=f"试到{chr(0x4E00 + n)}") for n in range(PEOPLE)]
    return [EnrolmentFactory(training_class=session.training_class, worker=worker) for worker in people]


def test_each_has_one_attendance_however_often_and_whoever_else_ticks(officer, session, rows):
    def scanned(row):
        return lambda: services.sign_in(
            session=Session.objects.select_related("training_class").get(pk=session.pk),
            name=row.worker.name,
            tail=row.worker.phone_tail,
        )

    def ticked(row):
        return lambda: services.note_attendance(
            session=Session.objects.get(pk=session.pk),
            came={row.pk},
            missed=set(),
            by=User.objects.get(pk=officer.pk),
        )

    with at(9):
        attempts = [scanned(row) for row in rows for _ in range(3)] + [ticked(row) for row in rows]
        done, refused = at_once(attempts)
        assert timezone.localtime().hour == 9
    assert (len(done), refused) == (len(attempts), [])
    assert sorted(Attendance.objects.values_list("enrolment", flat=True)) == sorted(row.pk for row in rows)
    entries = AuditEntry.objects.filter(action="training.sign_in").count()
    assert entries == Attendance.objects.filter(source="code").count()
