"""Kind ``permits``: cards and reviews entered, corrected and taken back by a file."""

import datetime as dt
import json

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from exchange import services
from exchange.erasing import erase_people
from exchange.models import ImportRow
from tests.exchange.exports import ask, done
from tests.exchange.returning import Sheet, send
from tests.exchange.sheets import applied, finish, member, messages_of, saved, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter
from training.invariants import INVARIANTS
from training.models import Permit, PermitNotice, PermitReview
from training.services import review_permit, revoke_permit
from training.services.permit_notices import remind
from workers.models import Conflict

NUMBER, OTHER = member(1)[7], member(2)[7]
TITLES = [
    "姓名", "有效证件类别", "证件号码", "作业类别", "准操项目", "操作证号", "发证机关", "发证日期", "有效期至",
    "最近复审日期", "从业十年以上无违章",
]  # fmt: skip
PLACES = {"name": 0, "number": 2, "category": 3, "item": 4, "permit": 5, "issuer": 6, "issued_on": 7,
          "valid_until": 8, "reviewed_on": 9, "long_service": 10}  # fmt: skip
ISSUED = dt.date(2022, 3, 1)


def row(worker, number=NUMBER, **facts):
    cells = [
        worker.name,
        "居民身份证",
        number,
        "电工作业",
        "低压电工作业",
        f"T{number}",
        "",
        "2022/03/01",
        "",
        "",
        "",
    ]
    for name, text in facts.items():
        cells[PLACES[name]] = text
    return cells


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for cells in (TITLES, *rows):
        book.active.append(cells)
    return upload(by, union, saved(book), kind="permits", name="操作证.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def cards(worker):
    rows = worker.permits.order_by("issued_on", "pk")
    return [(one.category, one.issued_on, one.valid_until, one.due_on, one.state) for one in rows]


def broken():
    return [text for _, rule in INVARIANTS for text in rule()]


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), document=NUMBER, name="试点甲")


def test_a_card_with_its_review_is_entered_and_taken_back(worker, union, officer):
    run = check(officer, union, row(worker, issuer="试验市应急管理局", reviewed_on="2025/02/20"))
    assert (run.new, run.failed) == (1, 0)
    run = applied(run, officer)
    permit = worker.permits.get()
    assert (permit.number, permit.issuer, permit.entered_by) == (f"T{NUMBER}", "试验市应急管理局", officer)
    assert cards(worker) == [("01", ISSUED, dt.date(2028, 3, 1), dt.date(2028, 3, 1), "active")]
    assert permit.first_due == dt.date(2025, 3, 1)
    assert permit.reviews.get().next_due == dt.date(2028, 3, 1)
    assert broken() == []
    again = check(officer, union, row(worker, reviewed_on="2025/02/20"))
    assert again.unchanged == 1
    remind(dt.date(2028, 3, 1))
    assert undone(run, officer).outcomes() == {"reverted": 1, "kept": 0, "impossible": 0}
    assert (Permit.objects.count(), PermitReview.objects.count(), PermitNotice.objects.count()) == (0, 0, 0)


def test_a_known_card_is_corrected_reviewed_and_put_back(worker, union, officer):
    permit = enter(worker, officer, issued_on=ISSUED)
    run = check(
        officer, union, row(worker, issuer="新机关", reviewed_on="2025/03/10", valid_until="2027/12/31")
    )
    line = run.lines.get()
    kind = run.kind_class(by=officer, union=union, today=run.day)
    assert (run.changed, line.target_id) == (1, worker.pk)
    assert ("发证机关", "", "新机关") in kind.describe(line.before, line.values)
    run = applied(run, officer)
    permit.refresh_from_db()
    assert (permit.issuer, permit.due_on, permit.version) == ("新机关", dt.date(2027, 12, 31), 2)
    entry = AuditEntry.objects.get(action="workers.import")
    assert entry.details["changes"]["issuer"] == ["", "新机关"]
    assert broken() == []
    undone(run, officer)
    permit.refresh_from_db()
    assert (permit.issuer, permit.valid_until, permit.due_on) == (
        "",
        dt.date(2028, 3, 1),
        dt.date(2025, 3, 1),
    )
    assert (permit.reviews.count(), broken()) == (0, [])


def test_a_review_that_was_failed_is_not_passed_by_a_sheet(worker, union, officer):
    permit = enter(worker, officer, issued_on=ISSUED)
    review_permit(permit=permit, on=dt.date(2025, 2, 20), passed=False, by=officer)
    run = check(officer, union, row(worker, reviewed_on="2025/02/20"))
    assert messages_of(run) == [(2, "最近复审日期", "reviewed_on.not_passed")]
    assert check(officer, union, row(worker, reviewed_on="2025/02/25")).changed == 1  # it was taken once more


def test_a_new_card_replaces_the_old_one_until_it_is_taken_back(worker, union, officer):
    enter(worker, officer, issued_on=dt.date(2016, 3, 1))
    run = applied(check(officer, union, row(worker)), officer)
    assert [one[4] for one in cards(worker)] == ["replaced", "active"]
    undone(run, officer)
    assert [one[4] for one in cards(worker)] == ["active"]


@pytest.mark.parametrize(
    ("facts", "column", "code"),
    [
        ({"category": "驾驶作业"}, "作业类别", "category.unknown_code"),
        ({"permit": "证一"}, "操作证号", "permit.shape"),
        ({"permit": f"T{OTHER}"}, "操作证号", "permit.other_person"),
        ({"permit": ""}, "操作证号", "permit.blank"),
        ({"issued_on": "2098/01/01"}, "发证日期", "issued_on.future"),
        ({"issued_on": "2009/01/01"}, "发证日期", "issued_on.invalid"),
        ({"valid_until": "2029/01/01"}, "有效期至", "valid_until.invalid"),
        ({"valid_until": "2022/02/01"}, "有效期至", "valid_until.invalid"),
        ({"reviewed_on": "2023/01/01"}, "最近复审日期", "reviewed_on.invalid"),
        ({"reviewed_on": "2028/03/02"}, "最近复审日期", "reviewed_on.invalid"),
        ({"long_service": "也许"}, "从业十年以上无违章", "long_service.not_yes_or_no"),
        ({"name": "试别人"}, "姓名", "name.differs"),
    ],
)
def test_a_bad_cell_is_named(worker, union, officer, facts, column, code):
    run = check(officer, union, row(worker, **facts))
    assert messages_of(run) == [(2, column, code)]
    assert NUMBER not in str(run.lines.get().problems)


def test_somebody_unknown_and_somebody_of_another_union(worker, union, other_union, officer):
    theirs = WorkerFactory(employer=EmployerFactory(union=other_union), document=OTHER)
    unknown = member(3)[7]
    run = check(officer, union, row(worker, unknown), row(theirs, OTHER))
    first, second = run.lines.order_by("number")
    assert (first.verdict, "会员信息" in first.problems[-1]["message"]) == ("problem", True)
    assert (second.verdict, second.target_id) == ("conflict", None)
    assert theirs.name not in str(second.problems)
    applied(run, officer, mode="good")
    assert (Permit.objects.count(), Conflict.objects.get().worker) == (0, theirs)


def test_a_number_of_somebody_else_is_refused(worker, union, officer):
    other = WorkerFactory(employer=worker.employer, document=OTHER)
    enter(other, officer, issued_on=ISSUED, number="A123456")
    run = check(officer, union, row(worker, permit="A123456"))
    assert messages_of(run) == [(2, "操作证号", "permit.other_person")]


def test_a_replaced_card_and_a_review_beyond_the_end_are_refused(worker, union, officer):
    old = enter(worker, officer, issued_on=ISSUED)
    review_permit(permit=old, on=dt.date(2025, 3, 1), passed=True, by=officer)
    run = check(officer, union, row(worker, valid_until="2025/02/01"))
    assert messages_of(run) == [(2, "有效期至", "valid_until.before_review")]
    enter(worker, officer, issued_on=dt.date(2025, 6, 1))
    run = check(officer, union, row(worker, issuer="新机关"))
    assert messages_of(run) == [(2, "操作证号", "permit.replaced")]


@pytest.mark.parametrize(
    ("rule", "verdict", "issuer"),
    [("update", "changed", "新"), ("fill", "unchanged", "旧"), ("skip", "skipped", "旧")],
)
def test_known_cards_by_rule(worker, union, officer, rule, verdict, issuer):
    enter(worker, officer, issued_on=ISSUED, issuer="旧")
    other = WorkerFactory(employer=worker.employer, document=OTHER)
    run = check(officer, union, row(worker, issuer="新"), row(other, OTHER), rule=rule)
    assert {name: count for name, count in run.counts.items() if count} == {"new": 1, verdict: 1}
    applied(run, officer)
    assert (worker.permits.get().issuer, other.permits.count()) == (issuer, 1)


def test_the_same_card_stands_in_one_row(worker, union, officer):
    run = check(officer, union, row(worker), row(worker, issuer="又一行"), row(worker, item="高压电工作业"))
    assert [found[0] for found in messages_of(run)] == [2, 3]


def test_undo_keeps_what_somebody_touched(worker, union, officer):
    other = WorkerFactory(employer=worker.employer, document=OTHER)
    run = applied(check(officer, union, row(worker), row(other, OTHER)), officer)
    review_permit(permit=worker.permits.get(), on=dt.date(2025, 3, 1), passed=True, by=officer)
    assert undone(run, officer).outcomes() == {"reverted": 1, "kept": 1, "impossible": 0}
    assert (worker.permits.count(), other.permits.count()) == (1, 0)


def test_many_rows_ask_as_often_as_one(worker, union, officer):
    def asked(*rows):
        run = check(officer, union, *rows)
        with CaptureQueriesContext(connection) as found:
            assert applied(run, officer).applied == len(rows)
        return len(found)

    people = [
        (WorkerFactory(employer=worker.employer, document=member(n)[7]), member(n)[7]) for n in range(3, 23)
    ]
    few = asked(row(worker, reviewed_on="2025/03/01"))
    assert asked(*(row(person, number, reviewed_on="2025/03/01") for person, number in people)) <= few


def test_nothing_personal_stays_of_somebody_who_is_forgotten(worker, union, officer):
    run = applied(check(officer, union, row(worker)), officer)
    erase_people([worker.pk], [bytes(paper.number_index) for paper in worker.documents.all()])
    line = ImportRow.objects.get(run=run)
    assert (line.values, line.before, set(json.loads(line.raw))) == ({}, None, {""})


def test_a_stranger_may_not_import_here(worker, union, other_union, other_officer):
    run = check(other_officer, other_union, row(worker))
    assert run.lines.get().verdict == "conflict"


COLUMNS = ["name", "number", "valid_until", "due_on", "reviewed_on", "issuer", "long_service"]


def test_an_exported_list_comes_back_cell_by_cell(worker, union, officer):
    permit = enter(worker, officer, issued_on=ISSUED)
    other = enter(worker, officer, item="高压电工作业", issued_on=ISSUED)
    sheet = Sheet(done(ask(officer, listing="permits", columns=COLUMNS)))
    sheet.edit(2, 发证机关="新机关", 最近复审日期="2025-03-10")
    run = send(sheet, officer, union, kind="permits")
    assert (run.changed, run.unchanged, messages_of(run)) == (1, 1, [])
    run = applied(run, officer)
    permit.refresh_from_db()
    other.refresh_from_db()
    assert (permit.issuer, permit.due_on) == ("新机关", dt.date(2028, 3, 1))
    assert (other.version, other.reviews.count(), broken()) == (1, 0, [])
    sheet.edit(2, 发证机关="又一机关")
    assert messages_of(send(sheet, officer, union, kind="permits"))[0][2] == "issuer.conflict"
    undone(run, officer)
    permit.refresh_from_db()
    assert (permit.issuer, permit.due_on, permit.reviews.count()) == ("", dt.date(2025, 3, 1), 0)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"操作证号": "A123456"}, "number.fixed"),
        ({"应复审或换证日期": "2030-01-01"}, "due_on.fixed"),
        ({"有效期至": ""}, "valid_until.emptied"),
        ({"有效期至": "2029-01-01"}, "valid_until.invalid"),
        ({"最近复审日期": "2023-01-01"}, "reviewed_on.invalid"),
    ],
)
def test_an_edited_cell_is_judged_with_the_others_of_its_card(worker, union, officer, texts, code):
    enter(worker, officer, issued_on=ISSUED)
    sheet = Sheet(done(ask(officer, listing="permits", columns=COLUMNS))).edit(2, **texts)
    run = send(sheet, officer, union, kind="permits")
    assert [found[2] for found in messages_of(run)] == [code]


def test_an_edited_card_out_of_reach_is_unknown(worker, union, officer, other_officer, other_union):
    enter(worker, officer, issued_on=ISSUED)
    sheet = Sheet(done(ask(officer, listing="permits", columns=COLUMNS))).edit(2, 发证机关="新机关")
    run = send(sheet, other_officer, other_union, kind="permits")
    assert (run.changed, run.lines.get().verdict) == (0, "problem")
    permit = worker.permits.get()
    revoke_permit(permit=permit, version="1", on=ISSUED, note="录错了人", by=officer)
    assert [found[2] for found in messages_of(send(sheet, officer, union, kind="permits"))] == [
        "permit.revoked"
    ]
