"""Enrolling, waiting, withdrawing, and results."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.classes import ClassFactory, EnrolmentFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training import services
from training.holdings import records_of
from training.models import Enrolment
from training.queries.classes import turnout_of
from training.services.results import Result
from workers.models import Worker
from workers.services import merge_workers

DAY = dt.date(2026, 3, 20)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    return WorkerFactory.create_batch(4, employer=firm)


@pytest.fixture
def small(union):
    return ClassFactory(union=union, capacity=2)


def keys(people):
    return [person.pk for person in people]


def standing(training_class):
    return list(training_class.enrolments.order_by("position").values_list("worker", "state", "position"))


def test_places_are_given_in_order_and_the_others_wait(officer, small, people):
    done = services.enrol(training_class=small, workers=keys(people), by=officer)
    assert (len(done.enrolled), len(done.waiting)) == (2, 2)
    first, second, third, fourth = keys(people)
    assert standing(small) == [
        (first, "enrolled", 1), (second, "enrolled", 2), (third, "waiting", 3), (fourth, "waiting", 4),
    ]  # fmt: skip
    row = small.enrolments.get(worker=first)
    assert (row.union, row.enrolled_by) == (people[0].union, officer)
    details = AuditEntry.objects.get(action="training.enrol").details
    assert (details["enrolled"], details["waiting"]) == ([first, second], [third, fourth])


def test_a_place_that_becomes_free_goes_to_the_first_who_waits(officer, small, people):
    services.enrol(training_class=small, workers=keys(people), by=officer)
    first, second, third, fourth = keys(people)
    services.withdraw(enrolment=small.enrolments.get(worker=third), by=officer)
    services.withdraw(enrolment=small.enrolments.get(worker=first), by=officer)
    states = {worker: state for worker, state, _ in standing(small)}
    assert states == {first: "withdrawn", second: "enrolled", third: "withdrawn", fourth: "enrolled"}
    assert small.enrolments.get(worker=fourth).promoted_at
    assert AuditEntry.objects.filter(action="training.withdraw").first().details["promoted"] == [fourth]
    again = services.enrol(training_class=small, workers=[first], by=officer)
    assert [row.position for row in again.waiting] == [5]
    with pytest.raises(RuleError, match="此人已经退出"):
        services.withdraw(enrolment=small.enrolments.filter(worker=first).order_by("pk").first(), by=officer)


def test_who_is_enrolled_already_is_refused_with_everybody_else(officer, small, people):
    services.enrol(training_class=small, workers=keys(people[:1]), by=officer)
    with pytest.raises(RuleError, match=f"{people[0].name}已报名这个班次"):
        services.enrol(training_class=small, workers=keys(people), by=officer)
    assert small.enrolments.count() == 1


def test_people_out_of_reach_or_outside_the_organiser_are_refused(officer, clerk, small, other_union):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    with pytest.raises(RuleError, match="有 1 人不在您的管理范围内"):
        services.enrol(training_class=small, workers=[stranger.pk], by=officer)
    with pytest.raises(RuleError, match=f"{stranger.name}不在主办工会范围内"):
        services.enrol(training_class=small, workers=[stranger.pk], by=clerk)
    with pytest.raises(RuleError, match="请勾选"):
        services.enrol(training_class=small, workers=[], by=clerk)


def test_people_who_left_or_were_anonymised_are_not_enrolled(officer, small, people):
    Worker.objects.filter(pk=people[0].pk).update(standing="left", member_since=None, employer=None)
    with pytest.raises(RuleError, match="已离会"):
        services.enrol(training_class=small, workers=keys(people[:1]), by=officer)
    Worker.objects.filter(pk=people[1].pk).update(anonymised_on=DAY)
    with pytest.raises(RuleError, match="有 1 人不在"):
        services.enrol(training_class=small, workers=keys(people[1:2]), by=officer)


@pytest.mark.parametrize("state", ["planned", "finished"])
def test_a_class_that_takes_nobody_says_so(officer, union, people, state):
    closed = ClassFactory(union=union, state=state)
    with pytest.raises(RuleError, match="不接受报名"):
        services.enrol(training_class=closed, workers=keys(people), by=officer)


def test_unions_below_enrol_in_an_open_class_until_it_begins(town, officer, clerk, people):
    offered = ClassFactory(union=town, is_open_below=True)
    services.enrol(training_class=offered, workers=keys(people[:1]), by=officer)
    services.start_class(training_class=offered, by=clerk)
    with pytest.raises(RuleError, match="请联系主办工会补报"):
        services.enrol(training_class=offered, workers=keys(people[1:2]), by=officer)
    services.enrol(training_class=offered, workers=keys(people[1:2]), by=clerk)
    closed = ClassFactory(union=town)
    with pytest.raises(PermissionDenied):
        services.enrol(training_class=closed, workers=keys(people), by=officer)


def test_below_one_sees_and_withdraws_ones_own_people_only(town, officer, other_officer, people, other_union):
    offered = ClassFactory(union=town, is_open_below=True)
    services.enrol(training_class=offered, workers=keys(people[:1]), by=officer)
    row = offered.enrolments.get()
    assert not Enrolment.objects.visible_to(other_officer).exists()
    with pytest.raises(PermissionDenied):
        services.withdraw(enrolment=row, by=other_officer)
    services.withdraw(enrolment=row, by=officer)


def result(**facts):
    return Result("1", facts)


@pytest.fixture
def running(union, people):
    found = ClassFactory(union=union, state="running", starts_on=dt.date(2026, 3, 2), ends_on=DAY)
    for number, person in enumerate(people):
        EnrolmentFactory(training_class=found, worker=person, position=number + 1)
    return found


def test_results_are_recorded_and_counted_as_attendances_and_people(officer, running, people):
    one, two, three, _ = running.enrolments.order_by("position")
    services.record_results(
        training_class=running,
        by=officer,
        results={
            one.pk: result(
                result="passed", score=Decimal(88), certified_on=dt.date(2026, 4, 1), satisfaction=5
            ),
            two.pk: result(result="failed", completed_on=dt.date(2026, 3, 19)),
            three.pk: result(result="absent"),
        },
    )
    one.refresh_from_db()
    assert (one.completed_on, one.score, one.version) == (DAY, Decimal(88), 2)  # the last day of the class
    second = ClassFactory(union=running.union, state="running")
    EnrolmentFactory(training_class=second, worker=people[0], result="passed", completed_on=DAY)
    turnout = turnout_of(Enrolment.objects.all())
    assert (turnout.attendances, turnout.people, turnout.passed, turnout.certified) == (3, 2, 2, 1)
    assert AuditEntry.objects.get(action="training.results").details["results"][0] == {
        "worker": one.worker_id, "before": "", "after": "passed",
    }  # fmt: skip


TOMORROW = timezone.localdate() + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"result": "absent", "completed_on": DAY}, "没有结论或未参加的，不填写结业日期"),
        ({"result": "failed", "certified_on": DAY}, "结论为合格的才能填写取证日期"),
        (
            {"result": "passed", "completed_on": dt.date(2026, 3, 1)},
            "结业日期不能早于培训开始日期 2026-03-02",
        ),
        ({"result": "passed", "completed_on": TOMORROW}, f"结业日期不能晚于今天，现填 {TOMORROW}"),
        ({"result": "absent", "score": Decimal(0)}, "没有结论或未参加的，不填写考核成绩"),
        ({"result": "passed", "score": Decimal(101)}, "考核成绩为 0 至 100"),
        ({"result": "passed", "satisfaction": 6}, "满意度为 1 至 5"),
        ({"result": "absent", "satisfaction": 5}, "未参加的，不填写满意度"),
    ],
)
def test_a_result_that_cannot_be_is_refused_and_nothing_is_written(officer, running, facts, fault):
    good, bad = running.enrolments.order_by("position")[:2]
    with pytest.raises(RuleError) as caught:
        services.record_results(
            training_class=running,
            results={good.pk: result(result="passed"), bad.pk: result(**facts)},
            by=officer,
        )
    assert caught.value.message_dict == {str(bad.pk): [fault]}
    assert not running.enrolments.exclude(result="").exists()


def test_a_line_somebody_else_changed_meanwhile_is_refused(officer, running):
    row = running.enrolments.order_by("position").first()
    services.record_results(training_class=running, results={row.pk: result(result="passed")}, by=officer)
    with pytest.raises(RuleError, match="已被其他人修改"):
        services.record_results(training_class=running, results={row.pk: result(result="failed")}, by=officer)
    unchanged = services.record_results(
        training_class=running, results={row.pk: result(result="passed")}, by=officer
    )
    assert unchanged == []


def test_results_wait_for_the_class_to_begin_and_belong_to_its_keepers(
    officer, other_officer, union, running
):
    planned = ClassFactory(union=union)
    with pytest.raises(RuleError, match="开课之后再登记"):
        services.record_results(training_class=planned, results={}, by=officer)
    with pytest.raises(PermissionDenied):
        services.record_results(training_class=running, results={}, by=other_officer)


def test_who_has_a_result_does_not_withdraw(officer, running):
    row = running.enrolments.first()
    services.record_results(training_class=running, results={row.pk: result(result="passed")}, by=officer)
    with pytest.raises(RuleError, match="已有结论"):
        services.withdraw(enrolment=row, by=officer)


def test_a_merge_takes_enrolments_along_and_leaves_one_row_per_class(clerk, union, firm):
    kept, absorbed = WorkerFactory.create_batch(2, employer=firm)
    full = ClassFactory(union=union, capacity=1)
    services.enrol(training_class=full, workers=[kept.pk, absorbed.pk], by=clerk)
    running = ClassFactory(union=union, state="running")
    EnrolmentFactory(training_class=running, worker=kept)
    done = EnrolmentFactory(training_class=running, worker=absorbed, result="passed", completed_on=DAY)
    alone = EnrolmentFactory(training_class=ClassFactory(union=union), worker=absorbed)
    merge_workers(kept=kept, absorbed=absorbed, facts={}, note="同一人登记了两次", by=clerk)
    rows = Enrolment.objects.standing().filter(worker=kept)
    assert set(rows.values_list("training_class", "state")) == {
        (full.pk, "enrolled"), (running.pk, "enrolled"), (alone.training_class_id, "enrolled"),
    }  # fmt: skip
    assert rows.get(training_class=running).pk == done.pk
    assert not Enrolment.objects.filter(worker=absorbed).exists()


def test_the_copy_for_a_person_names_the_classes(officer, running, people):
    sheets = {title: rows for title, _, rows in records_of(people[0], by=officer, full_numbers=False)}
    assert [row[0] for row in sheets["培训"]] == [running.title]
