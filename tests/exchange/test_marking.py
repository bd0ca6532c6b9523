"""The user's own workbook with its faults marked, and the mended one back into the same run."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.styles import PatternFill

from accounts.models import AuditEntry
from core import jobs
from core.errors import RuleError
from exchange import marking, services
from exchange.invariants import INVARIANTS
from exchange.models import ImportRun
from tests.exchange.sheets import applied, finish, member, member_book, saved, upload
from tests.factories.unions import EmployerFactory

pytestmark = pytest.mark.django_db
RED = "FFFCE9EA"
REASONS = 21  # column U: behind the twenty of the form


@pytest.fixture(autouse=True)
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def marked(run, by):
    """The marked workbook of a run, and the run as it stands then."""
    job = services.request_marks(run=run, by=by, hint=False)
    assert jobs.run_inline(job).error == ""
    run.refresh_from_db()
    return openpyxl.load_workbook(default_storage.path(run.marked)).worksheets[0], job


def book_with_a_past():
    """The circulated form with what a person may have added: a formula, a colour, a note, a second sheet."""
    book = openpyxl.load_workbook(
        io.BytesIO(member_book([member(1), member(2, c8="仙学"), member(3, c14="无")]))
    )
    sheet = book.worksheets[0]
    sheet["A5"] = "=ROW()-4"
    sheet["B6"].fill = PatternFill("solid", start_color="FF00FF00")
    book.create_sheet("我的备注")["A1"] = "别动"
    return saved(book)


def test_the_users_own_workbook_comes_back_with_its_faults(officer, union):
    run = upload(officer, union, book_with_a_past())
    sheet, job = marked(run, officer)
    assert job.result["own"] is True
    assert sheet.cell(4, REASONS).value == "错误原因"
    assert sheet.cell(5, REASONS).value is None
    assert sheet.cell(6, REASONS).value.startswith("学历：")
    assert sheet.cell(7, REASONS).value.startswith("会籍变化日期：")
    assert (sheet["I6"].fill.start_color.rgb, sheet["I5"].fill.fill_type) == (RED, None)
    assert "请改为下列之一" in sheet["I6"].comment.text
    assert sheet["A5"].value == "=ROW()-4"
    assert sheet["B6"].fill.start_color.rgb == "FF00FF00"
    assert sheet["A2"].value == "海南省工会会员信息采集表"
    assert sheet.data_validations.count == 1
    assert sheet.parent["我的备注"]["A1"].value == "别动"
    assert sheet.column_dimensions["U"].width == 60


def test_what_was_put_right_on_the_page_stands_in_the_workbook(officer, union):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2, c8="神学")]))
    services.mend(run=run, number=5, texts={"education": "高中", "household_place": "=1+1"}, by=officer)
    run.refresh_from_db()
    sheet, _ = marked(run, officer)
    assert sheet["I5"].value == "高中"
    assert (sheet["M5"].value, sheet["M5"].data_type) == ("'=1+1", "s")
    assert sheet.cell(5, REASONS).value is None
    assert (sheet["I6"].value, sheet["I6"].fill.start_color.rgb) == ("神学", RED)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_no_text_of_ours_becomes_a_formula(officer, union, start):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    for line in run.lines.all():
        line.problems = [problem | {"message": f"{start}SUM(A1)"} for problem in line.problems]
        line.save()
    sheet, _ = marked(run, officer)
    assert (sheet.cell(5, REASONS).data_type, sheet.cell(5, REASONS).value[0]) == ("s", "学")
    assert sheet["I5"].comment.text.startswith("'")


def test_a_second_marking_takes_the_marks_of_the_first_away(
    officer, union, django_capture_on_commit_callbacks
):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2, c8="神学")]))
    sheet, _ = marked(run, officer)
    sheet["I5"] = "高中"
    run, replaced = services.replace_file(
        run=run, file=ContentFile(saved(sheet.parent)), file_name="改好.xlsx", by=officer, hint=False
    )
    assert replaced
    run = finish(run)
    assert (run.rows, run.new, run.failed) == (2, 1, 1)
    assert run.header["notices"] == []
    sheet, _ = marked(run, officer)
    assert [sheet.cell(4, column).value for column in (REASONS, REASONS + 1)] == ["错误原因", None]
    assert (sheet.cell(5, REASONS).value, sheet["I5"].comment, sheet["I5"].fill.fill_type) == (
        None,
        None,
        None,
    )
    assert sheet["I6"].fill.start_color.rgb == RED


def test_a_csv_is_written_anew_with_every_row_at_its_place(officer, union):
    titles = ["姓名", "证件号码", "会籍变化类型", "会籍变化日期", "学历"]
    rows = [member(place) for place in range(1, 4)]
    lines = [
        [row[1], row[7], row[13], row[14], text]
        for row, text in zip(rows, ("高中", "仙学", "=1+1"), strict=True)
    ]
    text = "\n".join(",".join(line) for line in [["名单"], titles, *lines])
    run = upload(officer, union, text.encode("gb18030"), name="a.csv")
    sheet, job = marked(run, officer)
    assert job.result["own"] is False
    found = list(sheet.iter_rows(values_only=True))
    assert found[0][0] == "名单"
    assert found[1] == (*titles, "错误原因")
    assert [row[0] for row in found[2:]] == [row[1] for row in rows]
    assert found[2][5] is None
    assert found[3][5].startswith("学历：")
    assert (found[4][4], sheet["E5"].data_type) == ("'=1+1", "s")
    assert (sheet["E4"].fill.start_color.rgb, sheet["E4"].comment is None) == (RED, False)
    assert sheet["B3"].number_format == "@"
    again = upload(officer, union, Path(default_storage.path(run.marked)).read_bytes())
    assert (again.rows, again.failed) == (3, 2)


def test_a_workbook_the_marker_gives_up_on_is_written_anew(officer, union, monkeypatch):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2)]))
    monkeypatch.setattr(marking, "WRITTEN", 1000)
    sheet, job = marked(run, officer)
    assert job.result["own"] is False
    assert (sheet["B5"].value, sheet["B6"].value) == (member(1)[1], member(2)[1])
    assert sheet["A2"].value == "海南省工会会员信息采集表"


def test_a_sheet_that_claims_every_cell_there_is_does_no_harm(officer, union):
    book = openpyxl.load_workbook(io.BytesIO(member_book([member(1, c8="仙学")])))
    book.worksheets[0].column_dimensions["XFD"].width = 3
    book.worksheets[0].row_dimensions[1_048_576].height = 3
    sheet, job = marked(upload(officer, union, saved(book)), officer)
    assert sheet.cell(5, REASONS).value.startswith("学历：")
    assert job.result["own"] is True


def test_the_file_is_asked_for_once_and_taken_with_a_line_in_the_log(desk, officer, union):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    page = desk.get(run.get_absolute_url()).content.decode()
    assert "生成标出错误的表格（1 行有问题）" in page
    address = reverse("exchange:run_marked", args=[run.pk])
    assert "请重新生成" in desk.post(address, follow=True).content.decode()
    first = services.request_marks(run=run, by=officer, hint=False)
    assert services.request_marks(run=run, by=officer, hint=False) == first
    assert "job-progress" in desk.get(run.get_absolute_url()).content.decode()
    assert desk.get(reverse("exchange:run_mark_progress", args=[run.pk])).status_code == 200
    jobs.run_inline(first)
    run.refresh_from_db()
    assert services.request_marks(run=run, by=officer, hint=False) is None
    assert "这是您上传的原表" in desk.get(run.get_absolute_url()).content.decode()
    answer = desk.post(address)
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    entry = AuditEntry.objects.get(action="exchange.workbook")
    assert (entry.category, entry.details["rows"]) == (AuditEntry.Category.ACCESS, 1)


def test_a_marked_file_goes_when_it_no_longer_holds(officer, union, django_capture_on_commit_callbacks):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2, c8="神学")]))
    for change in (
        lambda: services.mend(run=run, number=5, texts={"education": "高中"}, by=officer),
        lambda: services.mend_all(run=run, attribute="education", text="神学", new_text="佛学", by=officer),
        lambda: services.discard(run=run, by=officer),
    ):
        marked(run, officer)
        path = Path(default_storage.path(run.marked))
        assert path.exists()
        with django_capture_on_commit_callbacks(execute=True):
            change()
        run.refresh_from_db()
        assert (run.marked, path.exists()) == ("", False)


def test_a_change_while_the_file_is_written_keeps_it_from_being_offered(officer, union, monkeypatch):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2, c8="神学")]))
    write = marking.mark

    def mend_meanwhile(*args):
        services.mend(run=run, number=5, texts={"education": "高中"}, by=officer)
        return write(*args)

    monkeypatch.setattr(marking, "mark", mend_meanwhile)
    job = jobs.run_inline(services.request_marks(run=run, by=officer, hint=False))
    run.refresh_from_db()
    assert (job.state, job.result, run.marked) == ("done", {"changed": True}, "")
    assert not [path for path in Path(settings.FILES_DIR).rglob("marked/**/*") if path.is_file()]


def test_invariants_see_missing_and_left_over_workbooks(officer, union):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    marked(run, officer)
    assert {title for title, check in INVARIANTS if check()} == set()
    Path(default_storage.path(run.marked)).unlink()
    assert {title for title, check in INVARIANTS if check()} == {"marked workbooks are there"}


def test_the_mended_file_goes_on_in_the_same_run(desk, officer, union, django_capture_on_commit_callbacks):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2)]))
    former, turn = run.file.name, run.turn
    content = member_book([member(1), member(2), member(3)])
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(
            reverse("exchange:run_replace", args=[run.pk]), {"file": SimpleUploadedFile("改好.xlsx", content)}
        )
    assert answer.url == run.get_absolute_url()
    run = finish(ImportRun.objects.get())
    assert (run.state, run.rows, run.new, run.file_name, run.turn) == ("checked", 3, 3, "改好.xlsx", turn + 1)
    assert not default_storage.exists(former)
    assert AuditEntry.objects.filter(action="exchange.replace").count() == 1
    assert applied(run, officer).applied == 3


def test_the_same_file_and_a_file_of_another_run_are_not_taken(desk, officer, union):
    content = member_book([member(1, c8="仙学")])
    run = upload(officer, union, content)
    address = reverse("exchange:run_replace", args=[run.pk])
    page = desk.post(address, {"file": SimpleUploadedFile("a.xlsx", content)}, follow=True).content.decode()
    assert "完全相同" in page
    content = member_book([member(2)])
    other = upload(officer, union, content)
    file = SimpleUploadedFile("b.xlsx", content)
    page = desk.post(address, {"file": file}, follow=True).content.decode()
    assert f'href="{other.get_absolute_url()}"' in page
    run.refresh_from_db()
    assert (run.state, run.failed) == ("checked", 1)
    files = [path for path in Path(settings.FILES_DIR).rglob("imports/**/*") if path.is_file()]
    assert len(files) == 2


def test_a_refused_file_is_replaced_and_a_written_one_is_not(officer, other_officer, union):
    run = upload(officer, union, b"%PDF-1.7 not a workbook")
    assert run.state == "refused"
    content = ContentFile(member_book([member(1)]))
    with pytest.raises(PermissionDenied):
        services.replace_file(run=run, file=content, file_name="a.xlsx", by=other_officer, hint=False)
    run, _ = services.replace_file(run=run, file=content, file_name="a.xlsx", by=officer, hint=False)
    run = applied(finish(run), officer)
    with pytest.raises(RuleError, match="不能更换文件"):
        services.replace_file(
            run=run, file=ContentFile(member_book([member(2)])), file_name="b.xlsx", by=officer, hint=False
        )
