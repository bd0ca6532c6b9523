"""Kind ``key_posts``: people come onto posts, posts are made, seats are kept, and an undo takes both back."""

import datetime as dt

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange import services
from tests.exchange.sheets import applied, finish, saved, upload
from tests.factories.bases import KeyPostFactory, KeyPostHolderFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from training.invariants.bases import INVARIANTS
from training.models import KeyPost, KeyPostHolder

pytestmark = pytest.mark.django_db
TITLES = [
    "姓名",
    "证件号码",
    "岗位名称",
    "车间（工序）",
    "关键岗位",
    "要求的技能等级",
    "要求的特种作业类别",
    "席位",
    "上岗日期",
]
NUMBERS = [citizen_number(sequence=place + 760) for place in range(3)]
START = dt.date(2025, 7, 1)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    return [
        WorkerFactory(employer=firm, document=number, name=f"试岗{name}")
        for number, name in zip(NUMBERS, "甲乙丙", strict=True)
    ]


def row(
    place, *, name="", title="配电房值班员", workshop="", key="", level="", permit="", seats="", start=START
):
    said = name or f"试岗{'甲乙丙'[place]}"
    return [
        said,
        NUMBERS[place],
        title,
        workshop,
        key,
        level,
        permit,
        seats,
        f"{start:%Y/%m/%d}" if start else "",
    ]


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for line in (TITLES, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind="key_posts", name="岗位.xlsx", **options)


def texts_of(run):
    """Row → the sentences of its errors."""
    return {
        line.number: " ".join(problem["message"] for problem in line.problems if problem["level"] == "error")
        for line in run.lines.failing().order_by("number")
    }


def held():
    rows = KeyPostHolder.objects.order_by("key_post__title", "worker__name")
    return list(rows.values_list("key_post__title", "worker__name", "start", "end"))


def test_posts_are_made_with_their_people_and_an_undo_takes_both_back(officer, union, firm, people):
    run = check(
        officer, union,
        row(0, permit="电工作业", start=dt.date(2025, 8, 1)),
        row(1),
        row(2, title="检验员", workshop="质检部", key="否", level="中级工(四级)", seats="2"),
    )  # fmt: skip
    assert (run.new, run.failed) == (3, 0)
    applied(run, officer)
    assert held() == [
        ("检验员", "试岗丙", START, None),
        ("配电房值班员", "试岗乙", START, None),
        ("配电房值班员", "试岗甲", dt.date(2025, 8, 1), None),
    ]
    facts = ("union", "employer", "workshop", "is_key", "required_level", "permit_category", "seats", "start")
    assert list(KeyPost.objects.order_by("title").values_list(*facts)) == [
        (union.pk, firm.pk, "质检部", False, "L3", "", 2, START),
        (union.pk, firm.pk, "", True, "", "01", 2, START),
    ]
    assert [text for _, one in INVARIANTS for text in one()] == []
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert (KeyPost.objects.count(), KeyPostHolder.objects.count()) == (0, 0)


def test_a_known_post_only_gets_people_while_seats_are_free(officer, union, firm, people):
    post = KeyPostFactory(union=union, employer=firm, title="配电房值班员", seats=2)
    KeyPostHolderFactory(key_post=post, worker=people[0], start=START)
    run = check(officer, union, row(0), row(1), row(2))
    assert (run.unchanged, run.new, run.failed) == (1, 1, 1)
    assert "2 个席位已满" in texts_of(run)[4]
    applied(run, officer, mode="good")
    assert [name for _, name, *_ in held()] == ["试岗乙", "试岗甲"]
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert [name for _, name, *_ in held()] == ["试岗甲"]
    assert KeyPost.objects.get() == post


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"level": "技师(二级)"}, "已登记的是“高级工(三级)”，与本行不同"),
        ({"seats": "3"}, "已登记的是“1”，与本行不同"),
        ({"key": "否"}, "已登记的是“是”，与本行不同"),
        ({"permit": "电工作业"}, "已登记的是“空”，与本行不同"),
        ({"start": dt.date(2023, 1, 1)}, "才设立"),
        ({"start": dt.date(2030, 1, 1)}, "今天之后"),
        ({"name": "试岗错"}, "与本行不同"),
        ({"title": "新岗", "key": "否"}, "不用登记"),
        ({"title": "新岗", "level": "学徒工"}, "初级工以上"),
        ({"title": "新岗", "seats": "0"}, "席位应大于 0"),
        ({"title": "新岗", "permit": "开飞机"}, ""),
        ({"start": None}, ""),
    ],
)
def test_what_does_not_fit_is_refused_in_its_row(officer, union, firm, people, facts, message):
    KeyPostFactory(union=union, employer=firm, title="配电房值班员")
    run = check(officer, union, row(0, **facts))
    assert (run.failed, run.new) == (1, 0)
    assert message in texts_of(run)[2]


def test_somebody_on_the_post_since_another_day_or_before_is_told(officer, union, firm, people):
    post = KeyPostFactory(union=union, employer=firm, title="配电房值班员", seats=3)
    KeyPostHolderFactory(key_post=post, worker=people[0], start=dt.date(2025, 1, 1))
    KeyPostHolderFactory(key_post=post, worker=people[1], start=dt.date(2025, 1, 1), end=dt.date(2025, 8, 1))
    run = check(officer, union, row(0), row(1))
    assert [text[:5] for text in texts_of(run).values()] == ["此人已登记", "此人以前在"]
    assert check(officer, union, row(0), rule="skip").skipped == 1


def test_rows_of_one_new_post_must_agree(officer, union, people):
    run = check(officer, union, row(0, level="高级工(三级)", seats="1"), row(1, level="技师(二级)"), row(2))
    assert (run.new, run.failed) == (1, 2)
    assert "第 2 行同一个岗位的是“高级工(三级)”，与本行不同" in texts_of(run)[3]
    assert "1 个席位已满" in texts_of(run)[4]


def test_people_elsewhere_and_those_who_left_are_refused(officer, other_officer, union, other_union, people):
    run = check(other_officer, other_union, row(0))
    assert run.failed == 1
    assert "不在本次导入的范围内" in texts_of(run)[2]
    type(people[0]).objects.filter(pk=people[0].pk).update(standing="left", member_since=None)
    assert "已离会" in texts_of(check(officer, union, row(0)))[2]


def test_an_undo_keeps_what_was_touched_since(officer, union, people):
    run = check(officer, union, row(0, level="高级工(三级)"), row(1))
    applied(run, officer)
    KeyPostHolder.objects.filter(worker=people[0]).update(end=dt.date(2025, 9, 1))
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert held() == [("配电房值班员", "试岗甲", START, dt.date(2025, 9, 1))]
    assert KeyPost.objects.exists()


def test_statements_do_not_grow_with_the_rows(officer, union, people):
    counts = []
    for rows in ([row(0, title="甲岗")], [row(place, title="乙岗") for place in range(3)]):
        run = check(officer, union, *rows)
        with CaptureQueriesContext(connection) as found:
            applied(run, officer)
        counts.append(len(found))
    assert counts[0] == counts[1]
