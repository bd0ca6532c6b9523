"""Sheets of honours correct what is recorded: by holder, kind and year or by the document, by row keys, and back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from competitions.models import CollectiveHonour, Honour, Selection
from competitions.services.recognitions import verify
from core.exchange import kinds
from exchange import services
from tests.exchange.exports import ask, done
from tests.exchange.returning import Sheet, counts, send, written
from tests.exchange.sheets import applied, finish, messages_of
from tests.exchange.test_honours import FACTS, NUMBERS, SAID, check, personal, row, told
from tests.factories.honours import CollectiveHonourFactory, HonourFactory, TeamFactory
from tests.factories.nominations import NominationFactory, SelectionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
TITLES = ["工会", "班组", "用人单位", *FACTS]
ENTERED = {
    "title": "乐清工匠",
    "level": "X",
    "issuer": "试验授予单位",
    "batch": "第一批",
    "document_number": "试〔2026〕1号",
}


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return [
        WorkerFactory(employer=firm, document=number, name=f"试荣{name}")
        for number, name in zip(NUMBERS, "甲乙丙", strict=True)
    ]


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def collective(by, union, *rows):
    lines = [
        [said.pop("union", ""), said.pop("team", ""), said.pop("employer", ""), *(SAID | said).values()]
        for said in rows
    ]
    return check(by, union, "collective_honours", TITLES, *lines)


def test_a_known_honour_is_corrected_waits_anew_and_is_given_back(officer, clerk, union, people):
    honour = HonourFactory(worker=people[0], **ENTERED)
    HonourFactory(worker=people[1], **ENTERED)
    run = personal(officer, union, row(0, batch="第二批", valid_until="2029/5/1"), row(1), row(2))
    assert (run.changed, run.unchanged, run.new, run.failed) == (1, 1, 1, 0), told(run)
    applied(run, officer)
    honour.refresh_from_db()
    assert (honour.batch, honour.valid_until, honour.state, honour.decided_by, honour.decided_at) == (
        "第二批", dt.date(2029, 5, 1), "entered", None, None,
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="workers.import", object_type="competitions.honour")
    changes = {"batch": ["第一批", "第二批"], "valid_until": [None, "2029-05-01"]}
    assert (entry.object_id, entry.union_id) == (honour.pk, union.pk)
    assert entry.details == {"import": run.pk, "row": 2, "changes": changes, "worker": people[0].pk}
    undone(run, officer)
    honour.refresh_from_db()
    assert (honour.batch, honour.valid_until, honour.state, honour.decided_by_id) == (
        "第一批", None, "verified", honour.entered_by_id,
    )  # fmt: skip
    assert honour.decided_at is not None
    entry = AuditEntry.objects.get(action="workers.import_undo")
    assert entry.details["changes"] == {"batch": ["第二批", "第一批"], "valid_until": ["2029-05-01", None]}
    assert Honour.objects.count() == 2


def test_what_no_cell_says_is_not_changed(officer, union, people):
    honour = HonourFactory(worker=people[0], **(ENTERED | {"title": "乐清工匠（第一批）"}))
    assert personal(officer, union, row(0)).unchanged == 1
    assert personal(officer, union, row(0, batch="", document_number="")).unchanged == 1
    assert personal(officer, union, row(0, batch="第二批"), rule="fill").unchanged == 1
    assert personal(officer, union, row(0, batch="第二批"), rule="skip").skipped == 1
    filled = personal(officer, union, row(0, batch="第二批", valid_until="2029/5/1"), rule="fill")
    applied(filled, officer)
    honour.refresh_from_db()
    assert (honour.batch, honour.valid_until) == ("第一批", dt.date(2029, 5, 1))


def test_a_wrong_year_is_mended_by_the_document(officer, union, people):
    honour = HonourFactory(worker=people[0], **(ENTERED | {"year": 2025}))
    run = personal(officer, union, row(0, year="2026"))
    assert (run.changed, run.new) == (1, 0)
    applied(run, officer)
    honour.refresh_from_db()
    assert (honour.year, Honour.objects.count()) == (2026, 1)
    assert personal(officer, union, row(0, year="2025", document_number="试〔2025〕9号")).new == 1
    HonourFactory(worker=people[0], **(ENTERED | {"year": 2025, "document_number": "试〔2025〕9号"}))
    undone(run, officer)
    honour.refresh_from_db()
    assert honour.year == 2026
    line = run.lines.get()
    assert line.effect.reason == "导入之后另登记了同一年度的这种荣誉，不能改回原来的年度"


def test_an_undo_keeps_what_was_decided_since(officer, clerk, union, people):
    honour = HonourFactory(worker=people[0], **ENTERED)
    run = applied(personal(officer, union, row(0, batch="第二批")), officer)
    honour.refresh_from_db()
    verify(row=honour, version=str(honour.version), by=clerk)
    undone(run, officer)
    honour.refresh_from_db()
    assert (honour.batch, honour.state) == ("第二批", "verified")


def test_a_decision_between_check_and_import_is_not_written_over(officer, clerk, union, people):
    honour = HonourFactory(worker=people[0], **(ENTERED | {"state": "entered"}))
    run = personal(officer, union, row(0, batch="第二批"))
    verify(row=honour, version="1", by=clerk)
    applied(run, officer)
    honour.refresh_from_db()
    assert (honour.batch, honour.state) == ("第一批", "verified")


@pytest.mark.parametrize(
    ("stored", "said", "message"),
    [
        (
            {"state": "revoked"},
            {"batch": "第二批"},
            "这项荣誉已于 2026-05-01 撤销，不能再修改。请删去这一行。",
        ),
        (
            {"valid_until": dt.date(2026, 6, 1)},
            {"awarded_on": "2026/7/1"},
            "有效期至早于授予日期。请对照文件核对。",
        ),
        (
            {"rechecked_on": dt.date(2026, 6, 1), "recheck_result": "passed"},
            {"awarded_on": "2026/7/1"},
            "授予日期晚于已登记的复核日期 2026-06-01。请对照文件核对。",
        ),
    ],
)
def test_what_cannot_become_of_a_known_honour_is_told(officer, union, people, stored, said, message):
    HonourFactory(worker=people[0], **(ENTERED | stored))
    run = personal(officer, union, row(0, **said))
    assert (run.failed, told(run)) == (1, message)


def test_two_rows_never_mean_one_honour(officer, union, people):
    HonourFactory(worker=people[0], **ENTERED)
    run = personal(officer, union, row(0), row(0, year="2024", awarded_on="2024/5/1"))
    assert told(run) == "与第 2 行是同一项荣誉。请核对后只保留一行。"


def test_an_exported_list_comes_back_with_the_edited_cells_only(
    officer, other_officer, union, other_union, people
):
    first = HonourFactory(worker=people[0], **(ENTERED | {"valid_until": dt.date(2029, 5, 1)}))
    second = HonourFactory(worker=people[0], **(ENTERED | {"year": 2025, "document_number": "试〔2025〕9号"}))
    columns = ["name", "type", "title", "year", "awarded_on", "valid_until", "state", "batch"]
    sheet = Sheet(done(ask(officer, listing="honours", columns=columns)))
    places = {sheet.sheet.cell(at, sheet.places["年度"]).value: at for at in (2, 3)}
    sheet.edit(places[2026], 批次="第二批", 有效期至="")
    run = send(sheet, officer, union, kind="honours")
    assert (counts(run), messages_of(run)) == ((1, 1, 0), [])
    written(run, officer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.batch, first.valid_until, first.state) == ("第二批", None, "entered")
    assert (second.state, second.version) == ("verified", 1)
    sheet.edit(places[2025], 年度="2026").edit(places[2026], 荣誉种类="金牌工人")
    again = send(sheet, officer, union, kind="honours")
    assert {number: code for number, _, code in messages_of(again)} == {
        places[2025]: "year.taken",
        places[2026]: "type.fixed",
    }
    foreign = send(sheet, other_officer, other_union, kind="honours")
    assert (places[2025], "", "row_key.unknown") in messages_of(foreign)
    assert foreign.changed == 0


def test_a_wrong_holder_or_kind_in_an_exported_list_is_told_what_to_do(officer, union, people):
    """An honour counted for its holder: it goes to no other by a cell."""
    HonourFactory(worker=people[0], **ENTERED)
    sheet = Sheet(done(ask(officer, listing="honours", columns=["name", "type", "year", "awarded_on"])))
    sheet.edit(2, 姓名="试他人", 荣誉种类="金牌工人")
    run = send(sheet, officer, union, kind="honours")
    texts = [problem["message"] for line in run.lines.all() for problem in line.problems]
    afresh = "请镇总工会办理：待核实的不予认定，已核实的登记撤销（撤销日期填授予日期），再为正确的职工登记。"
    assert texts == [
        f"不能在导出的表格中修改姓名。姓名有误的，请在职工页面改正；登记错了人的，{afresh}请改回原来的内容。",
        "不能在导出的表格中修改荣誉种类。种类登记有误的，请在荣誉页面修改。请改回原来的内容。",
    ]


def test_another_kind_is_another_honour_and_the_form_says_so(officer, union, people):
    HonourFactory(worker=people[0], **ENTERED)
    run = personal(officer, union, row(0, type="金牌工人", title="金牌工人"))
    assert (run.new, run.changed, run.failed) == (1, 0, 0), told(run)
    said = "种类登记错的请在荣誉页面修改：用本表填写正确的种类会另外登记一项。"
    assert [said in kinds()[name].footnote for name in ("honours", "collective_honours")] == [True, True]


def granted(honour, town):
    """As if a nomination had led to the honour."""
    selection = SelectionFactory(union=town)
    NominationFactory(selection=selection, union=honour.union, worker=honour.worker, state="shortlisted")
    day = dt.date(2026, 10, 1)
    for phase in (
        {"phase": "notice", "notice_from": day, "notice_until": day},
        {"phase": "decided", "decided_on": dt.date(2026, 10, 2)},
    ):
        Selection.objects.filter(pk=selection.pk).update(**phase)
    selection.nominations.update(state="recommended")
    selection.nominations.update(state="awarded", honour=honour)


def test_a_granted_honour_keeps_the_number_of_its_document(officer, town, union, people):
    granted(HonourFactory(worker=people[0], **ENTERED), town)
    sheet = Sheet(done(ask(officer, listing="honours", columns=["name", "document_number"])))
    run = send(sheet.edit(2, 文件号=""), officer, union, kind="honours")
    assert messages_of(run) == [(2, "文件号", "document_number.granted")]


def test_an_exported_list_of_collectives_comes_back(officer, union):
    honour = CollectiveHonourFactory(team=TeamFactory(union=union, name="装配一班"), batch="第一批")
    columns = ["holder", "type", "title", "year", "team", "batch"]
    sheet = Sheet(done(ask(officer, listing="collective_honours", columns=columns)))
    sheet.edit(2, 批次="第二批")
    run = send(sheet, officer, union, kind="collective_honours")
    assert (counts(run), messages_of(run)) == ((1, 0, 0), [])
    written(run, officer)
    honour.refresh_from_db()
    assert (honour.batch, honour.state) == ("第二批", "entered")
    sheet.edit(2, 班组="装配二班", 批次="第一批")
    moved = send(sheet, officer, union, kind="collective_honours")
    assert messages_of(moved) == [(2, "班组", "team.fixed")]


def test_honours_of_collectives_are_found_below_the_uploading_union(clerk, town, union, other_union):
    firm = EmployerFactory(union=union)
    team = TeamFactory(union=union, name="装配一班", founded_on=dt.date(2020, 1, 1))
    run = collective(
        clerk,
        town,
        {"team": "装配一班", "type": "工人先锋号"},
        {"employer": firm.name, "type": "五一劳动奖状"},
    )
    assert (run.new, run.failed) == (2, 0), told(run)
    applied(run, clerk)
    rows = CollectiveHonour.objects.order_by("pk")
    assert [(one.holder, one.union) for one in rows] == [(team, union), (firm, union)]
    known = collective(
        clerk, town, {"team": "装配一班", "type": "工人先锋号", "batch": "第二批"},
        {"employer": firm.name, "type": "五一劳动奖状", "union": union.name},
    )  # fmt: skip
    assert (known.changed, known.unchanged) == (1, 1), told(known)
    applied(known, clerk)
    assert list(rows.values_list("batch", "version")) == [("第二批", 2), ("第一批", 1)]
    undone(known, clerk)
    assert list(rows.values_list("batch", "version")) == [("第一批", 3), ("第一批", 1)]
    TeamFactory(union=other_union, name="装配一班")
    several = collective(clerk, town, {"team": "装配一班", "type": "工人先锋号"})
    assert told(several) == (
        f"“{town.name}”范围内有几个工会登记了名为“装配一班”的班组：{union.name}、{other_union.name}。请填写是哪个工会的。"
    )
    early = collective(clerk, union, {"team": "装配一班", "type": "工人先锋号", "awarded_on": "2019/5/1"})
    assert told(early) == "班组 2020-01-01 才成立，授予日期不能更早。请对照文件核对。"


def test_a_firm_of_another_union_is_not_found(officer, clerk, town, union, other_union):
    firm = EmployerFactory(union=other_union)
    said = {"employer": firm.name, "type": "五一劳动奖状", "union": union.name}
    elsewhere = f"“{union.name}”范围内没有名为“{firm.name}”的用人单位。请核对名称。"
    assert told(collective(clerk, town, said)) == elsewhere
    run = collective(officer, union, {"employer": firm.name, "type": "五一劳动奖状"})
    assert told(run) == f"“{union.name}”范围内没有名为“{firm.name}”的用人单位。请核对名称。"


def test_statements_do_not_grow_with_the_corrected_rows(officer, union, people):
    asked = []
    for places, batch in (([0], "第二批"), ([0, 1, 2], "第三批")):
        for place in places:
            Honour.objects.filter(worker=people[place]).delete()
            HonourFactory(worker=people[place], **ENTERED)
        run = personal(officer, union, *(row(place, batch=batch) for place in places))
        with CaptureQueriesContext(connection) as seen:
            applied(run, officer)
            undone(run, officer)
        asked.append(len(seen))
        assert (run.changed, Honour.objects.filter(batch="第一批").count()) == (len(places), len(places))
    assert asked[1] <= asked[0]


def test_statements_do_not_grow_with_the_corrected_rows_of_collectives(officer, union):
    teams = [TeamFactory(union=union, name=f"装配{name}班") for name in "一二三"]
    asked = []
    for some in (teams[:1], teams):
        CollectiveHonour.objects.all().delete()
        for team in some:
            CollectiveHonourFactory(team=team, batch="第一批")
        said = [{"team": team.name, "type": "工人先锋号", "batch": "第二批"} for team in some]
        run = collective(officer, union, *said)
        with CaptureQueriesContext(connection) as seen:
            applied(run, officer)
            undone(run, officer)
        asked.append(len(seen))
        assert CollectiveHonour.objects.filter(batch="第一批").count() == len(some)
    assert asked[1] <= asked[0]
