"""Kinds ``honours`` and ``collective_honours``: entered from a sheet, told at the cell, taken back by an undo."""

import datetime as dt

import openpyxl
import pytest

from competitions.models import CollectiveHonour, Honour
from exchange import services
from tests.exchange.sheets import applied, finish, saved, upload
from tests.factories.honours import HonourFactory, TeamFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number

pytestmark = pytest.mark.django_db
FACTS = [
    *(
        "荣誉种类",
        "级别",
        "荣誉名称",
        "授予单位",
        "批次",
        "年度",
        "文件号",
        "授予日期",
        "有效期至",
        "复核期限",
    ),
]
SAID = {
    "type": "乐清工匠",
    "level": "县级(乐清市)",
    "title": "",
    "issuer": "试验授予单位",
    "batch": "第一批",
    "year": "",
    "document_number": "试〔2026〕1号",
    "awarded_on": "2026/5/1",
    "valid_until": "",
    "recheck_on": "",
}
NUMBERS = [citizen_number(sequence=place + 640) for place in range(3)]


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return [
        WorkerFactory(employer=firm, document=number, name=f"试荣{name}")
        for number, name in zip(NUMBERS, "甲乙丙", strict=True)
    ]


def row(place, **said):
    who = {"name": f"试荣{'甲乙丙'[place]}", "number": NUMBERS[place]}
    return list((who | SAID | said).values())


def check(by, union, kind, titles, *rows, **options):
    book = openpyxl.Workbook()
    for line in (titles, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind=kind, name="荣誉.xlsx", **options)


def personal(by, union, *rows, **options):
    return check(by, union, "honours", ["姓名", "证件号码", *FACTS], *rows, **options)


def told(run) -> str:
    return " ".join(problem["message"] for line in run.lines.all() for problem in line.problems)


def test_honours_are_entered_known_ones_stay_and_an_undo_takes_out_what_nobody_touched(
    officer, union, people
):
    run = personal(officer, union, row(0), row(1, type="金牌工人", year="2025"), row(2))
    assert (run.new, run.failed) == (3, 0), told(run)
    applied(run, officer)
    rows = list(Honour.objects.order_by("worker_id"))
    assert [(one.worker, one.type, one.title, one.year, one.state) for one in rows] == [
        (people[0], "CRAFT_Y", "乐清工匠", 2026, "entered"),
        (people[1], "GOLD", "金牌工人", 2025, "entered"),
        (people[2], "CRAFT_Y", "乐清工匠", 2026, "entered"),
    ]
    assert {(one.union_id, one.entered_by, one.document_number) for one in rows} == {
        (union.pk, officer, "试〔2026〕1号")
    }
    again = personal(officer, union, row(0), row(1, type="金牌工人", year="2025", batch=""))
    assert (again.unchanged, again.failed) == (2, 0)
    Honour.objects.filter(pk=rows[0].pk).update(version=2)
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert list(Honour.objects.all()) == [rows[0]]


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"type": "工人先锋号"}, "“工人先锋号”授予集体，不能登记给个人"),
        ({"type": "先进操作法"}, "还没有授予对象的规则"),
        ({"name": "试荣错"}, "姓名"),
        ({"issuer": ""}, "授予单位"),
        ({"awarded_on": "2062/5/1"}, "授予日期在今天之后"),
        ({"awarded_on": "1948/5/1", "year": ""}, "年度应为 1949 至 2100"),
        ({"valid_until": "2026/4/1"}, "有效期至早于授予日期"),
        ({"recheck_on": "2026/5/1"}, "复核期限应晚于授予日期"),
        ({"number": citizen_number(sequence=699)}, "名册中没有此人"),
    ],
)
def test_what_cannot_be_is_told_at_its_cell(officer, union, people, said, part):
    run = personal(officer, union, row(0, **said))
    assert (run.new, run.failed) == (0, 1)
    assert part in told(run)


def test_people_of_other_unions_are_unknown_and_two_rows_of_one_honour_are_told(
    officer, union, other_union, people
):
    stranger = WorkerFactory(
        employer=EmployerFactory(union=other_union), name="试荣远", document=citizen_number(sequence=650)
    )
    HonourFactory(worker=stranger)
    run = personal(officer, union, ["试荣远", citizen_number(sequence=650), *SAID.values()])
    assert "名册中没有此人" in told(run)
    assert "乐清工匠" not in told(run)
    run = personal(officer, union, row(0), row(0, title="另一个名称"))
    assert "第 2、3 行是同一人同一年度的同一种荣誉" in told(run)


def test_honours_of_collectives_go_to_the_team_the_firm_or_the_union(officer, union, other_union, people):
    team = TeamFactory(union=union, name="装配一班")
    TeamFactory(union=other_union, name="质检班")
    firm = people[0].employer
    titles = ["工会", "班组", "用人单位", *FACTS]

    def line(union="", team="", employer="", **said):
        facts = SAID | {"type": "工人先锋号"} | said
        return [union, team, employer, *facts.values()]

    def collective(*rows):
        return check(officer, union, "collective_honours", titles, *rows)

    first = run = collective(
        line(team="装配一班"), line(employer=firm.name, type="五一劳动奖状"), line(type="青年文明号")
    )
    assert (run.new, run.failed) == (3, 0), told(run)
    applied(run, officer)
    rows = CollectiveHonour.objects.order_by("pk")
    assert [(one.holder, one.type, one.title, one.state) for one in rows] == [
        (team, "PIONEER", "工人先锋号", "entered"),
        (firm, "MAY1_AWARD", "五一劳动奖状", "entered"),
        (union, "YOUTH", "青年文明号", "entered"),
    ]
    assert {(one.union, one.awarded_on) for one in rows} == {(union, dt.date(2026, 5, 1))}
    assert collective(line(team="装配一班")).unchanged == 1
    for said, part in (
        ({"team": "质检班"}, f"“{union.name}”范围内没有登记名为“质检班”的班组"),
        ({"team": "装配一班", "employer": firm.name}, "班组和用人单位只填一项"),
        ({"employer": "没有的厂"}, "没有名为“没有的厂”的用人单位"),
        ({"union": other_union.name}, "没有这个工会，或者它不在本次导入的范围内"),
        ({"team": "装配一班", "type": "金牌工人"}, "“金牌工人”授予个人，不能登记给集体"),
    ):
        run = collective(line(**said))
        assert (run.failed, part in told(run)) == (1, True), (said, told(run))
    finish(services.request_undo(run=first, by=officer, hint=False))
    assert not CollectiveHonour.objects.exists()
