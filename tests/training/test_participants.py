"""The list of people in classes: who is on it for whom, its filters, and its file."""

import datetime as dt

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.pages import paginate
from tests.exchange.exports import rows_in_file
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.listings.enrolments import EnrolmentListing
from training.models import Attendance, Enrolment

LIST = reverse("training:enrolment_list")


@pytest.fixture
def running(union):
    return ClassFactory(union=union, state="running", code="J-1", title="电工班")


@pytest.fixture
def rows(running, union, officer):
    firm = EmployerFactory(union=union)
    session = SessionFactory(training_class=running)
    found = [
        EnrolmentFactory(
            training_class=running,
            worker=WorkerFactory(employer=firm, name=f"试参{name}"),
            position=place + 1,
        )
        for place, name in enumerate("甲乙丙")
    ]
    Attendance.objects.create(session=session, enrolment=found[0], noted_by=officer)
    Enrolment.objects.filter(pk=found[0].pk).update(
        result="passed", score=91.5, completed_on=dt.date(2026, 3, 20), satisfaction=5
    )
    return found


def listed(client, **query):
    return [row.worker.name for row in client.get(LIST, query).context["page"]]


def test_the_list_filters_by_class_state_and_result(client, officer, running, rows, union):
    other = ClassFactory(union=union, code="J-2", title="钳工班", starts_on=dt.date(2026, 1, 5))
    EnrolmentFactory(training_class=other, worker=rows[0].worker, state="waiting")
    client.force_login(officer)
    assert listed(client) == ["试参甲", "试参乙", "试参丙", "试参甲"]
    assert listed(client, training_class="J-1") == ["试参甲", "试参乙", "试参丙"]
    assert listed(client, training_class="钳工", state="waiting") == ["试参甲"]
    assert listed(client, training_class="J-1", result="passed") == ["试参甲"]
    assert listed(client, training_class="J-1", result="none") == ["试参乙", "试参丙"]
    assert listed(client, training_class="J-3") == []
    answer = client.post(LIST, {"q": "试参乙", "training_class": "J-1"})
    assert "试参乙" not in answer["Location"]
    assert [row.worker.name for row in client.get(answer["Location"]).context["page"]] == ["试参乙"]


def test_a_union_below_sees_its_own_people_and_a_stranger_nobody(
    client, town, officer, other_officer, union, other_union
):
    above = ClassFactory(union=town, is_open_below=True)
    for place, name in ((union, "试参己"), (other_union, "试参庚")):
        worker = WorkerFactory(employer=EmployerFactory(union=place), name=name)
        EnrolmentFactory(training_class=above, worker=worker)
    for user, name in ((officer, "试参己"), (other_officer, "试参庚")):
        client.force_login(user)
        assert listed(client) == [name]


def test_the_file_of_a_class_holds_hours_and_results(officer, running, rows):
    columns = ["name", "position", "code", "hours", "result", "score", "satisfaction"]
    found = rows_in_file(officer, "enrolments", "training_class=J-1", columns)
    assert [line[:3] for line in found] == [
        ["试参甲", 1, "J-1"], ["试参乙", 2, "J-1"], ["试参丙", 3, "J-1"],
    ]  # fmt: skip
    assert found[0][3:7] == [4, "合格", 91.5, 5]


def test_the_number_of_queries_does_not_grow_with_the_rows(client, officer, running):
    client.force_login(officer)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(LIST).status_code == 200
        return len(seen)

    EnrolmentFactory(training_class=running)
    asked()
    first = asked()
    EnrolmentFactory(training_class=running)
    EnrolmentFactory(training_class=running)
    assert asked() == first


def test_a_page_looks_up_its_own_people_and_does_not_read_the_roll_first(running, clerk, rf):
    people = WorkerFactory.create_batch(30, employer=EmployerFactory(union=running.union))
    for place, worker in enumerate(people):
        EnrolmentFactory(training_class=running, worker=worker, position=place + 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workers_worker, training_enrolment, training_trainingclass")
    page = paginate(rf.get(LIST), EnrolmentListing().filtered(clerk, QueryDict()), 20)
    plan = page.queryset[:21].explain(verbose=True)
    assert "hashed SubPlan" not in plan, plan
    assert {row.opens for row in page} <= {worker.pk for worker in people}
