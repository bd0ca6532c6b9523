"""Files of every kind and state: each ends as rows or as one Chinese sentence, and quickly."""

import datetime as dt
import io
import json
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings as hypothesis_settings, strategies as st

from core.errors import RuleError
from exchange import services
from exchange.models import ImportRow, ImportRun
from exchange.reading import REFUSALS, Workbook
from exchange.sieving import RowSieve
from exchange.sniffing import find_layout
from tests.exchange import hostile_zips
from tests.exchange.sheets import member, member_book, saved, union_book, upload
from tests.factories.unions import EmployerFactory
from unions.resources import UnionExchange
from workers.resources import WorkerExchange


def refusal(tmp_path, content: bytes) -> str:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(RuleError) as raised, Workbook(path) as book:
        list(book.chunks(0))
    return raised.value.code


def sparse() -> bytes:
    """Two cells at the far corners: a naive reader asks for half a terabyte."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write("A1", "姓名")
    sheet.write("XFD1048576", "x")
    book.close()
    return buffer.getvalue()


def word() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"   \r\n", "empty"),
        (b"%PDF-1.7 abc", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "wrong_type"),
        (b"\x00\x01\x02\x03" * 64, "wrong_type"),
        ("只有一段文字".encode(), "wrong_type"),
        (b"<html><table></table></html>", "web_page"),
        (word(), "word_file"),
        (OLE, "damaged"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (member_book([member(1)])[:4000], "damaged"),
        (saved(openpyxl.Workbook()), "empty"),
        (sparse(), "crashed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path, content, code):
    assert refusal(tmp_path, content) == code


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    bomb = hostile_zips.CASES["zip bomb: spaces in the sheet"]()
    assert refusal(tmp_path, bomb) == "unpacks_too_large"


def test_every_refusal_is_a_sentence_with_a_remedy():
    assert all(text.endswith("。") and ("请" in text or "另存" in text) for text in REFUSALS.values())


def test_more_rows_than_allowed_are_refused(tmp_path, settings):
    settings.UPLOAD_MAX_ROWS = 2_000
    rows = b"\n".join(b"a,b,c" for _ in range(4_000))
    assert refusal(tmp_path, rows) == "too_many_rows"


def test_broken_bytes_anywhere_never_escape_the_reader(tmp_path):
    good = bytearray(member_book([member(1)]))
    codes = set()
    for place in range(40, len(good), len(good) // 25):
        spoilt = good.copy()
        spoilt[place : place + 8] = struct.pack(">Q", place * 0x9E3779B97F4A7C15 % 2**64)
        path = tmp_path / f"{place}"
        path.write_bytes(spoilt)
        try:
            with Workbook(path) as book:
                sum(len(chunk) for chunk in book.chunks(book.sheets[0]["index"]))
        except RuleError as error:
            codes.add(error.code)
    assert codes
    assert codes <= REFUSALS.keys()


def test_cell_types_survive_the_reader(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(saved_cells(["330382199001010015", 330382199001010015, 3.5, True, "a\tb"]))
    with Workbook(path) as book:
        [(number, cells)] = next(book.chunks(0))
    assert (number, cells) == (1, ["330382199001010015", 3.3038219900101e17, 3.5, True, "a\tb"])


def saved_cells(values) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet().write_row(0, 0, values)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimited_text_is_read_in_the_usual_encodings(tmp_path, encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in (["姓名", "性别"], ["试䶮", "男"]))
    path = tmp_path / "file"
    path.write_bytes(text.encode(encoding))
    with Workbook(path) as book:
        assert next(book.chunks(0)) == [[1, ["姓名", "性别"]], [2, ["试䶮", "男"]]]


def test_the_two_circulated_forms_are_found_by_their_headers(tmp_path):
    for content, kind, rows, found in (
        (member_book([member(1)]), WorkerExchange, (4, 4), 19),
        (union_book([]), UnionExchange, (5, 5), 16),
    ):
        path = tmp_path / kind.name
        path.write_bytes(content)
        with Workbook(path) as book:
            layout = find_layout(book.sheets, kind)
        assert (layout.first_row, layout.last_row) == rows
        assert len(layout.positions) == found


def test_equal_titles_are_told_apart_by_the_group_above_them():
    groups = ["序号", "工会组织所在单位信息", "", "工会组织信息", "", ""]
    titles = ["", "单位名称", "统一社会信用代码", "工会名称", "统一社会信用代码", "上级工会名称"]
    sheet = {"index": 0, "name": "a", "visible": True, "head": [[1, ["附件一"]], [2, groups], [3, titles]]}
    layout = find_layout([sheet], UnionExchange)
    assert (layout.first_row, layout.last_row) == (2, 3)
    assert layout.positions["credit_code"] == 2
    assert layout.positions["union_code"] == 4


def test_the_union_form_is_not_taken_for_the_member_form(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(union_book([]))
    with Workbook(path) as book, pytest.raises(RuleError, match="会员信息"):
        find_layout(book.sheets, WorkerExchange)


HEADER = ["姓名", "性别", "证件号码", "会籍变化类型", "会籍变化日期"]
WORDS = st.sampled_from(["附件四", "填表单位（盖章）：某厂", "单位负责人（签字）：", "", "说明", "2026年"])


@hypothesis_settings(deadline=None, max_examples=60)
@given(
    above=st.lists(st.lists(WORDS, min_size=1, max_size=4), max_size=6),
    shift=st.integers(0, 5),
    order=st.permutations(HEADER),
)
def test_the_header_is_found_wherever_it_stands(above, shift, order):
    head = [[place, cells] for place, cells in enumerate(above, start=1)]
    at = len(above) + 1
    head += [
        [at, [""] * shift + list(order)],
        [at + 1, [""] * shift + ["试甲", "男", "x", "入会", "2020-01-01"]],
    ]
    layout = find_layout([{"index": 0, "name": "a", "visible": True, "head": head}], WorkerExchange)
    assert layout.last_row == at
    assert [layout.titles[layout.positions[a]] for a in ("name", "sex", "number", "change", "on")] == HEADER
    sieve = RowSieve(layout)
    assert sieve.is_data(at + 1, head[-1][1])
    assert not sieve.is_data(at, head[-2][1])
    assert not sieve.is_data(at + 2, ["填表说明：\n1、均为必填项"])
    assert not sieve.is_data(at + 2, [""] * shift + list(order))


CELLS = st.one_of(
    st.text(max_size=12), st.floats(), st.booleans(), st.sampled_from(["=1+1", "\u202e", "\ud800", ""])
)


@pytest.mark.django_db
@hypothesis_settings(deadline=None, max_examples=150)
@given(row=st.lists(CELLS, min_size=19, max_size=19))
def test_no_row_however_strange_stops_the_check(row):
    kind = _kind()
    cleaned = kind.clean_row(row)
    assert cleaned.problems.blocking or cleaned.key
    json.dumps([cleaned.values, cleaned.problems], ensure_ascii=False).encode()


_prepared = []


def _kind():
    if not _prepared:
        kind = WorkerExchange(by=AnonymousUser(), today=dt.date(2026, 1, 1))
        kind.prepare({name: place for place, name in enumerate(kind.by_attribute)})
        _prepared.append(kind)
    return _prepared[0]


@pytest.mark.django_db
def test_a_hundred_megabytes_are_refused_without_being_kept(officer, union, client):
    client.force_login(officer)
    body = SimpleUploadedFile("大.xlsx", b"PK\x03\x04" + b"\0" * (100 * 1024 * 1024))
    response = client.post(
        reverse("exchange:run_upload"), {"kind": "workers", "union": union.pk, "file": body}
    )
    assert response.status_code == 200
    assert "文件有 100.0 MB，超过上限 20 MB" in response.content.decode()
    assert ImportRun.objects.count() == 0


@pytest.mark.django_db
def test_a_refused_file_keeps_no_rows_and_says_why(officer, union):
    EmployerFactory(union=union)
    run = upload(officer, union, member_book([]))
    assert (run.state, run.rows, ImportRow.objects.count()) == ("refused", 0, 0)
    assert run.error == "表头（第 4 行）之下没有数据行。请填好后再上传。"


@pytest.mark.django_db
def test_file_names_lose_folders_and_direction_marks(officer, union):
    run = upload(officer, union, member_book([member(1)]), name="..\\..\\名单\u202excod.xlsx")
    assert run.file_name == "名单xcod.xlsx"
    assert run.file.name.startswith("imports/")
    assert services.FILE_NAME_LENGTH == 200
