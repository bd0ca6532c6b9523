"""Kind ``attendance``: who came and who did not after all, named by place or number, with undo; counts add up."""

import datetime as dt

import openpyxl
import pytest

from accounts.models import AuditEntry
from exchange import services
from exchange.erasing import erase_people
from exchange.invariants import INVARIANTS
from tests.exchange.sheets import applied, finish, messages_of, saved, upload
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from training.models import Attendance

pytestmark = pytest.mark.django_db
CODE, DAY = "J-2026-001", "2026/3/2"
TITLES = ["班次编号", "顺序", "姓名", "证件号码", "日期", "开始时间", "到课"]
NUMBERS = [citizen_number(sequence=place + 760) for place in range(3)]


@pytest.fixture
def running(union):
    return ClassFactory(union=union, state="running", code=CODE)


@pytest.fixture
def session(running):
    return SessionFactory(training_class=running)


@pytest.fixture
def rows(running, union):
    firm = EmployerFactory(union=union)
    people = [
        WorkerFactory(employer=firm, document=number, name=f"试课{name}")
        for number, name in zip(NUMBERS, "甲乙丙", strict=True)
    ]
    return [
        EnrolmentFactory(training_class=running, worker=person, position=place + 1)
        for place, person in enumerate(people)
    ]


def line(row=None, present="是", code=CODE, place="", name="", number="", day=DAY, at=""):
    if row is not None:
        place, name = place or row.position, name or row.worker.name
    return [code, place, name, number, day, at, present]


def check(by, union, *lines, titles=TITLES, **options):
    book = openpyxl.Workbook()
    for one in (titles, *lines):
        book.active.append(one)
    return upload(by, union, saved(book), kind="attendance", name="考勤.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def there(session):
    return set(session.attendances.values_list("enrolment", "source", "noted_by"))


def test_who_came_is_noted_who_did_not_is_struck_and_an_undo_puts_both_back(officer, union, session, rows):
    one, two, three = rows
    old = Attendance.objects.create(session=session, enrolment=two, source="code")
    Attendance.objects.filter(pk=old.pk).update(noted_at=dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC))
    run = check(
        officer, union, line(one), line(two, "否"), line(three, ""), line(name="试课丙", number=NUMBERS[2])
    )
    assert (run.new, run.changed, run.unchanged, run.failed) == (1, 1, 1, 1)  # the third person twice
    run = check(officer, union, line(one, "√"), line(two, "×"), line(name="试课丙", number=NUMBERS[2]))
    assert (run.new, run.changed, run.unchanged, run.failed) == (2, 1, 0, 0)
    [changed] = run.lines.filter(verdict="changed")
    kind = run.kind_class(by=officer, union=union, today=run.day)
    assert kind.describe(changed.before, changed.values) == [("到课", "是", "否")]
    run = applied(run, officer)
    assert there(session) == {(one.pk, "sheet", officer.pk), (three.pk, "sheet", officer.pk)}
    entry = AuditEntry.objects.get(action="training.attendance")
    assert entry.details == {
        "session": session.pk, "came": [one.worker_id, three.worker_id], "taken_back": [two.worker_id],
        "import": run.pk,
    }  # fmt: skip
    undone(run, officer)
    assert there(session) == {(two.pk, "code", None)}
    assert session.attendances.get().noted_at == dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
    assert [text for title, check in INVARIANTS for text in check()] == []


def test_the_same_file_again_changes_nothing(officer, union, session, rows):
    lines = [line(rows[0]), line(rows[1], "否"), line(rows[2], "")]
    applied(check(officer, union, *lines), officer)
    again = check(officer, union, *lines)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)


def test_what_was_touched_since_stays(officer, union, session, rows):
    one, two, _ = rows
    Attendance.objects.create(session=session, enrolment=two, noted_by=officer)
    run = applied(check(officer, union, line(one), line(two, "否")), officer)
    Attendance.objects.get(enrolment=one).delete()
    Attendance.objects.create(session=session, enrolment=two, source="code")
    run = undone(run, officer)
    assert there(session) == {(two.pk, "code", None)}
    outcomes = sorted(run.lines.values_list("effect__outcome", flat=True))
    assert outcomes == ["impossible", "kept"]


def test_an_undo_leaves_people_alone_who_were_forgotten_meanwhile(officer, union, session, rows):
    run = applied(check(officer, union, line(rows[0]), line(rows[1])), officer)
    erase_people([rows[0].worker_id], [])
    run = undone(run, officer)
    assert there(session) == {(rows[0].pk, "sheet", officer.pk)}
    assert sorted(run.lines.values_list("effect__outcome", flat=True)) == ["impossible", "reverted"]


@pytest.mark.parametrize(("rule", "left"), [("update", 0), ("fill", 1), ("skip", 1)])
def test_the_match_rule_says_whether_somebody_is_struck(officer, union, session, rows, rule, left):
    Attendance.objects.create(session=session, enrolment=rows[0], noted_by=officer)
    run = check(officer, union, line(rows[0], "否"), line(rows[1]), rule=rule)
    assert run.skipped == (rule == "skip")
    applied(run, officer)
    assert session.attendances.filter(enrolment=rows[0]).count() == left
    assert session.attendances.filter(enrolment=rows[1]).exists()


def test_a_day_with_two_sessions_asks_for_the_time(officer, union, running, session, rows):
    second = SessionFactory(training_class=running, starts_at=dt.time(13, 30), ends_at=dt.time(16, 30))
    run = check(officer, union, line(rows[0]), line(rows[1], at="14:00"), line(rows[2], at=dt.time(13, 30)))
    assert [code for _, _, code in messages_of(run)] == ["starts_at.blank", "starts_at.unknown"]
    applied(run, officer, mode="good")
    assert there(second) == {(rows[2].pk, "sheet", officer.pk)}


def test_what_is_wrong_with_a_row_is_said_where_it_is_wrong(
    officer, union, other_union, running, session, rows
):
    EnrolmentFactory(
        training_class=running,
        position=9,
        state="waiting",
        worker=WorkerFactory(name="试候补", employer=rows[0].worker.employer),
    )
    planned = ClassFactory(union=union, code="P-1")
    SessionFactory(training_class=planned)
    EnrolmentFactory(training_class=planned, position=1, worker=rows[0].worker)
    ClassFactory(union=other_union, code="F-1", state="running")
    run = check(
        officer,
        union,
        line(name="试候补", place=9),
        line(rows[1], place=1),
        line(name="试课甲", number=NUMBERS[1]),
        line(name="试课甲"),
        line(rows[0], code="F-1"),
        line(rows[0], code="P-1"),
        line(rows[0], day="2026/3/3"),
        line(rows[0], present="也许"),
    )
    assert run.failed == 8
    said = [(number - 1, column, code) for number, column, code in messages_of(run)]
    assert said == [
        (1, "姓名", "number.unknown_person"),
        (2, "姓名", "name.differs"),
        (3, "姓名", "name.differs"),
        (4, "顺序", "place.nobody"),
        (5, "班次编号", "class_code.unknown"),
        (6, "班次编号", "class_code.not_begun"),
        (7, "日期", "on.no_session"),
        (8, "到课", "present.not_yes_or_no"),
    ]


def test_a_person_named_by_place_and_by_number_is_one(officer, union, session, rows):
    run = check(officer, union, line(rows[0]), line(name="试课甲", number=NUMBERS[0]))
    assert (run.new, run.failed) == (1, 1)
    assert [code for _, _, code in messages_of(run)] == ["name.twice"]


def test_a_session_that_is_gone_when_the_file_is_written_is_told(officer, union, running, session, rows):
    run = check(officer, union, line(rows[0]))
    session.delete()
    applied(run, officer, mode="good")
    assert Attendance.objects.count() == 0


def test_three_hundred_rows_take_as_many_queries_as_three(
    officer, union, running, session, rows, django_assert_max_num_queries
):
    firm = rows[0].worker.employer
    for place in range(4, 31):
        EnrolmentFactory(training_class=running, worker=WorkerFactory(employer=firm), position=place)
    lines = [line(row) for row in running.enrolments.select_related("worker")]
    run = check(officer, union, *lines)
    with django_assert_max_num_queries(60):
        applied(run, officer)
    assert session.attendances.count() == 30
