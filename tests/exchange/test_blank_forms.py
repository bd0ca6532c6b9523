"""The empty forms: they explain themselves, come back filled, and their example row never becomes a record."""

import io

import openpyxl
import pytest

from core.exchange import EXAMPLE, kinds
from exchange.blank_forms import NOTES, blank_form, duty_of
from tests.exchange.libreoffice import convert
from tests.exchange.sheets import applied, member, messages_of, saved, upload
from tests.factories.unions import EmployerFactory
from unions.models import Employer
from workers.models import Worker

pytestmark = pytest.mark.django_db
KINDS = sorted(kinds())


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def opened(name: str):
    return openpyxl.load_workbook(io.BytesIO(blank_form(kinds()[name])))


def example_row(sheet) -> int:
    return next(row for row in range(1, 9) if sheet.cell(row, 1).value == EXAMPLE)


@pytest.mark.parametrize("name", KINDS)
def test_a_form_explains_every_column(name):
    book, kind = opened(name), kinds()[name]
    sheet, notes = book.worksheets[0], book[NOTES]
    lines = {row[0]: row for row in notes.iter_rows(values_only=True) if row[0]}
    header = example_row(sheet) - 1
    for place, column in enumerate(kind.columns().values(), start=2):
        cell = sheet.cell(header, place)
        assert cell.value.startswith(column.column_name)
        assert duty_of(column) in cell.comment.text
        told = lines[column.column_name]
        assert told[1:3] == (duty_of(column), column.expects)
        if hasattr(column.widget, "offered"):
            assert told[3].split("；") == column.widget.offered()
    assert kind.purpose in lines


# Columns that do not go with what the example says: it is a proposal that was adopted.
NOT_WITH_THE_EXAMPLE = {
    "innovations": {"patent_number", "patent_kind", "investment", "stage_reason", "document_number", "level"}
}


@pytest.mark.parametrize("name", KINDS)
def test_numbers_are_text_columns_and_nothing_is_a_formula(name):
    sheet = opened(name).worksheets[0]
    row = example_row(sheet)
    assert {sheet.cell(row, place).number_format for place in range(2, sheet.max_column + 1)} == {"@"}
    assert {sheet.column_dimensions[c].number_format for c in "BCDE"} == {"@"}
    assert sheet.cell(row, 2).font.i
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}


@pytest.mark.parametrize("name", KINDS)
def test_an_example_shows_values_that_would_be_taken_and_a_key_that_never_is(name, clerk):
    kind = kinds()[name]
    assert set(kind.columns()) - set(kind.example) <= NOT_WITH_THE_EXAMPLE.get(name, {"reason", "end"})
    for attribute, column in kind.columns().items():
        if hasattr(column.widget, "offered") and attribute in kind.example:
            assert kind.example[attribute] in column.widget.offered()


@pytest.mark.parametrize("name", KINDS)
def test_the_example_alone_is_no_record(name, firm, union, clerk):
    run = upload(clerk, union, blank_form(kinds()[name]), kind=name)
    assert (run.rows, run.skipped, run.failed) == (1, 1, 0)
    assert "空白表自带的示例" in run.header["notices"][-1]


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_the_example_is_known_after_another_program_saved_it(suffix, tmp_path, union, clerk):
    path = tmp_path / "form.xlsx"
    path.write_bytes(blank_form(kinds()["workers"]))
    content = convert(path, suffix).read_bytes()
    run = upload(clerk, union, content, name=f"form.{suffix}")
    assert (run.state, run.rows, run.skipped) == ("checked", 1, 1), run.error


def test_rows_below_the_example_are_imported_and_it_is_not(firm, union, officer):
    book = opened("workers")
    sheet = book.worksheets[0]
    for column, value in enumerate(member(1), start=1):
        sheet.cell(5, column, value or None)
    run = applied(upload(officer, union, saved(book)), officer)
    assert (run.skipped, run.applied, Worker.objects.get().name) == (1, 1, "试乙")


def test_who_types_over_the_example_and_leaves_its_mark_is_told(firm, union, officer):
    book = opened("workers")
    for column, value in enumerate(member(1)[1:], start=2):
        book.worksheets[0].cell(4, column).value = value or None
    for column in range(len(member(1)) + 1, 28):
        book.worksheets[0].cell(4, column).value = None
    run = upload(officer, union, saved(book))
    assert (run.new, run.skipped) == (1, 0)
    assert messages_of(run, level="warning") == [(4, "", "example.overwritten")]
    assert "示例" in run.lines.get().problems[-1]["message"]


def test_an_example_moved_to_another_row_without_its_mark_is_still_one(federation, clerk):
    book = opened("unions")
    sheet = book.worksheets[0]
    for place in range(2, sheet.max_column + 1):
        sheet.cell(9, place, sheet.cell(5, place).value)
    run = upload(clerk, None, saved(book), kind="unions")
    assert (run.rows, run.skipped, Employer.objects.count()) == (2, 2, 0)
