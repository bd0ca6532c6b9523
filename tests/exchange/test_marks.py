"""Kind ``marks``: points by sheet, what is refused by row, the freeze between check and import, and undo."""

import openpyxl
import pytest

from accounts.models import AuditEntry
from competitions import services as competition_services
from competitions.models import Judge, Mark
from competitions.queries.marks import card_versions
from competitions.services import give_marks
from competitions.services.marks import StaleMarksError
from exchange import services
from tests.competitions.judging import bench, card
from tests.exchange.sheets import applied, finish, saved, upload
from tests.factories.contests import frozen

pytestmark = pytest.mark.django_db
TITLES = ["竞赛编号", "比赛项目", "环节", "评委", "参赛号", "评分项", "得分"]


@pytest.fixture
def made(town, union, other_union):
    return bench(town, [union, other_union])


def line(made, number=1, criterion="操作规范", points=50, judge=0, **other):
    facts = {
        "code": made.event.contest.code,
        "event": made.event.title,
        "stage": made.stage.title,
        "name": made.judges[judge].name,
    } | other
    return [facts["code"], facts["event"], facts["stage"], facts["name"], number, criterion, points]


def check(by, union, *lines, **options):
    book = openpyxl.Workbook()
    for one in (TITLES, *lines):
        book.active.append(one)
    return upload(by, union, saved(book), kind="marks", name="评分.xlsx", **options)


def said(run) -> list[str]:
    lines = run.lines.order_by("number")
    return [one["message"] for line in lines for one in line.problems if one["level"] == "error"]


def kept() -> list[tuple]:
    rows = Mark.objects.order_by("seat", "entry__start_number", "criterion")
    return list(rows.values_list("entry__start_number", "points", "source", "version"))


def test_marks_come_change_and_go_back(clerk, town, made):
    give_marks(seat=made.seats[0], entry=made.entries[0], points=card(made, 50, 30), seen=0)
    lines = [
        line(made, 1, "操作规范", 50),
        line(made, 1, "工艺质量", "31.50"),
        line(made, 2, "操作规范", 41.5),
        line(made, 2, "操作规范", 40, judge=1),
    ]
    run = check(clerk, town, *lines)
    assert (run.new, run.changed, run.unchanged, run.failed) == (2, 1, 1, 0)
    run = applied(run, clerk)
    after = [(1, 50, "phone", 1), (1, 31.5, "sheet", 2), (2, 41.5, "sheet", 1), (2, 40, "sheet", 1)]
    assert kept() == after
    told = [row.details for row in AuditEntry.objects.filter(action="competitions.mark").order_by("pk")][1:]
    assert [(row["seat"], row["source"], row["import"]) for row in told] == [
        (made.seats[0].pk, "sheet", run.pk),
        (made.seats[1].pk, "sheet", run.pk),
    ]
    one, two = (criterion.pk for criterion in made.criteria)
    assert told[0]["marks"] == [
        {"entry": made.entries[0].pk, "criterion": two, "points": ["30", "31.5"]},
        {"entry": made.entries[1].pk, "criterion": one, "points": [None, "41.5"]},
    ]
    again = check(clerk, town, *lines)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 4)
    give_marks(seat=made.seats[1], entry=made.entries[1], points=card(made, 39), seen=1)  # touched since
    run = finish(services.request_undo(run=run, by=clerk, hint=False))
    assert kept() == [(1, 50, "phone", 1), (1, 30, "sheet", 3), (2, 39, "phone", 2)]
    outcomes = run.lines.exclude(effect=None).values_list("effect__outcome", flat=True)
    assert sorted(outcomes) == ["kept", "reverted", "reverted"]


def test_a_sheet_of_guesses_reads_nobodys_marks(client, clerk, town, made):
    give_marks(seat=made.seats[0], entry=made.entries[0], points=card(made, 47.75, 33.25), seen=0)
    run = check(clerk, town, line(made, 1, points=1), line(made, 1, "工艺质量", 1))
    assert run.changed == 2
    client.force_login(clerk)
    page = client.get(run.get_absolute_url()).content.decode()
    assert ["原为：另一得分（封存前不显示）" in page, "47.75" in page, "33.25" in page] == [
        True,
        False,
        False,
    ]
    assert "47.75" not in str(list(run.lines.values()))


def test_a_mark_that_changes_after_the_check_is_not_overwritten_unseen(clerk, town, made):
    seat, entry = made.seats[0], made.entries[0]
    give_marks(seat=seat, entry=entry, points=card(made, 50), seen=0)
    run = check(clerk, town, line(made, 1, points=45))
    give_marks(seat=seat, entry=entry, points=card(made, 49), seen=1)
    run = applied(run, clerk)
    assert (run.state, kept()) == ("checked", [(1, 49, "phone", 2)])  # to be looked at again
    applied(run, clerk)
    assert kept() == [(1, 45, "sheet", 3)]


def test_a_phone_that_saw_marks_which_were_undone_overwrites_nothing(clerk, town, made):
    seat, entry = made.seats[1], made.entries[1]
    run = applied(check(clerk, town, line(made, 2, judge=1), line(made, 2, "工艺质量", 30, judge=1)), clerk)
    seen = card_versions(seat)[entry.pk]  # a phone opens the card, then is put away
    finish(services.request_undo(run=run, by=clerk, hint=False))
    assert (kept(), card_versions(seat)) == ([], {entry.pk: 4})
    assert give_marks(seat=seat, entry=entry, points=card(made, 20, 10), seen=4) == 6
    with pytest.raises(StaleMarksError) as caught:
        give_marks(seat=seat, entry=entry, points=card(made, 55, 35), seen=seen)
    assert (seen, list(caught.value.stored.values()), caught.value.version) == (2, [20, 10], 6)
    assert kept() == [(2, 20, "phone", 1), (2, 10, "phone", 1)]


def test_each_row_says_what_is_wrong(clerk, town, made, other_union):
    Judge.objects.filter(pk=made.judges[1].pk).update(union=other_union)
    competition_services.record_absence(
        stage=made.stage, entry=made.entries[2], reason="没有到场检录", by=clerk
    )
    run = check(
        clerk,
        town,
        line(made, code="S-2026-999"),
        line(made, event="钳工"),
        line(made, stage="决赛"),
        line(made, name="试验路人"),
        line(made, points=61),
        line(made, points="5²"),
        line(made, 9),
        line(made, 1, "美观"),
        line(made, 2, judge=1),
        line(made, 3),
    )
    names = f"{made.judges[0].name}、{made.judges[1].name}"
    assert said(run) == [
        "没有这个竞赛编号，或者它不在本次导入的范围内。请核对竞赛页面上的编号。",
        f"这项竞赛没有这个比赛项目，有：{made.event.title}。请核对。",
        "这个比赛项目没有这个环节，有：实操。请核对。",
        f"这个环节没有安排这位评委，有：{names}。请核对，或先在竞赛的评委页面安排。",
        "“61”不能作为得分。应为 0 至 60，最多两位小数。",
        "“5²”不能作为得分。应为 0 至 60，最多两位小数。",
        "这个比赛项目没有这个参赛号。请核对。",
        "这个环节没有这个评分项，有：操作规范、工艺质量。请核对。",
        "2 号不由这位评委评分：已退赛、缺考、没有晋级，或按规定回避。请核对评委和参赛号。",
        "3 号不由这位评委评分：已退赛、缺考、没有晋级，或按规定回避。请核对评委和参赛号。",
    ]
    assert not Mark.objects.exists()


def test_a_freeze_between_check_and_import_refuses_each_row(clerk, town, made):
    run = check(clerk, town, line(made), line(made, 2))
    assert run.new == 2
    frozen(made.event)
    run = applied(run, clerk)
    late = "成绩已封存，不能再评分。有误的，在异议期提出异议，由主办工会处理。"
    assert said(run) == [late, late]
    assert not Mark.objects.exists()


def test_another_unions_contest_does_not_exist_for_an_officer(officer, union, made):
    run = check(officer, union, line(made))
    assert said(run) == ["没有这个竞赛编号，或者它不在本次导入的范围内。请核对竞赛页面上的编号。"]
