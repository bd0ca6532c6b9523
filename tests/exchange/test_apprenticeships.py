"""Kind ``apprenticeships``: pairs are entered from a sheet, known ones are told, and an undo takes them out."""

import datetime as dt

import openpyxl
import pytest
from django.utils import timezone

from core.models import LegalNumber
from exchange import services
from tests.exchange.sheets import applied, finish, saved, upload
from tests.factories.talent import ApprenticeshipFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from training.models import Apprenticeship

pytestmark = pytest.mark.django_db
TITLES = [
    *("姓名", "证件号码", "师傅姓名", "师傅证件号码", "工种", "目标等级", "目标技能"),
    *("协议签订日期", "开始日期", "约定期满日期"),
]
NUMBERS = [citizen_number(sequence=place + 730) for place in range(4)]


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return [
        WorkerFactory(employer=firm, document=number, name=f"试带{name}")
        for number, name in zip(NUMBERS, "甲乙丙丁", strict=True)
    ]


def row(apprentice, master, **said):
    texts = {
        "name": f"试带{'甲乙丙丁'[apprentice]}",
        "number": NUMBERS[apprentice],
        "master_name": f"试带{'甲乙丙丁'[master]}",
        "master_number": NUMBERS[master],
        "trade": "电工",
        "goal_level": "中级工",
        "goal": "",
        "signed_on": "2026/2/20",
        "start": "2026/3/1",
        "until": "2027/2/28",
    }
    return list((texts | said).values())


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for line in (TITLES, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind="apprenticeships", name="师徒.xlsx", **options)


def told(run) -> str:
    """Every sentence about a fault."""
    return " ".join(problem["message"] for line in run.lines.all() for problem in line.problems)


def test_pairs_are_entered_and_an_undo_takes_out_what_nobody_touched(officer, union, people):
    run = check(officer, union, row(0, 3), row(1, 3, goal_level="", goal="独立调试"), row(2, 3))
    assert (run.new, run.failed) == (3, 0)
    applied(run, officer)
    pairs = list(Apprenticeship.objects.order_by("apprentice_id"))
    assert [(pair.apprentice, pair.master, pair.goal_level, pair.goal) for pair in pairs] == [
        (people[0], people[3], "L3", ""),
        (people[1], people[3], "", "独立调试"),
        (people[2], people[3], "L3", ""),
    ]
    assert {(pair.union_id, pair.entered_by, pair.until) for pair in pairs} == {
        (union.pk, officer, dt.date(2027, 2, 28))
    }
    again = check(officer, union, row(0, 3))
    assert again.unchanged == 1
    Apprenticeship.objects.filter(pk=pairs[0].pk).update(version=2, goal="改过")
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert list(Apprenticeship.objects.all()) == [pairs[0]]


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"name": "试带错"}, "姓名"),
        ({"master_name": "试带错"}, "姓名"),
        ({"master_number": NUMBERS[0]}, "师傅和徒弟是同一个证件号码"),
        ({"master_number": citizen_number(sequence=799)}, "名册中没有这位师傅"),
        ({"master_number": "330382199001010012"}, "校验"),
        ({"goal_level": ""}, "请选择目标等级，或填写目标技能"),
        ({"until": "2026/2/28"}, "早于开始日期 2026-03-01"),
        ({"signed_on": "2062/2/20"}, "签订日期"),
        ({"trade": ""}, "工种"),
    ],
)
def test_what_cannot_be_is_told_at_its_cell(officer, union, people, said, part):
    run = check(officer, union, row(0, 3, **said))
    assert (run.new, run.failed) == (0, 1)
    assert part in told(run)


def test_known_pairs_are_told_and_not_changed(officer, union, people):
    facts = {"apprentice": people[0], "master": people[3]}
    known = ApprenticeshipFactory(**facts)
    run = check(officer, union, row(0, 3, trade="焊工"))
    assert "这对师徒已登记（2026-03-01 至 2027-02-28），内容与本行不同" in told(run)
    Apprenticeship.objects.filter(pk=known.pk).update(end=dt.date(2026, 5, 1), outcome="finished")
    run = check(officer, union, row(0, 3, start="2026/4/30"))
    assert "已登记过 2026-03-01 至 2026-05-01" in told(run)
    assert check(officer, union, row(0, 3, start="2026/5/1")).new == 1


def test_masters_of_another_union_are_the_towns_to_enter(officer, clerk, union, other_union, people):
    number = citizen_number(sequence=790)
    WorkerFactory(employer=EmployerFactory(union=other_union), document=number, name="试外甲")
    said = {"master_name": "试外甲", "master_number": number}
    run = check(officer, union, row(0, 3, **said))
    assert "名册中没有这位师傅" in told(run)
    assert check(clerk, union, row(0, 3, **said)).new == 1


def test_the_limit_of_the_office_counts_the_rows_before(officer, union, people):
    today = timezone.localdate()
    LegalNumber.objects.create(
        code="apprentice.most", title="师傅同时带徒上限", value=1, unit="人", valid_from=today, source="试验"
    )
    days = {"signed_on": f"{today:%Y/%m/%d}", "start": f"{today:%Y/%m/%d}"}
    days["until"] = f"{today + dt.timedelta(days=300):%Y/%m/%d}"
    run = check(officer, union, row(0, 3, **days), row(1, 3, **days))
    assert (run.new, run.failed) == (1, 1)
    assert "这位师傅已带 1 名徒弟（含本表前面各行）" in told(run)
