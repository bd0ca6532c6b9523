"""How the indicators of training read on their pages: people and attendances told apart, lines that open."""

import datetime as dt

import pytest
from django.urls import reverse

from core.reporting import Period, describe, indicators
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Attendance

MARCH = Period.parse("2026-03")
DAY = dt.date(2026, 3, 20)


@pytest.fixture
def twice_trained(union, officer):
    """One person with two completed classes, certified by the first after the period, and six hours there."""
    worker = WorkerFactory(employer=EmployerFactory(union=union, employees=30))
    first, second = (
        ClassFactory(union=union, level=level, title=f"试{level or '无'}班") for level in ("L3", "")
    )
    facts = {"worker": worker, "result": "passed", "completed_on": DAY}
    row = EnrolmentFactory(training_class=first, certified_on=dt.date(2026, 4, 2), **facts)
    EnrolmentFactory(training_class=second, **facts)
    session = SessionFactory(training_class=first, hours=5.5)
    Attendance.objects.create(session=session, enrolment=row, noted_by=officer)
    return worker


def measured(code, period=MARCH):
    figure = indicators()[code].measure(None, period)
    return figure.numerator, figure.denominator


def test_attendances_and_people_are_two_figures(twice_trained):
    assert (measured("C5"), measured("C5P")) == ((2, None), (1, None))
    assert measured("C4") == (1, 1)
    assert measured("C5H") == (6, None)
    assert measured("C6") == (0, 1)  # the certificate came in April
    assert measured("C6", Period.parse("2026")) == (1, 1)
    assert measured("C5", Period.parse("2026-04")) == (0, None)


def test_the_records_behind_a_figure_name_the_class_and_open_it_for_those_who_may(
    twice_trained, officer, other_officer, django_assert_num_queries
):
    rows = indicators()["C5H"].records("numerator", None, MARCH)
    [line] = describe("training.enrolment", rows, officer)
    assert (line.text, line.detail) == (twice_trained.name, "试L3班，2026-03-20结业，6 学时")
    assert line.url.startswith("/training/classes/")
    assert [row.url for row in describe("training.enrolment", rows, other_officer)] == [""]
    many = indicators()["C5"].records("numerator", None, MARCH)
    with django_assert_num_queries(3):  # the rows, the unions in reach, and which of the classes open
        describe("training.enrolment", many, officer)


def test_the_drill_down_page_lists_the_attendances(client, officer, twice_trained):
    client.force_login(officer)
    page = client.get(reverse("reports:indicator_records", args=["C5", "numerator"]), {"period": "2026-03"})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count(twice_trained.name) == 2
