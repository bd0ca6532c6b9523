"""The roll on the circulated form, and as a template for updates: true to the print, and understood when it comes back."""

import datetime as dt

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from core.listing import listings
from exchange import services
from exchange.models import Export
from tests.exchange.exports import PASSWORD, ask, done, opened, path_of
from tests.exchange.returning import Sheet, counts, send, worked, written
from tests.exchange.sheets import MEMBER_TITLES
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from unions.roles import ROLE_PERMISSIONS
from workers.models import Employment, Membership, Worker
from workers.privacy import seen_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, name="甲厂有限公司")


@pytest.fixture
def roll(firm):
    workers = [WorkerFactory(employer=firm, education="60", household_place="=1+1") for _ in range(3)]
    Employment.objects.filter(worker=workers[0]).update(
        staff_number="007", team="-一班", form="1", start=dt.date(2020, 1, 2)
    )
    Worker.objects.filter(pk=workers[1].pk).update(
        education="", phone=None, phone_index=None, phone_tail="", is_migrant=True
    )
    return workers


def full_form(user, layout: str = "form") -> bytes:
    return opened(done(ask(user, layout=layout, full_numbers=True, password=PASSWORD))).getvalue()


def told(run) -> list:
    return [
        (p["column"], p["message"])
        for line in run.lines.all()
        for p in line.problems
        if p["level"] == "error"
    ]


def test_the_form_is_true_to_the_print(officer, union, roll):
    sheet = openpyxl.load_workbook(path_of(done(ask(officer, layout="form")))).worksheets[0]
    assert [sheet["A1"].value, sheet["A2"].value] == ["附件四", "试验镇工会会员信息采集表"]
    assert (sheet["A3"].value, sheet["L3"].value) == (
        f"填表单位（盖章）：{union.name}",
        "     单位负责人(签字)：",
    )
    assert [cell.value for cell in sheet[4]] == MEMBER_TITLES
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A2:T2", "A3:K3", "L3:T3", "A8:T8"}
    assert sheet["A8"].value.startswith("填表说明：")
    assert [round(sheet.column_dimensions[name].width) for name in "ABHOT"] == [5, 6, 11, 14, 12]
    assert {cell.number_format for cell in sheet[5]} == {"@"}
    rules = {
        str(rule.sqref).split(":")[0][0]: rule.formula1 for rule in sheet.data_validations.dataValidation
    }
    assert rules["C"] == '"男,女"'
    assert rules["E"].startswith("'下拉菜单表'!$A$2:$A$")
    assert sheet.page_setup.orientation == "landscape"


def test_a_row_of_a_form_is_high_enough_for_its_longest_text(officer, roll):
    Worker.objects.filter(pk=roll[0].pk).update(household_place="浙江省乐清市南岳镇试验村一组二号")
    sheet = openpyxl.load_workbook(path_of(done(ask(officer, layout="form")))).worksheets[0]
    row = next(row for row in range(5, 8) if sheet.cell(row, 2).value == roll[0].name)
    others = {sheet.row_dimensions[other].height for other in range(5, 8) if other != row}
    # Seven lines for 16 characters in a column of 5.8, four for the dots of a masked number; in whole pixels.
    assert (sheet.row_dimensions[row].height, max(others)) == (90.75, 51.75)


def test_nothing_on_a_form_computes(officer, roll):
    for layout in ("form", "update"):
        book = openpyxl.load_workbook(path_of(done(ask(officer, layout=layout))))
        cells = [
            cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        assert {cell.data_type for cell in cells} == {"s"}
        assert "=1+1" in {cell.value for cell in cells}


def test_a_form_with_whole_numbers_comes_back_unchanged(officer, union, roll):
    left = WorkerFactory(employer=roll[0].employer)
    Membership.objects.filter(worker=left).update(end=dt.date(2023, 5, 1), end_change="6", end_reason="1")
    for layout in ("form", "update"):
        run = send(full_form(officer, layout), officer, union)
        assert (run.error, counts(run), told(run)) == ("", (0, run.rows, 0), [])
        assert run.rows >= 3
        services.discard(run=run, by=officer)


def test_an_update_template_is_masked_and_says_only_what_is_edited(officer, union, roll):
    sheet = Sheet(done(ask(officer, layout="update")), header=2)
    assert "•" in sheet.text(roll[0], "证件号码")
    assert sheet.text(roll[0], "工号") == "007"
    sheet.edit(sheet.row_of(roll[0]), 工号="008", 班组="", 学历="大专")
    day = timezone.localdate() - dt.timedelta(days=3)
    sheet.edit(
        sheet.row_of(roll[1]),
        会籍变化类型="退会",
        会籍变化日期=f"{day:%Y/%m/%d}",
        会籍变化原因="个人要求退会",
    )
    run = send(sheet, officer, union)
    assert (counts(run), told(run)) == ((2, 1, 0), [])
    written(run, officer)
    job = roll[0].employments.get()
    spell = roll[1].memberships.get()
    assert (job.staff_number, job.team) == ("008", "")
    assert (spell.end, spell.end_change) == (day, "6")
    services.request_undo(run=run, by=officer, hint=False)
    worked(run)
    job.refresh_from_db()
    spell.refresh_from_db()
    assert (job.staff_number, job.team, spell.end) == ("007", "-一班", None)


def test_new_people_below_an_update_template_are_taken_in(officer, union, firm, roll):
    sheet = Sheet(done(ask(officer, layout="update")), header=2)
    number = citizen_number(birth=dt.date(1990, 1, 5), sequence=902)
    row = {
        "姓名": "试新人",
        "性别": "女",
        "民族": "汉族",
        "证件号码": number,
        "会籍变化类型": "入会",
    }
    sheet.edit(6, **row, 会籍变化日期="2026/01/05", 工作单位=firm.name)
    run = send(sheet, officer, union)
    assert (run.new, *counts(run)) == (1, 0, 3, 0), told(run)


def test_whole_numbers_leave_locked_and_each_person_shows_it(officer, roll):
    book = openpyxl.load_workbook(
        opened(done(ask(officer, columns=["number", "phone"], full_numbers=True, password=PASSWORD)))
    )
    numbers = {worker.documents.get().number for worker in roll}
    assert {row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)} == numbers
    entry = AuditEntry.objects.get(action="exchange.export_full")
    assert (entry.category, entry.details["people"], entry.details["rows"]) == ("access", 3, 3)
    assert entry.details["workers"] == sorted(worker.pk for worker in roll)
    assert not any(number in str(entry.details) for number in numbers)
    [look] = seen_by(roll[0])
    assert (look.what, look.reason) == ("导出含完整号码的列表", "报送三季度名册")
    assert AuditEntry.objects.filter(action="exchange.export").count() == 0


def test_whole_numbers_need_a_password_and_the_right_to_see_them(officer, roll, monkeypatch):
    with pytest.raises(RuleError) as refused:
        ask(officer, full_numbers=True)
    assert "必须设打开密码" in str(refused.value.messages)
    held = ROLE_PERMISSIONS["officer"] - {"reveal_numbers"}
    monkeypatch.setitem(ROLE_PERMISSIONS, "officer", held)
    with pytest.raises(RuleError) as refused:
        ask(officer, full_numbers=True, password=PASSWORD)
    assert "没有查看这些人员完整号码的权限" in str(refused.value.messages)
    assert Export.objects.count() == 0


def test_forms_are_workbooks_only_and_follow_the_rights_of_the_list(officer, group_member, roll):
    with pytest.raises(RuleError):
        ask(officer, layout="form", file_format="csv")
    with pytest.raises(RuleError):
        ask(officer, layout="form", listing="workers_as_at")
    with pytest.raises((RuleError, PermissionDenied)):
        ask(group_member, layout="form")


def test_the_form_speaks_as_its_drop_downs_do(officer, roll):
    Worker.objects.filter(pk=roll[0].pk).update(education="31", employment_status="10", household_type="1")
    sheet = Sheet(done(ask(officer, layout="form")), header=4)
    assert sheet.text(roll[0], "学历") == "大专"
    listing = listings()["member_form"]
    assert [column.key for column in listing.columns] == [head.key for head in listing.form.heads]
