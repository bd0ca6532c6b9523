"""Firms and open business as lists: what the page shows, on the form, and back again."""

import datetime as dt

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from exchange import services
from tests.access.scene import signed_in
from tests.exchange.exports import ask, done, path_of, sheet_rows
from tests.exchange.returning import Sheet, counts, send, worked, written
from tests.exchange.sheets import UNION_GROUPS, UNION_TITLES
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from unions.models import Employer, Union
from workers.models import Proposal, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(union):
    made = [
        EmployerFactory(union=union, name=f"{name}有限公司", name_key=f"{name}有限公司")
        for name in ("甲厂", "乙厂")
    ]
    Employer.objects.filter(pk=made[0].pk).update(address="=1+1", nature="170")
    WorkerFactory.create_batch(2, employer=made[0])
    return made


def told(run) -> list:
    return [
        (p["column"], p["message"])
        for line in run.lines.all()
        for p in line.problems
        if p["level"] == "error"
    ]


def test_the_list_of_firms_is_that_of_the_page(clerk, firms, union):
    page = signed_in(clerk).get(reverse("unions:employer_list"), {"q": "甲厂"}).content.decode()
    assert "list=employers&amp;q=%E7%94%B2%E5%8E%82" in page
    [head, row] = sheet_rows(done(ask(clerk, "q=甲厂", listing="employers")))
    shown = dict(zip(head, row, strict=True))
    assert (shown["单位名称"], shown["归口工会"], shown["建会"]) == ("甲厂有限公司", union.name, "已建会")
    assert (shown["名册在册"], shown["其中会员"]) == (2, 2)


def test_the_union_form_is_true_to_the_print_and_comes_back_unchanged(clerk, firms, union):
    export = done(ask(clerk, listing="employers", layout="form"))
    sheet = openpyxl.load_workbook(path_of(export)).worksheets[0]
    assert [sheet["A1"].value, sheet["A2"].value] == ["附件一", "试验镇工会组织信息采集表"]
    assert [cell.value or "" for cell in sheet[4]] == [*UNION_GROUPS, *[""] * 7][: len(sheet[4])]
    assert [cell.value or "" for cell in sheet[5]] == UNION_TITLES
    assert {"A4:A5", "B4:I4", "J4:Q4"} <= {str(area) for area in sheet.merged_cells.ranges}
    run = send(path_of(export).read_bytes(), clerk, kind="unions")
    assert (run.error, told(run), counts(run)) == ("", [], (0, run.rows, 0))


def test_edited_cells_of_firms_arrive_and_go_back(clerk, firms, union):
    sheet = Sheet(done(ask(clerk, listing="employers", layout="update")), header=3)
    row = next(
        r for r in range(4, 8) if sheet.sheet.cell(r, sheet.places["单位名称"]).value == "甲厂有限公司"
    )
    sheet.edit(row, 单位地址="乐清市南岳镇", 职工人数=88, 工会负责人="试负责")
    run = send(sheet, clerk, kind="unions")
    assert (counts(run)[0], told(run)) == (1, [])
    written(run, clerk)
    firms[0].refresh_from_db()
    union.refresh_from_db()
    assert (firms[0].address, union.head_name) == ("乐清市南岳镇", "试负责")
    assert firms[0].headcounts.order_by("-on").first().employees == 88
    services.request_undo(run=run, by=clerk, hint=False)
    worked(run)
    firms[0].refresh_from_db()
    assert firms[0].address == "=1+1"


@pytest.mark.parametrize(
    ("column", "text"), [("单位名称", "丙厂有限公司"), ("归口工会", "别的工会"), ("名册在册", 5)]
)
def test_what_no_file_may_change_of_a_firm_is_refused(clerk, firms, column, text):
    sheet = Sheet(done(ask(clerk, listing="employers"))).edit(2, **{column: text})
    run = send(sheet, clerk, kind="unions")
    assert counts(run)[2] == 1
    assert f"不能在导出的表格中修改{column}" in told(run)[0][1]


def test_a_firm_that_changed_meanwhile_is_a_conflict(clerk, firms):
    sheet = Sheet(done(ask(clerk, "q=甲厂", ["name", "address"], listing="employers"))).edit(
        2, 单位地址="南岳镇"
    )
    Employer.objects.filter(pk=firms[0].pk).update(address="北岳镇", version=5)
    run = send(sheet, clerk, kind="unions")
    assert counts(run) == (0, 0, 1)
    assert "北岳镇" in told(run)[0][1]


def test_open_business_is_exported_tab_by_tab(officer, union, other_union, firms):
    worker, mover = firms[0].workers.order_by("pk")
    today = timezone.localdate()
    Proposal.objects.create(
        worker=worker, union=union, source="application", change="1", on=today, created_by=officer
    )
    Transfer.objects.create(
        worker=mover,
        origin=union,
        destination=other_union,
        on=today,
        requested_by=officer,
        released_at=timezone.now(),
    )
    page = signed_in(officer).get(reverse("workers:matter_list"), {"kind": "outgoing"}).content.decode()
    assert "list=matters&amp;kind=outgoing" in page
    [head, row] = sheet_rows(done(ask(officer, "kind=applications", listing="matters")))
    shown = dict(zip(head, row, strict=True))
    assert (shown["姓名"], shown["拟办变化"], shown["日期"].date()) == (worker.name, "入会", today)
    [head, row] = sheet_rows(done(ask(officer, "kind=outgoing", listing="matters")))
    shown = dict(zip(head, row, strict=True))
    assert (shown["姓名"], shown["转入工会（单位所属工会）"], shown["转出确认"]) == (
        mover.name,
        other_union.name,
        "已确认",
    )
    assert shown["证件号码"].startswith("•")


def test_firms_of_others_stay_out(officer, firms, other_union):
    EmployerFactory(union=other_union, name="丁厂有限公司", opened_on=dt.date(2010, 1, 1))
    rows = sheet_rows(done(ask(officer, listing="employers", columns=["name"])))
    assert [row[0] for row in rows[1:]] == ["乙厂有限公司", "甲厂有限公司"]
    assert Union.objects.count() > 1


def test_the_tree_and_the_firms_without_a_union_are_exported_as_shown(clerk, firms, union):
    loose = EmployerFactory(union=Union.objects.get(parent=None), name="戊厂有限公司", covered=False)
    desk = signed_in(clerk)
    assert (
        "list=union_tree&amp;q=" in desk.get(reverse("unions:union_tree"), {"q": union.code}).content.decode()
    )
    assert "list=uncovered" in desk.get(reverse("unions:uncovered_list")).content.decode()
    head, *rows = sheet_rows(done(ask(clerk, f"q={union.code}", listing="union_tree")))
    [shown] = [dict(zip(head, row, strict=True)) for row in rows if row[0] == union.name]
    assert (shown["层级"], shown["覆盖单位"], shown["名册会员"]) == (3, 2, 2)
    rows = sheet_rows(done(ask(clerk, listing="uncovered", columns=["name"], file_format="xlsx")))
    assert [loose.name] in rows
    assert [firms[0].name] not in rows
