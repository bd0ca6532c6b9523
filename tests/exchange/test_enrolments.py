"""Kind ``enrolments``: people enter classes with their results, results change, and an undo puts them back."""

import datetime as dt
import itertools

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from exchange import services
from tests.exchange.sheets import applied, finish, messages_of, saved, upload
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from training.invariants.classes import INVARIANTS
from training.models import Attendance, Enrolment
from workers.models import IdentityDocument, Worker
from workers.rules import identity_index

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 20)
TITLES = ["姓名", "证件号码", "班次编号", "结论", "考核成绩", "结业日期", "取证日期", "满意度"]
NUMBERS = [citizen_number(sequence=place + 700) for place in range(3)]
FACTS = ("result", "score", "completed_on", "certified_on", "satisfaction")


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return [
        WorkerFactory(employer=firm, document=number, name=f"试训{name}")
        for number, name in zip(NUMBERS, "甲乙丙", strict=True)
    ]


@pytest.fixture
def running(union):
    return ClassFactory(union=union, state="running", code="J-2026-001", capacity=3)


def row(person, place=0, code="J-2026-001", result="", score="", done="", certified="", liked=""):
    return [
        person if isinstance(person, str) else person.name,
        NUMBERS[place],
        code,
        result,
        score,
        done,
        certified,
        liked,
    ]


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for line in (TITLES, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind="enrolments", name="结论.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def stored(training_class):
    rows = training_class.enrolments.standing().order_by("position")
    return list(rows.values_list("worker__name", "state", *FACTS))


def test_people_are_enrolled_with_results_and_an_undo_takes_them_out(officer, union, running, people):
    run = check(
        officer, union,
        row(people[0], 0, result="合格", score="88.5", certified="2026/4/1", liked="5"),
        row(people[1], 1, result="缺考"),
        row(people[2], 2),
    )  # fmt: skip
    assert (run.new, run.failed) == (3, 0)
    applied(run, officer)
    assert stored(running) == [
        ("试训甲", "enrolled", "passed", 88.5, DAY, dt.date(2026, 4, 1), 5),
        ("试训乙", "enrolled", "absent", None, None, None, None),
        ("试训丙", "enrolled", "", None, None, None, None),
    ]
    assert list(running.enrolments.order_by().values_list("union", "enrolled_by").distinct()) == [
        (union.pk, officer.pk)
    ]
    undone(run, officer)
    assert not Enrolment.objects.exists()


def test_results_of_known_people_change_are_told_and_taken_back(officer, union, running, people):
    known = EnrolmentFactory(
        training_class=running, worker=people[0], result="failed", completed_on=DAY, score=50
    )
    run = check(officer, union, row(people[0], result="合格", score="75"))
    line = run.lines.get()
    kind = run.kind_class(by=officer, union=union, today=run.day)
    assert kind.describe(line.before, line.values) == [
        ("结论", "不合格", "合格"),
        ("考核成绩", "50.0", "75.0"),
    ]
    applied(run, officer)
    assert stored(running) == [("试训甲", "enrolled", "passed", 75, DAY, None, None)]
    entry = AuditEntry.objects.get(action="workers.import")
    assert (entry.object_id, entry.details["changes"]["result"]) == (known.pk, ["failed", "passed"])
    again = check(officer, union, row(people[0], result="通过", score="75分"))
    assert again.unchanged == 1
    undone(run, officer)
    assert stored(running) == [("试训甲", "enrolled", "failed", 50, DAY, None, None)]
    back = AuditEntry.objects.get(action="workers.import_undo")
    assert back.details["changes"]["result"] == ["passed", "failed"]


def test_who_was_absent_after_all_loses_the_marks(officer, union, running, people):
    EnrolmentFactory(training_class=running, worker=people[0], result="passed", completed_on=DAY, score=90)
    applied(check(officer, union, row(people[0], result="未参加")), officer)
    assert stored(running) == [("试训甲", "enrolled", "absent", None, None, None, None)]


def test_what_was_touched_since_stays(officer, union, running, people):
    run = applied(check(officer, union, row(people[0], result="合格"), row(people[1], 1)), officer)
    Enrolment.objects.filter(worker=people[0]).update(score=99, version=2)
    second = Enrolment.objects.get(worker=people[1])
    session = SessionFactory(training_class=running)
    Attendance.objects.create(session=session, enrolment=second, noted_by=officer)
    undone(run, officer)
    assert len(stored(running)) == 2


@pytest.mark.parametrize(("rule", "expected"), [("update", "failed"), ("fill", "passed"), ("skip", "passed")])
def test_the_match_rule_says_what_becomes_of_known_people(officer, union, running, people, rule, expected):
    EnrolmentFactory(training_class=running, worker=people[0], result="passed", completed_on=DAY)
    run = check(officer, union, row(people[0], result="不合格", liked="4"), rule=rule)
    if rule != "skip":
        applied(run, officer)
    assert running.enrolments.get().result == expected
    assert running.enrolments.get().satisfaction == (None if rule == "skip" else 4)


def test_rows_that_cannot_be_are_refused_at_their_cell(officer, clerk, union, other_union, running, people):
    ClassFactory(union=union, code="J-PLAN", state="planned")
    ClassFactory(union=union, code="J-OPEN", state="open")
    foreign = ClassFactory(union=other_union, code="Y-2026-001", state="running")
    run = check(
        officer, union,
        row(people[0], 0, result="夺冠"),
        row(people[1], 1, score="101"),
        row(people[2], 2, code=foreign.code),
        row("试别名", 0, code="J-PLAN"),
        row(people[0], 0, code="J-PLAN"),
        row(people[1], 1, code="J-OPEN", result="合格"),
        row(people[2], 2, result="未参加", score="60"),
    )  # fmt: skip
    faults = {(number - 1, code) for number, _, code in messages_of(run)}
    assert faults == {
        (1, "result.unknown_result"), (2, "score.not_a_score"), (3, "class_code.unknown"), (4, "duplicate"),
        (5, "duplicate"), (6, "class_code.not_begun"), (7, "score.rule"),
    }  # fmt: skip


def test_a_name_that_differs_and_a_class_not_opened_are_refused(officer, union, running, people):
    ClassFactory(union=union, code="J-PLAN", state="planned")
    run = check(officer, union, row("试别名", 0), row(people[1], 1, code="J-PLAN"))
    assert messages_of(run) == [(2, "姓名", "name.differs"), (3, "班次编号", "class_code.closed")]


def test_places_go_to_the_first_rows_and_the_rest_is_told(officer, union, running, people):
    running.capacity = 2
    running.save()
    run = check(officer, union, *(row(person, place) for place, person in enumerate(people)))
    assert (run.new, run.failed) == (2, 1)
    assert messages_of(run) == [(4, "班次编号", "class_code.full")]
    assert "名额 2 人已满" in run.lines.get(verdict="problem").problems[0]["message"]


def test_people_out_of_reach_are_unknown(officer, union, other_union, running):
    WorkerFactory(employer=EmployerFactory(union=other_union), document=NUMBERS[0], name="试外人")
    run = check(officer, union, row("试外人"))
    assert messages_of(run) == [(2, "证件号码", "number.unknown_person")]
    assert not run.lines.filter(verdict="conflict").exists()


def test_who_waits_gets_no_result(officer, union, running, people):
    EnrolmentFactory(training_class=running, worker=people[0], state=Enrolment.State.WAITING)
    run = check(officer, union, row(people[0], result="合格"))
    assert messages_of(run) == [(2, "结论", "result.waits")]


ROWS = 5_000
MARKS = "甲乙丙丁戊己庚辛壬癸"


def crowd(union) -> list[tuple[str, str]]:
    """(name, number) of ROWS people of the union."""
    made = (citizen_number(birth=dt.date(1980, 1, 1) + dt.timedelta(days=place)) for place in range(2 * ROWS))
    exact = (number for number in made if not number.endswith("000"))  # those look like a lost end
    numbers = list(itertools.islice(exact, ROWS))
    people = Worker.objects.bulk_create(
        Worker(
            name=f"试{MARKS[place % 10]}{MARKS[place // 10 % 10]}",
            union=union,
            sex="1",
            birth_date=dt.date(1980, 1, 1),
        )
        for place in range(ROWS)
    )
    IdentityDocument.objects.bulk_create(
        IdentityDocument(
            worker=person, doc_type="111", number=number, number_tail=number[-4:],
            number_index=identity_index("111", number),
        )
        for person, number in zip(people, numbers, strict=True)
    )  # fmt: skip
    return [(person.name, number) for person, number in zip(people, numbers, strict=True)]


def test_five_thousand_results_go_through_the_desk(officer, union):
    running = ClassFactory(union=union, state="running", code="J-2026-001")
    people = crowd(union)
    lines = [[name, number, "J-2026-001", "合格", "80", "", "", "5"] for name, number in people]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in (TITLES, *lines):
        sheet.append(line)
    with CaptureQueriesContext(connection) as queries:
        run = upload(officer, union, saved(book), kind="enrolments", name="五千人.xlsx")
        assert messages_of(run) == []
        assert (run.new, run.failed) == (ROWS, 0)
        applied(run, officer)
    assert running.enrolments.completed().count() == ROWS
    assert [text for _, check_rule in INVARIANTS for text in check_rule()] == []
    assert len(queries) < 200  # in sets: one query a row would be 5,000
    undone(run, officer)
    assert not Enrolment.objects.exists()
