"""What stands in exported files beside the rows: the footer, the password, and nothing that computes."""

import csv
import datetime as dt
import io
import re
import zipfile

import msoffcrypto
import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from hypothesis import given, strategies as st

from accounts.models import AuditEntry
from core import jobs
from core.errors import RuleError
from core.listing import Column
from core.models import Job
from exchange import exporting, locking, services, tables
from exchange.models import Export
from tests.exchange.exports import PASSWORD, ask, done, opened, path_of, sheet_rows
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

STARTS = "=+-@\t\r\n＝＋－＠"
TEXTS = st.one_of(
    st.builds(str.__add__, st.sampled_from(STARTS), st.text(max_size=20)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20),
)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


def table(rows: list[list], signed: str = "某人 2026-11-27 09:30 导出") -> tables.Table:
    columns = [Column(f"c{place}", f"列{place}", None) for place in range(len(list(rows[0])))]
    return tables.Table("名册", columns, iter(rows), [("用途", "=1+1")], signed)


@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_nothing_in_a_workbook_computes(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "a.xlsx"
    tables.write_xlsx(path, table(rows))
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert b"<f>" not in b"".join(
        zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()
    )


@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_nothing_in_a_csv_file_computes(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "a.csv"
    tables.write_csv(path, table([map(tables.csv_text, row) for row in rows]))
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert not [cell for line in lines for cell in line if cell.strip()[:1] in tuple(STARTS)]


@pytest.mark.django_db
def test_every_printed_page_says_who_took_it_and_when(officer, worker):
    officer.name = "甲&乙"
    officer.save()
    export = done(ask(officer))
    for sheet in openpyxl.load_workbook(path_of(export)):
        foot = sheet.oddFooter
        assert foot.left.text.startswith(
            f"{officer}".replace("&", "＆") + f" {timezone.localdate():%Y-%m-%d} "
        )
        assert foot.right.text == "第 &P 页，共 &N 页"
    last = path_of(done(ask(officer, file_format="csv"))).read_text("utf-8-sig").splitlines()[-1]
    assert re.search(
        rf"导出：{re.escape(str(officer))} {timezone.localdate():%Y-%m-%d} \d\d:\d\d 导出$", last
    )


def test_a_footer_of_long_names_stays_within_what_excel_takes():
    foot = tables.footer(table([["a"]], signed="某" * 400))
    assert len(foot) <= 255
    assert foot.endswith("&R第 &P 页，共 &N 页")


@pytest.mark.django_db
def test_a_locked_workbook_opens_with_its_password_only(officer, worker):
    export = done(ask(officer, columns=["name", "member_since"], password=PASSWORD))
    assert path_of(export).read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
    sheet = openpyxl.load_workbook(opened(export)).worksheets[0]
    assert [cell.value for cell in sheet[2]][:2] == [
        worker.name,
        dt.datetime.combine(dt.date(2021, 6, 1), dt.time()),
    ]
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        opened(export, "another-password")
    assert path_of(export).stat().st_mode & 0o777 == 0o600
    assert [path for path in path_of(export).parent.iterdir() if path != path_of(export)] == []


@pytest.mark.django_db
def test_the_password_is_sealed_until_the_file_is_written_and_then_gone(officer, worker):
    export = ask(officer, password=PASSWORD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM exchange_export")
        [[sealed]] = cursor.fetchall()
    assert PASSWORD.encode() not in bytes(sealed)
    assert PASSWORD not in str(Job.objects.values().get(pk=export.job_id))
    done(export)
    assert (export.is_locked, export.password) == (True, None)
    assert PASSWORD not in str(list(AuditEntry.objects.values()))
    assert AuditEntry.objects.get(action="exchange.export").details["locked"] is True


@pytest.mark.django_db
def test_a_failed_attempt_leaves_no_open_workbook(officer, worker, monkeypatch):
    export = ask(officer, password=PASSWORD)
    folder = path_of(export) / "exports" / f"{timezone.localtime(export.created_at):%Y/%m}"
    folder.mkdir(parents=True)
    (folder / f".{export.job_id}-0.xlsx.part.plain").write_bytes(b"killed before it was locked")
    monkeypatch.setattr(locking, "OOXMLFile", None)
    job = jobs.run_inline(Job.objects.get(pk=export.job_id))
    assert job.error != ""
    assert list(folder.iterdir()) == []


@pytest.mark.django_db
def test_a_password_nobody_needs_any_more_is_forgotten(officer, worker):
    export = ask(officer, password=PASSWORD)
    exporting.delete_expired(now=timezone.now() + dt.timedelta(hours=23))
    assert Export.objects.get().password == PASSWORD
    exporting.delete_expired(now=timezone.now() + dt.timedelta(hours=25))
    assert Export.objects.get().password is None
    job = jobs.run_inline(Job.objects.get(pk=export.job_id))
    assert "请从列表重新导出" in job.error


@pytest.mark.parametrize("password", ["seven77", "x" * 129, " blanks at the front", "line\nbreak-in-it"])
def test_passwords_that_cannot_be_typed_again_are_refused(password):
    with pytest.raises(RuleError):
        locking.require_password(password)


@pytest.mark.django_db
def test_a_locked_workbook_that_comes_back_is_refused_in_words(officer, worker, union):
    export = done(ask(officer, password=PASSWORD))
    file = ContentFile(path_of(export).read_bytes())
    run, _ = services.upload(
        kind="workers", union=union, file=file, file_name="a.xlsx", by=officer, hint=False
    )
    jobs.run_inline(Job.objects.get(key=run.job_key))
    run.refresh_from_db()
    assert "密码" in run.error


@pytest.mark.django_db
def test_the_sheet_that_explains_names_the_rows(officer, worker):
    assert dict(sheet_rows(done(ask(officer)), 1)[1:])["行数"] == "1"
