"""Kind ``nominations``: people are put forward as drafts within the places of their union, drafts are mended, and an
undo takes back what nobody has touched since."""

import datetime as dt

import openpyxl
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from competitions.invariants.nominations import INVARIANTS
from competitions.models import Nomination, Selection
from competitions.services.nomination_papers import add_nomination_paper
from competitions.services.nominations import edit_nomination, submit_nominations
from competitions.services.selections import set_place
from exchange import services
from exchange.services import mend
from tests.exchange.sheets import applied, finish, messages_of, saved, upload
from tests.factories.nominations import NominationFactory, SelectionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number

pytestmark = pytest.mark.django_db
TITLES = ["姓名", "证件号码", "推荐评选", "年度", "职工类别", "岗位", "推荐理由", "主要事迹"]
TITLE = "2026年市五一劳动奖章推荐"
NUMBERS = [citizen_number(sequence=place + 930) for place in range(4)]
NAMES = [f"试推{name}" for name in "甲乙丙丁"]
TODAY = dt.date(2026, 11, 2)
UNKNOWN = "名册中没有此人，或者不在本次导入的范围内。请核对证件号码；还没有登记的，请先用“会员信息”表登记。"
NO_POSITION = (
    "不是可选的职工类别。请改为下列之一：产业工人、其他一线职工和专业技术人员、科教人员、其他（管理人员等）。"
)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def selection(town):
    return SelectionFactory(union=town, title=TITLE, places_each=2, deadline=dt.date(2026, 11, 20))


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    return [
        WorkerFactory(employer=firm, document=number, name=name, sex="2", political="01", is_migrant=True)
        for number, name in zip(NUMBERS, NAMES, strict=True)
    ]


def row(place, **said):
    cells = {
        "name": NAMES[place], "number": NUMBERS[place], "title": TITLE, "year": "", "position": "产业工人",
        "job": "装配班长", "reason": "技术攻关成绩突出", "merits": "三年完成攻关八项",
    }  # fmt: skip
    return list((cells | said).values())


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for line in (TITLES, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind="nominations", name="推荐.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def said_of(run, number):
    return run.lines.get(number=number).problems[-1]["message"]


def stored(selection):
    rows = selection.nominations.order_by("pk")
    return list(rows.values_list("worker__name", "position", "job", "reason", "state"))


def broken():
    return [fault for _, rule in INVARIANTS for fault in rule()]


def test_people_become_drafts_with_what_the_roll_says_and_an_undo_takes_them_back(
    officer, union, firm, selection, people
):
    run = check(officer, union, row(0), row(1, position="专业技术人员", job=""))
    assert (messages_of(run), run.new, run.failed) == ([], 2, 0)
    applied(run, officer)
    assert stored(selection) == [
        ("试推甲", "industrial", "装配班长", "技术攻关成绩突出", "draft"),
        ("试推乙", "frontline", "", "技术攻关成绩突出", "draft"),
    ]
    facts = ("union", "employer", "entered_by", "is_woman", "is_party", "is_migrant", "facts_on")
    assert set(Nomination.objects.values_list(*facts)) == {
        (union.pk, firm.pk, officer.pk, True, True, True, TODAY)
    }
    entry = AuditEntry.objects.get(action="competitions.nominate")
    keys = list(Nomination.objects.order_by("pk").values_list("pk", flat=True))
    assert entry.details == {
        "nominations": keys,
        "workers": [people[0].pk, people[1].pk],
        "import": run.pk,
    }
    assert (entry.object_id, entry.union_id, broken()) == (selection.pk, union.pk, [])
    undone(run, officer)
    assert stored(selection) == []
    entry = AuditEntry.objects.get(action="competitions.nominate_undo")
    assert entry.details["nominations"] == keys


def test_the_places_of_a_union_go_to_the_first_rows_and_drafts_take_one(
    officer, clerk, union, firm, selection, people
):
    run = check(officer, union, *(row(place) for place in range(3)))
    assert messages_of(run) == [(4, "推荐评选", "selection.full")]
    assert said_of(run, 4) == (
        f"{union.name}名额 2 个，已用 2 个（含草稿、退回和本表前面的行）。"
        f"请减少人选或撤回草稿，需增加名额的请联系{selection.union.name}。"
    )
    applied(run, officer, mode="good")
    assert [name for name, *_ in stored(selection)] == NAMES[:2]
    assert messages_of(check(officer, union, row(2))) == [(2, "推荐评选", "selection.full")]
    set_place(selection=selection, union=union, places=3, by=clerk)
    more = check(officer, union, row(2), row(3))
    assert messages_of(more) == [(3, "推荐评选", "selection.full")]
    NominationFactory(selection=selection, union=union, state="withdrawn")
    applied(check(officer, union, row(2)), officer)
    assert submit_nominations(
        selection=selection, nominations=[one.pk for one in selection.nominations.all()], by=officer
    ) == 3  # fmt: skip


def test_a_place_that_a_mended_row_no_longer_needs_goes_to_the_next_one(officer, union, selection, people):
    run = check(officer, union, row(0), row(1), row(2))
    mend(run=run, number=2, texts={"name": "试别名"}, by=officer)
    run.refresh_from_db()
    assert messages_of(run) == [(2, "姓名", "name.differs")]
    assert run.new == 2


def test_a_draft_is_mended_and_mended_back_and_a_submitted_one_stays(officer, union, firm, selection, people):
    applied(check(officer, union, row(0), row(1)), officer)
    first, second = selection.nominations.order_by("pk")
    submit_nominations(selection=selection, nominations=[second.pk], by=officer)
    rows = (row(0, job="", reason="改进工序"), row(1))
    run = check(officer, union, *rows)
    assert (run.changed, run.unchanged, run.failed) == (1, 1, 0)
    applied(run, officer)
    assert stored(selection)[0] == ("试推甲", "industrial", "装配班长", "改进工序", "draft")
    entry = AuditEntry.objects.get(action="workers.import")
    told = {"import": run.pk, "row": 2, "worker": people[0].pk, "fields": ["reason"]}
    assert (entry.object_id, entry.details) == (first.pk, told)
    refused = check(officer, union, row(1, reason="改进工序"))
    assert messages_of(refused) == [(2, "姓名", "name.given")]
    assert said_of(refused, 2) == (
        "此人的推荐现为“待审核”，不能用表格修改。请删去这一行；要改的请在推荐页面撤回后重新推荐。"
    )
    undone(run, officer)
    assert stored(selection)[0] == ("试推甲", "industrial", "装配班长", "技术攻关成绩突出", "draft")
    assert check(officer, union, row(0, reason="改进工序"), rule="skip").skipped == 1
    assert check(officer, union, row(0, reason="改进工序"), rule="fill").unchanged == 1


def test_an_undo_keeps_what_was_touched_since(officer, clerk, union, selection, people):
    set_place(selection=selection, union=union, places=4, by=clerk)
    run = applied(check(officer, union, *(row(place) for place in range(4))), officer)
    first, second, third, fourth = selection.nominations.order_by("pk")
    edit_nomination(nomination=first, version="1", by=officer, reason="改过")
    submit_nominations(selection=selection, nominations=[second.pk], by=officer)
    add_nomination_paper(nomination=third, file=ContentFile(b"\xff\xd8\xff scan", name="表.jpg"), by=officer)
    undone(run, officer)
    assert list(selection.nominations.order_by("pk")) == [first, second, third]
    assert not Nomination.objects.filter(pk=fourth.pk).exists()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"title": "没有的评选"},
            (2, "推荐评选", "没有这个名称的推荐评选，或者您的工会不能推荐。现在接受推荐的有：已截止、" + TITLE + "。请核对名称，名称在评选页面上。"),
        ),
        ({"year": "2025"}, (2, "年度", "这个名称的推荐评选没有这一年度的，现有 2026。请改正年度。")),
        ({"title": "筹备"}, (2, "推荐评选", "推荐评选现在是“公示中”，不接受推荐。")),
        ({"title": "已截止"}, (2, "推荐评选", "推荐已于 2026-11-01 截止，请联系试验镇总工会补报。")),
        ({"title": "集体"}, (2, "推荐评选", "这次推荐的是集体（班组或单位），本表只推荐职工。请在评选页面上推荐集体。")),
        ({"title": "两年"}, (2, "年度", "这个名称的推荐评选有 2025、2026 年度的。请填写年度。")),
        ({"name": "试别名"}, (2, "姓名", "名册中这个证件号码登记的姓名是“试推甲”，与本行不同。请核对号码；姓名已改的，请先在职工页面更正。")),
        ({"position": "领导"}, (2, "职工类别", NO_POSITION)),
        ({"number": citizen_number(sequence=990)}, (2, "证件号码", UNKNOWN)),
        ({"merits": "事" * 3001}, (2, "主要事迹", "最多 3000 个字，现有 3001 个字。请缩短后重新填写，全文可以作为附件上传。")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_cell(officer, union, town, selection, people, said, message):
    type(town).objects.filter(pk=town.pk).update(name="试验镇总工会")
    days = {"notice_from": TODAY, "notice_until": TODAY}
    SelectionFactory(union=town, title="筹备", phase="notice", **days)
    SelectionFactory(union=town, title="已截止", deadline=dt.date(2026, 11, 1))
    SelectionFactory(union=town, title="集体", is_collective=True, honour_type="PIONEER")
    for year in (2025, 2026):
        SelectionFactory(union=town, title="两年", year=year, phase="cancelled", cancel_reason="试验")
    run = check(officer, union, row(0, **said))
    assert (run.new, run.failed) == (0, 1)
    found = [
        (line.number, one["column"], one["message"]) for line in run.lines.all() for one in line.problems
    ]
    assert found == [message]


def test_people_elsewhere_and_selections_not_announced_are_unknown(
    officer, other_officer, union, other_union, town, selection, people
):
    run = check(other_officer, other_union, row(0))
    assert messages_of(run) == [(2, "证件号码", "number.unknown_person")]
    Selection.objects.create(
        union=town, title="未开放的推荐", year=2026, honour_type="MAY1_C", issuer="试验", notice_days=5,
        notice_unit="working", deadline=TODAY, created_by=selection.created_by,
    )  # fmt: skip
    assert messages_of(check(officer, union, row(0, title="未开放的推荐"))) == [
        (2, "推荐评选", "selection.unknown")
    ]
    type(people[0]).objects.filter(pk=people[0].pk).update(standing="left", member_since=None)
    assert messages_of(check(officer, union, row(0))) == [(2, "证件号码", "number.left")]
    assert "第 2、3 行是同一人在同一次推荐评选中" in said_of(check(officer, union, row(1), row(1)), 2)


def test_statements_do_not_grow_with_the_rows(officer, clerk, union, selection, people):
    set_place(selection=selection, union=union, places=4, by=clerk)
    asked = []
    for places in ([0], [1, 2, 3]):
        with CaptureQueriesContext(connection) as seen:
            applied(check(officer, union, *map(row, places)), officer)
        asked.append(len(seen))
    assert asked[1] <= asked[0]
    asked = []
    for places in ([0], [1, 2, 3]):
        run = check(officer, union, *(row(place, reason="改进工序") for place in places))
        with CaptureQueriesContext(connection) as seen:
            applied(run, officer)
            undone(run, officer)
        asked.append(len(seen))
    assert asked[1] <= asked[0]
