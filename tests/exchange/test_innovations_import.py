"""Kind ``innovations``: every kind with its author by one sheet, what cannot be is told, and an undo takes it back."""

import datetime as dt

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competitions.invariants.innovations import INVARIANTS
from competitions.models import Contributor, Innovation
from exchange import services
from tests.exchange.sheets import applied, finish, saved, upload
from tests.factories.innovations import InnovationFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number

pytestmark = pytest.mark.django_db
TITLES = [
    *("姓名", "证件号码", "种类", "成果名称", "内容", "开始日期", "采纳日期", "完成日期", "未采纳或终止原因"),
    *("年经济效益（元）", "奖励（元）", "级别", "专利类型", "专利号"),
]
PLACES = {title: place for place, title in enumerate(TITLES)}
NUMBERS = [citizen_number(sequence=place + 860) for place in range(2)]


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    return [
        WorkerFactory(employer=firm, document=number, name=f"试创{name}")
        for number, name in zip(NUMBERS, "甲乙", strict=True)
    ]


def row(place, kind, title, **cells):
    line = [""] * len(TITLES)
    line[:5] = [f"试创{'甲乙'[place]}", NUMBERS[place], kind, title, "加装定位销，减少错位。"]
    for name, value in cells.items():
        line[PLACES[name]] = value
    return line


def money(name):
    return f"{name}（元）"


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for line in (TITLES, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind="innovations", name="成果.xlsx", **options)


def texts_of(run):
    """Row → the sentences of its errors."""
    return {
        line.number: " ".join(problem["message"] for problem in line.problems if problem["level"] == "error")
        for line in run.lines.failing().order_by("number")
    }


def test_known_rows_beside_new_ones_are_not_taken_for_changed_meanwhile(officer, union, people):
    first = row(0, "创新项目", "自动上料", 开始日期="2026/01/05", 级别="镇级")
    applied(check(officer, union, first), officer)
    run = check(officer, union, first, row(1, "创新项目", "自动下料", 开始日期="2026/01/05", 级别="镇级"))
    assert (run.unchanged, run.new) == (1, 1)
    applied(run, officer)
    run.refresh_from_db()
    verdicts = list(run.lines.order_by("number").values_list("verdict", flat=True))
    assert (verdicts, run.applied, Innovation.objects.count()) == (["unchanged", "new"], 1, 2)


def test_every_kind_is_entered_with_its_author_and_an_undo_takes_it_back(officer, union, firm, people):
    rows = (
        row(0, "创新项目", "自动上料", 开始日期="2026/01/05", 级别="镇级"),
        row(0, "建议", "加装定位销", 开始日期="2026/03/01", 采纳日期="2026/03/15", 完成日期="2026/04/20",
            **{money("奖励"): "500", money("年经济效益"): "12,000.50"}),
        row(1, "合理化建议", "换照明", 开始日期="2026/03/01", 未采纳或终止原因="与消防要求冲突"),
        row(1, "专利", "一种夹具", 开始日期="2025/01/05", 完成日期="2026/02/01", 专利类型="实用新型专利",
            专利号="zl201710601862.3"),
        row(0, "先进操作法", "一机两装夹", 完成日期="2026/02/03"),
    )  # fmt: skip
    run = check(officer, union, *rows)
    assert (run.new, run.failed, texts_of(run)) == (5, 0, {})
    applied(run, officer)
    facts = ("kind", "title", "stage", "adopted_on", "union", "employer", "contributors__worker", "state")
    place = (union.pk, firm.pk)
    one, two = (person.pk for person in people)
    assert list(Innovation.objects.order_by("pk").values_list(*facts)) == [
        ("project", "自动上料", "open", None, *place, one, "entered"),
        ("proposal", "加装定位销", "done", dt.date(2026, 3, 15), *place, one, "entered"),
        ("proposal", "换照明", "dropped", None, *place, two, "entered"),
        ("patent", "一种夹具", "done", None, *place, two, "entered"),
        ("method", "一机两装夹", "done", None, *place, one, "entered"),
    ]
    sums = Innovation.objects.get(title="加装定位销")
    assert (str(sums.effect_yuan), str(sums.reward)) == ("12000.50", "500.00")
    patent = run.lines.get(number=5)
    assert "年份后面的数字是 1" in str(patent.problems)  # a warning: the number says invention
    assert [text for _, check_one in INVARIANTS for text in check_one()] == []
    again = check(officer, union, *rows)
    assert (again.unchanged, again.new, again.failed) == (4, 1, 0)  # what was dropped may be proposed again
    Innovation.objects.filter(title="一机两装夹").update(version=2)
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert list(Innovation.objects.values_list("title", flat=True)) == ["一机两装夹"]
    assert Contributor.objects.count() == 1


def test_what_cannot_be_is_told_at_its_cell_and_nothing_of_others_is_changed(
    officer, union, firm, people, other_union
):
    InnovationFactory(union=union, employer=firm, kind="method", title="别人的", begun_on=None)
    future = timezone.localdate() + dt.timedelta(days=2)
    run = check(
        officer, union,
        row(0, "先进操作法", "没有命名"),
        row(0, "建议", "没有提出日期"),
        row(0, "建议", "先实施", 开始日期="2026/03/01", 完成日期="2026/04/20"),
        row(0, "建议", "倒了", 开始日期="2026/03/01", 采纳日期="2026/02/01"),
        row(0, "创新项目", "有奖励", **{money("奖励"): "5"}),
        row(0, "专利", "没有类型", 开始日期="2026/03/01"),
        row(0, "先进操作法", "以后", 完成日期=f"{future:%Y/%m/%d}"),
        row(0, "先进操作法", "别人的", 完成日期="2026/02/03"),
        row(0, "先进操作法", "同一项", 完成日期="2026/02/03"),
        row(1, "先进操作法", "同一项", 完成日期="2026/02/03"),
        row(0, "发明", "不认识的种类"),
        row(0, "先进操作法", "坏金额", 完成日期="2026/02/03", **{money("年经济效益"): "一万"}),
    )  # fmt: skip
    said = texts_of(run)
    expected = {
        2: "没有填写命名日期", 3: "没有填写提出日期", 4: "没有填写采纳日期", 5: "采纳日期早于提出日期", 6: "创新项目没有这一项",
        7: "没有填写专利类型", 8: "日期在今天之后", 9: "登记在另一人名下", 11: "与第 10 行是同一单位", 12: "不是可选的种类",
        13: "不是金额",
    }  # fmt: skip
    assert {number: text for number, text in expected.items() if text not in said.get(number, "")} == {}
    assert (run.new, sorted(said)) == (1, sorted(expected))
    stranger = WorkerFactory(
        employer=EmployerFactory(union=other_union), document=citizen_number(sequence=990)
    )
    line = row(0, "先进操作法", "外单位的", 完成日期="2026/02/03")
    line[:2] = [stranger.name, citizen_number(sequence=990)]
    assert "名册中没有此人" in texts_of(check(officer, union, line))[2]


def test_a_long_sheet_takes_no_more_statements(officer, union, firm, people):
    def asked(count: int, start: int) -> int:
        rows = [
            row(0, "先进操作法", f"办法{number}", 完成日期="2026/02/03")
            for number in range(start, start + count)
        ]
        run = check(officer, union, *rows)
        with CaptureQueriesContext(connection) as seen:
            applied(run, officer)
        return len(seen)

    asked(1, 0)
    assert asked(1, 100) == asked(12, 200)
