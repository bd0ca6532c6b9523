"""Attendance: ticked per session, summed up in hours per person."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from core.reporting import Period, PeriodKind
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training import services
from training.invariants.classes import INVARIANTS
from training.models import Attendance, Enrolment
from training.reporting.classes import hours_attended
from workers.services import merge_workers


@pytest.fixture
def running(union):
    return ClassFactory(union=union, state="running")


@pytest.fixture
def session(running):
    return SessionFactory(training_class=running)


@pytest.fixture
def rows(running, union):
    firm = EmployerFactory(union=union)
    return [EnrolmentFactory(training_class=running, worker=WorkerFactory(employer=firm)) for _ in range(3)]


def note(session, by, came=(), missed=()):
    return services.note_attendance(
        session=session, came={row.pk for row in came}, missed={row.pk for row in missed}, by=by
    )


def there(session):
    return set(session.attendances.values_list("enrolment", flat=True))


def test_who_came_is_noted_once_and_taken_back(officer, session, rows):
    one, two, three = rows
    assert note(session, officer, came=[one, two]) == (2, 0)
    assert note(session, officer, came=[one, three], missed=[two]) == (1, 1)
    assert there(session) == {one.pk, three.pk}
    assert note(session, officer, came=[one]) == (0, 0)
    entries = AuditEntry.objects.filter(action="training.attendance").order_by("pk")
    assert [(entry.details["came"], entry.details["taken_back"]) for entry in entries] == [
        ([one.worker_id, two.worker_id], []),
        ([three.worker_id], [two.worker_id]),
    ]


def test_two_people_ticking_at_once_do_not_undo_each_other(client, officer, session, rows):
    one, two, three = rows
    client.force_login(officer)
    url = reverse("training:attendance_edit", args=[session.pk])
    client.post(url, {"was": "", "present": [one.pk]})
    client.post(
        url, {"was": "", "present": [two.pk]}
    )  # from a page that was loaded before the first was saved
    assert there(session) == {one.pk, two.pk}
    client.post(url, {"was": f"{one.pk},{two.pk}", "present": [two.pk, three.pk]})
    assert there(session) == {two.pk, three.pk}


def test_only_people_with_a_place_in_the_class_are_noted(officer, running, session, rows):
    waiting = EnrolmentFactory(training_class=running, state=Enrolment.State.WAITING)
    elsewhere = EnrolmentFactory(training_class=ClassFactory(union=running.union))
    assert note(session, officer, came=[waiting, elsewhere]) == (0, 0)
    assert there(session) == set()


def test_hours_of_a_person_follow_from_the_sessions(officer, running, session, rows):
    second = SessionFactory(training_class=running, on=dt.date(2026, 3, 3), hours=2.5)
    note(session, officer, came=rows[:2])
    note(second, officer, came=rows[:1])
    hours = dict(running.enrolments.with_hours().values_list("pk", "attended_hours"))
    assert hours == {rows[0].pk: 6.5, rows[1].pk: 4, rows[2].pk: None}
    counts = dict(running.sessions.with_attendance().values_list("pk", "attended"))
    assert counts == {session.pk: 2, second.pk: 1}


def test_attendance_of_another_class_is_found_by_the_invariants(officer, union, session, rows):
    note(session, officer, came=rows[:1])
    assert [text for _, check in INVARIANTS for text in check()] == []
    stray = EnrolmentFactory(training_class=ClassFactory(union=union))
    made = Attendance.objects.create(session=session, enrolment=stray, noted_by=officer)
    assert [text for _, check in INVARIANTS for text in check()] == [
        f"Attendance {made.pk}: of another class"
    ]


def test_a_session_to_come_and_a_class_not_begun_wait(officer, union, running, rows):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    coming = SessionFactory(training_class=running, on=tomorrow)
    with pytest.raises(RuleError, match="还没有上"):
        note(coming, officer, came=rows)
    planned = SessionFactory(training_class=ClassFactory(union=union))
    with pytest.raises(RuleError, match="开课之后再登记考勤"):
        note(planned, officer)


def test_a_session_with_attendance_is_not_deleted(officer, session, rows):
    note(session, officer, came=rows[:1])
    with pytest.raises(RuleError, match="已登记 1 人的考勤"):
        services.remove_session(session=session, by=officer)
    note(session, officer, missed=rows[:1])
    services.remove_session(session=session, by=officer)


def test_a_stranger_notes_nothing_and_finds_no_page(client, other_officer, group_member, session, rows):
    with pytest.raises(PermissionDenied):
        note(session, other_officer, came=rows)
    url = reverse("training:attendance_edit", args=[session.pk])
    for user, status in ((other_officer, 404), (group_member, 403)):
        client.force_login(user)
        assert (client.get(url).status_code, client.post(url).status_code) == (status, status)


def test_a_merge_takes_attendance_along(clerk, running, session, rows):
    second = SessionFactory(training_class=running, on=dt.date(2026, 3, 3))
    note(session, clerk, came=rows[:2])
    note(second, clerk, came=rows[1:2])
    kept, absorbed = rows[0].worker, rows[1].worker
    merge_workers(kept=kept, absorbed=absorbed, facts={}, note="同一人登记了两次", by=clerk)
    row = Enrolment.objects.standing().get(worker=kept)
    assert set(row.attendances.values_list("session", flat=True)) == {session.pk, second.pk}
    march = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31), PeriodKind.MONTHLY)
    counted = hours_attended(None, march).aggregate(sum=Sum("hours"))["sum"]
    assert counted == session.hours + second.hours  # one person was at each of them once


def test_the_page_says_who_came_and_a_nonsense_post_changes_nothing(client, officer, session, rows):
    client.force_login(officer)
    url = reverse("training:attendance_edit", args=[session.pk])
    page = client.post(url, {"present": [rows[0].pk, "x", "9" * 30, "²"]}, follow=True)
    assert "已保存，到课 1 人（新登记 1 人，取消 0 人）" in page.content.decode()
    assert client.get(url).content.decode().count(" checked") == 1
    page = client.get(session.training_class.get_absolute_url()).content.decode()
    assert 'data-label="出勤学时" class="num">4.0<' in page
    assert Attendance.objects.count() == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(client, officer, union, running, session):
    client.force_login(officer)
    url = reverse("training:attendance_edit", args=[session.pk])

    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    def add():
        row = EnrolmentFactory(training_class=running)
        Attendance.objects.create(session=session, enrolment=row, noted_by=officer)

    add()
    asked()
    first = asked()
    add()
    add()
    assert asked() == first
