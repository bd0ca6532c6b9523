"""The two blank forms as a provincial union circulates them, filled in, import without any editing."""

import io
import warnings

import openpyxl
import pytest
from django.conf import settings

from tests.exchange.sheets import applied, member, member_book, saved, union_book, upload
from tests.exchange.test_unions_import import CODE, firm_row
from tests.factories.unions import EmployerFactory
from unions.models import Employer
from workers.models import Worker

pytestmark = pytest.mark.django_db
FORMS = settings.BASE_DIR.parent / "shared" / "forms"


def blank(file_name: str, equal: bytes):
    """The circulated form, which is not ours to keep in the repository, or the tests' own one of that layout."""
    path = FORMS / file_name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl drops the form's drop-downs and says so
        return openpyxl.load_workbook(path if path.exists() else io.BytesIO(equal))


def fill(book, rows: list[list], *, below: int) -> bytes:
    """Rows typed under the header, ``below`` rows further down, without touching anything else."""
    sheet = book.worksheets[0]
    header = max(
        cell.row for column in ("B", "C") for cell in sheet[column] if cell.value in ("姓名", "单位名称")
    )
    for at, row in enumerate(rows, start=header + 1 + below):
        for column, value in enumerate(row, start=1):
            if value != "":
                sheet.cell(at, column, value)
    return saved(book)


def test_the_member_form_is_read_as_it_comes(officer, union):
    EmployerFactory(union=union)
    content = fill(
        blank("附件四-工会会员信息采集表.xlsx", member_book([[]] * 9)),
        [member(n) for n in range(1, 10)],
        below=0,
    )
    run = upload(officer, union, content)
    assert (run.state, run.rows, run.new, run.failed, run.error) == ("checked", 9, 9, 0, "")
    assert len(run.header["positions"]) == 19
    assert applied(run, officer).applied == Worker.objects.count() == 9


@pytest.mark.parametrize(("below", "skipped"), [(0, 0), (1, 1)])
def test_the_union_form_is_read_with_its_printed_example_or_over_it(federation, clerk, below, skipped):
    content = fill(
        blank("附件一-工会组织信息采集表.xlsx", union_book([], example=True)), [firm_row()], below=below
    )
    run = upload(clerk, None, content, kind="unions")
    assert (run.state, run.rows, run.new, run.skipped, run.error) == ("checked", 1 + skipped, 1, skipped, "")
    assert len(run.header["positions"]) == 16
    assert applied(run, clerk).applied == 1
    assert Employer.objects.get().credit_code == CODE
