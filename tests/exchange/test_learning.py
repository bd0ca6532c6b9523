"""Kind ``learning``: the platform's result sheet enters and corrects what people completed, and is taken back."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from exchange import services
from tests.exchange.sheets import applied, finish, member, messages_of, saved, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import OutsideLearning

pytestmark = pytest.mark.django_db
NUMBER, OTHER = member(1)[7], member(2)[7]
PHONE = "16012349876"
TITLES = [
    "姓名",
    "证件号码",
    "移动电话",
    "课程名称",
    "获得学时",
    "完成时间",
    "学习状态",
    "考试成绩",
    "是否绑定",
]
PLACES = {
    "name": 0,
    "number": 1,
    "phone": 2,
    "title": 3,
    "hours": 4,
    "on": 5,
    "result": 6,
    "score": 7,
    "bound": 8,
}


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, document=NUMBER, phone_number=PHONE)


def row(worker, **facts) -> list:
    cells = [worker.name, NUMBER, "", "安全公开课", "2.5", "2026-03-01 10:20", "已完成", "88", "是"]
    for name, text in facts.items():
        cells[PLACES[name]] = text
    return cells


def check(by, *rows, **options):
    book = openpyxl.Workbook()
    for cells in (TITLES, *rows):
        book.active.append(cells)
    return upload(by, None, saved(book), kind="learning", name="平台.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False)).outcomes()


def test_results_count_at_once_by_number_or_by_name_and_phone(worker, clerk):
    by_phone = row(worker, number="", phone=PHONE, title="网上安全课", hours="", score="", bound="")
    run = check(clerk, row(worker), by_phone)
    assert (run.new, messages_of(run)) == (2, [])
    run = applied(run, clerk)
    first, second = OutsideLearning.objects.order_by("pk")
    assert (first.worker, first.union, first.source, first.state) == (
        worker,
        worker.union,
        "platform",
        "approved",
    )
    assert (first.hours, first.score, first.result) == (Decimal("2.5"), 88, "passed")
    assert (first.completed_on, first.kind, first.organiser) == (
        dt.date(2026, 3, 1),
        "ONLINE",
        "市总学习平台",
    )
    assert (first.account_bound, second.account_bound, second.hours) == (True, None, None)
    assert second.worker == worker
    assert undone(run, clerk) == {"reverted": 2, "kept": 0, "impossible": 0}
    assert not OutsideLearning.objects.exists()


def test_the_same_sheet_again_changes_nothing_and_a_better_one_corrects(worker, clerk):
    first = applied(check(clerk, row(worker)), clerk)
    assert check(clerk, row(worker)).unchanged == 1
    run = check(clerk, row(worker, score="91", hours=""))
    assert run.changed == 1
    run = applied(run, clerk)
    known = OutsideLearning.objects.get()
    assert (known.score, known.hours, known.version) == (91, Decimal("2.5"), 2)
    entry = AuditEntry.objects.get(action="workers.import")
    assert (entry.object_id, entry.details["changes"]) == (known.pk, {"score": ["88.0", "91.0"]})
    assert undone(first, clerk) == {"reverted": 0, "kept": 1, "impossible": 0}
    assert undone(run, clerk)["reverted"] == 1
    known.refresh_from_db()
    assert (known.score, known.version) == (88, 3)


@pytest.mark.parametrize(("rule", "verdict", "score"), [("fill", "unchanged", 88), ("skip", "skipped", 88)])
def test_the_match_rule_is_kept(worker, clerk, rule, verdict, score):
    applied(check(clerk, row(worker)), clerk)
    run = check(clerk, row(worker, score="91"), rule=rule)
    assert run.lines.get().verdict == verdict
    assert OutsideLearning.objects.get().score == score


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"number": "", "phone": ""}, "number.nobody"),
        ({"number": "", "phone": "16011112222"}, "phone.unknown_person"),
        ({"number": OTHER}, "number.unknown_person"),
        ({"name": "试错"}, "name.differs"),
        ({"number": "", "phone": PHONE, "name": "试错"}, "phone.unknown_person"),
        ({"title": ""}, "title.blank"),
        ({"on": ""}, "completed_on.blank"),
        ({"on": "2099/01/01"}, "completed_on.future"),
        ({"hours": "-1"}, "hours.not_hours"),
        ({"score": "120"}, "score.not_a_score"),
        ({"result": "学习中"}, "result.unknown_result"),
    ],
)
def test_bad_cells_are_named(worker, clerk, facts, code):
    run = check(clerk, row(worker, **facts))
    assert (run.failed, [found[2] for found in messages_of(run)]) == (1, [code])


def test_two_rows_about_one_course_are_not_written_twice(worker, clerk):
    by_phone = row(worker, number="", phone=PHONE)
    run = check(clerk, row(worker), row(worker), row(worker, title="另一门"), row(worker, title="又一门"))
    assert [code for _, _, code in messages_of(run)] == ["duplicate", "duplicate"]
    run = check(clerk, row(worker), by_phone)
    assert messages_of(run) == [(3, "课程名称", "title.twice")]
    applied(run, clerk, mode="good")
    assert OutsideLearning.objects.count() == 1


def test_two_people_of_one_name_and_phone_are_not_guessed(worker, firm, clerk):
    WorkerFactory(employer=firm, name=worker.name, phone_number=PHONE)
    run = check(clerk, row(worker, number="", phone=PHONE))
    assert [code for _, _, code in messages_of(run)] == ["phone.unknown_person"]


def test_only_the_town_may_bring_the_sheet_in(worker, officer, group_member):
    for by in (officer, group_member):
        with pytest.raises((PermissionDenied, ValidationError)):
            check(by, row(worker))
    assert not OutsideLearning.objects.exists()


def test_writing_asks_as_often_for_many_rows_as_for_few(worker, clerk):
    counts = []
    for number in (2, 8):
        run = check(clerk, *(row(worker, title=f"{number}-{place}") for place in range(number)))
        with CaptureQueriesContext(connection) as found:
            applied(run, clerk)
        counts.append(len(found))
    assert counts[0] == counts[1]
