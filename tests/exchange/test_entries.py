"""Kind ``entries``: people and teams enter the events of a contest, and an undo takes out whom nobody decided upon."""

import datetime as dt

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from competitions.invariants.contests import INVARIANTS
from competitions.models import Contest, Entrant, Entry
from competitions.services import admit, substitute
from exchange import services
from exchange.services import mend
from tests.exchange.sheets import applied, finish, messages_of, saved, upload
from tests.factories.contests import ContestFactory, EventFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number

pytestmark = pytest.mark.django_db
TITLES = ["姓名", "证件号码", "竞赛编号", "比赛项目", "队名", "备注"]
NUMBERS = [citizen_number(sequence=place + 800) for place in range(6)]
NAMES = [f"试赛{name}" for name in "甲乙丙丁戊己"]


@pytest.fixture(autouse=True)
def in_august():
    with time_machine.travel(dt.datetime(2026, 8, 1, 2, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def contest(town):
    return ContestFactory(union=town, code="T-S2026-01", is_open_below=True, state="open")


@pytest.fixture
def event(contest):
    return EventFactory(contest=contest, title="电工", employed_only=False)


@pytest.fixture
def relay(contest):
    return EventFactory(
        contest=contest, title="接力", is_team=True, team_least=2, team_most=3, employed_only=False
    )


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return [
        WorkerFactory(employer=firm, document=number, name=name)
        for number, name in zip(NUMBERS, NAMES, strict=True)
    ]


def row(place, title="电工", team="", remark="", *, name="", code="T-S2026-01"):
    return [name or NAMES[place], NUMBERS[place], code, title, team, remark]


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for line in (TITLES, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind="entries", name="报名.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def stored(event):
    rows = event.entrants.competing().order_by("entry", "pk")
    return list(rows.values_list("worker__name", "entry__team_name", "entry__state", "entry__remark"))


def faults():
    return [fault for _, rule in INVARIANTS[2:] for fault in rule()]


def test_people_and_teams_enter_once_and_an_undo_leaves_what_was_decided(
    officer, clerk, union, event, relay, people
):
    rows = (
        row(0, remark="去年二等奖"), row(1, " 电 工 "), row(2, "接力", "一队"), row(3, "接力", "一队", "队长"), row(0, "接力", "二队"),
        row(1, "接力", "二队"),
    )  # fmt: skip
    run = check(officer, union, *rows)
    assert (messages_of(run), run.new, run.failed) == ([], 6, 0)
    applied(run, officer)
    assert stored(event) == [("试赛甲", "", "submitted", "去年二等奖"), ("试赛乙", "", "submitted", "")]
    assert stored(relay) == [
        ("试赛丙", "一队", "submitted", "队长"), ("试赛丁", "一队", "submitted", "队长"),
        ("试赛甲", "二队", "submitted", ""), ("试赛乙", "二队", "submitted", ""),
    ]  # fmt: skip
    assert set(Entry.objects.values_list("union", "entered_by")) == {(union.pk, officer.pk)}
    details = AuditEntry.objects.filter(action="competitions.enter").order_by("pk").first().details
    assert (details["import"], details["workers"]) == (run.pk, [people[0].pk, people[1].pk])
    again = check(officer, union, *rows, row(4))
    assert (again.unchanged, again.new) == (6, 1)
    applied(again, officer)
    assert (Entry.objects.count(), Entrant.objects.count()) == (5, 7)
    first, second = event.entries.order_by("pk")[:2]
    admit(event=event, entries=[first.pk], by=clerk)
    team = relay.entries.get(team_name="二队")
    substitute(entrant=team.entrants.first(), worker=people[5].pk, reason="当天换班不能来", by=officer)
    undone(run, officer)
    assert stored(event) == [("试赛甲", "", "admitted", "去年二等奖"), ("试赛戊", "", "submitted", "")]
    assert stored(relay) == [("试赛乙", "二队", "submitted", ""), ("试赛己", "二队", "submitted", "")]
    taken = AuditEntry.objects.filter(action="competitions.enter_undo").values_list(
        "details__entries", flat=True
    )
    assert second.pk in [key for keys in taken for key in keys]
    assert faults() == []


def test_rows_that_cannot_be_are_refused_at_their_cell(
    officer, union, other_union, contest, event, relay, people
):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union), name="试外人")
    ContestFactory(union=other_union, code="Y-S2026-01", state="open")  # not open to others
    ContestFactory(union=contest.union, code="T-S2026-02", is_open_below=True, state="running")
    EventFactory(contest=Contest.objects.get(code="T-S2026-02"), title="电工")
    run = check(
        officer, union,
        row(0, name="试别名"),
        row(1, code="Y-S2026-01"),
        row(2, "钳工"),
        row(3, team="一队"),
        row(4, "接力"),
        row(5, code="T-S2026-02"),
        [stranger.name, citizen_number(sequence=899), "T-S2026-01", "电工", "", ""],
    )  # fmt: skip
    assert messages_of(run) == [
        (2, "姓名", "name.differs"), (3, "竞赛编号", "contest_code.unknown"), (4, "比赛项目", "event_title.unknown"),
        (5, "队名", "team_name.single"), (6, "队名", "team_name.missing"), (7, "竞赛编号", "contest_code.closed"),
        (8, "证件号码", "number.unknown_person"),
    ]  # fmt: skip
    assert "现有：电工、接力" in run.lines.get(number=4).problems[0]["message"]
    Contest.objects.filter(pk=contest.pk).update(entries_until=dt.date(2026, 7, 31))
    late = check(officer, union, row(0))
    assert "报名已于 2026-07-31 截止" in late.lines.get().problems[0]["message"]


def test_a_team_enters_whole_or_not_at_all(officer, union, event, relay, people):
    run = check(
        officer, union,
        row(0, "接力", "一队"), row(1, "接力", "一队", name="试别名"),
        row(2, "接力", "二队"), row(3, "接力", "二队"),
        row(4, "接力", "三队"),
    )  # fmt: skip
    assert messages_of(run) == [
        (2, "队名", "team_name.broken"), (3, "姓名", "name.differs"), (6, "队名", "team_name.size"),
    ]  # fmt: skip
    assert "同队的第 3 行有问题" in run.lines.get(number=2).problems[0]["message"]
    mend(run=run, number=3, texts={"name": NAMES[1]}, by=officer)
    run.refresh_from_db()
    assert (messages_of(run), run.new) == ([(6, "队名", "team_name.size")], 4)
    applied(run, officer, mode="good")
    assert {name for _, name, _, _ in stored(relay)} == {"一队", "二队"}
    more = check(officer, union, row(0, "接力", "一队"), row(4, "接力", "一队"))
    assert messages_of(more) == [(3, "队名", "team_name.entered")]
    other = check(officer, union, row(0, "接力", "四队"), row(4, "接力", "二队"), row(5, "接力", "二队"))
    assert messages_of(other) == [
        (2, "队名", "team_name.other"),
        *((n, "队名", "team_name.taken") for n in (3, 4)),
    ]


def test_places_go_to_the_first_rows_and_who_is_unfit_enters_with_a_warning(officer, union, event, people):
    event.quota, event.capacity, event.least_level = 3, 2, "L3"
    event.save()
    run = check(officer, union, *(row(place) for place in range(3)))
    assert messages_of(run) == [(4, "比赛项目", "event_title.full")]
    assert "共 2 个名额，还剩 0 个" in run.lines.get(number=4).problems[-1]["message"]
    assert messages_of(run, level="warning") == [(2, "姓名", "name.unmet"), (3, "姓名", "name.unmet")]
    applied(run, officer, mode="good")
    event.capacity = None
    event.quota = 2
    event.save()
    full = check(officer, union, row(3))
    assert "每个工会限报 2 个，还可报 0 个" in full.lines.get().problems[0]["message"]


def test_the_queries_do_not_grow_with_the_rows(officer, union, event, people):
    asked = []
    for rows in ([row(0)], [row(place) for place in range(1, 6)]):
        with CaptureQueriesContext(connection) as seen:
            applied(check(officer, union, *rows), officer)
        asked.append(len(seen))
    assert event.entries.count() == 6
    assert asked[1] <= asked[0]
