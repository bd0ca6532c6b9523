"""What the reader tells of a sheet beside its values, in every format."""

import io
import struct

import openpyxl
import pytest

from core.errors import RuleError
from exchange import checking
from exchange.reader import biff
from exchange.reader.cells import Unmerged
from exchange.reader.delimited import decoded, likely_delimiter
from exchange.reading import REFUSALS, Workbook
from tests.exchange import rawbooks
from tests.exchange.rawbooks import label, record, row_record, row_xml, rows_xml, sheet_xml
from tests.exchange.sheets import FIRM, member, member_book, saved, upload
from tests.factories.unions import EmployerFactory

FIVE = [["姓名", "单位"], ["甲", "一厂"], ["乙"], ["丙"], ["丁", "二厂"]]


@pytest.fixture
def read(tmp_path):
    """The first sheet's description, its rows below row 1 unmerged, and what was merged."""

    def go(content: bytes):
        path = tmp_path / "file"
        path.write_bytes(content)
        with Workbook(path) as book:
            rows = [row for chunk in book.chunks(book.sheets[0]["index"], 1) for row in chunk]
            return book.sheets[0], rows, book.merged

    return go


def refused(read, content: bytes) -> str:
    with pytest.raises(RuleError) as raised:
        read(content)
    return raised.value.code


def cells_xls(rows) -> bytes:
    places = [(r, c, v) for r, values in enumerate(rows) for c, v in enumerate(values) if v != ""]
    return b"".join(label(*place) for place in places)


HIDDEN = {
    "xlsx": rawbooks.xlsx(
        sheet_xml(
            row_xml(1, FIVE[0])
            + row_xml(2, FIVE[1], attributes=' hidden="1"')
            + row_xml(3, FIVE[2], attributes=" hidden='true' ht='0'")
            + row_xml(4, FIVE[3], attributes=' hidden="0"')
            + row_xml(5, FIVE[4], attributes=' spans="1:2" hidden="1" customHeight="1"'),
            before='<cols><col min="1" max="1" width="9"/><col min="2" max="3" width="9" hidden="1"/></cols>',
        )
    ),
    "prefixed": rawbooks.xlsx(
        sheet_xml(
            row_xml(1, FIVE[0])
            + "".join(
                row_xml(place, FIVE[place - 1], attributes='' if place == 4 else ' hidden="1"')
                for place in (2, 3, 4, 5)
            ),
            before='<cols><col min="2" max="3" hidden="1"/></cols>',
        )
        .replace("</", "</x:")
        .replace("<x:", "</x:")
        .replace("<", "<x:")
        .replace("<x:?xml", "<?xml")
        .replace("<x:/x:", "</x:")
        .replace("xmlns=", "xmlns:x=")
    ),
    "xls": rawbooks.xls(
        record(0x7D, struct.pack("<5HH", 1, 2, 2048, 15, 1, 0))
        + b"".join(row_record(row, hidden=row in (1, 2, 4)) for row in range(5))
        + cells_xls(FIVE)
    ),
    "ods": rawbooks.ods(
        '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        + rawbooks.ods_row(FIVE[0])
        + rawbooks.ods_row(FIVE[1], ' table:visibility="collapse"')
        + rawbooks.ods_row(FIVE[2], ' table:visibility="filter"')
        + rawbooks.ods_row(FIVE[3])
        + rawbooks.ods_row(FIVE[4], ' table:visibility="collapse" table:number-rows-repeated="1"')
    ),
}  # fmt: skip


@pytest.mark.parametrize("content", HIDDEN.values(), ids=HIDDEN)
def test_hidden_rows_and_columns_are_found_and_still_read(read, content):
    sheet, rows, _ = read(content)
    assert (sheet["hidden_rows"], sheet["hidden_columns"]) == ([[2, 3], [5, 5]], [1, 2])
    assert rows == [[place, values] for place, values in enumerate(FIVE, start=1)]


MERGED = {
    "xlsx": rawbooks.xlsx(
        sheet_xml(rows_xml(FIVE), after='<mergeCells count="1"><mergeCell ref="B2:B4"/></mergeCells>')
    ),
    "xls": rawbooks.xls(cells_xls(FIVE) + record(0xE5, struct.pack("<5H", 1, 1, 3, 1, 1))),
    "ods": rawbooks.ods(
        rawbooks.ods_row(FIVE[0])
        + "<table:table-row>"
        + rawbooks.ods_cell("甲")
        + rawbooks.ods_cell("一厂", ' table:number-rows-spanned="3" table:number-columns-spanned="1"')
        + "</table:table-row>"
        + 2 * "<table:table-row>{}<table:covered-table-cell/></table:table-row>".format(rawbooks.ods_cell("乙"))
        + rawbooks.ods_row(FIVE[4])
    ),
}  # fmt: skip


@pytest.mark.parametrize("content", MERGED.values(), ids=MERGED)
def test_a_cell_merged_downwards_gives_its_value_to_every_row(read, content):
    _, rows, merged = read(content)
    assert [values[1] for _, values in rows] == ["单位", "一厂", "一厂", "一厂", "二厂"]
    assert merged == [[2, 4, 1]]


def test_merged_areas_give_nothing_to_blank_rows_to_other_columns_or_out_of_the_header():
    areas = [[1, 0, 4, 0], [3, 1, 6, 3], [8, 0, 8, 5]]
    rows = [(1, ["题"]), (3, ["甲", "厂"]), (4, ["乙"]), (8, ["填表说明"]), (9, ["丙"])]
    unmerged = Unmerged(areas, after=2)
    assert list(unmerged.rows(rows)) == [
        (1, ["题"]), (3, ["甲", "厂"]), (4, ["乙", "厂"]), (8, ["填表说明"]), (9, ["丙"]),
    ]  # fmt: skip
    assert unmerged.spread == [[3, 4, 1]]


def _error(place: str, text: str, formula: str = "") -> str:
    return f'<c r="{place}" t="e">{formula}<v>{text}</v></c>'


ERRORS = {
    "xlsx": rawbooks.xlsx(
        sheet_xml(
            row_xml(1, FIVE[0])
            + row_xml(2, ["甲"], after=_error("C2", "#REF!", "<f>Sheet2!#REF!</f>"))
            + f'<row r="3">{_error("A3", "#N/A", "<f/>")}</row>'
        )
    ),
    "xls": rawbooks.xls(
        cells_xls([FIVE[0], ["甲"]])
        + record(0x06, struct.pack("<HHHBBBBBBHHIHB", 1, 2, 0, 2, 0, 0x17, 0, 0, 0, 0xFFFF, 0, 0, 1, 0x16))
        + record(0x205, struct.pack("<HHHBB", 2, 0, 0, 0x2A, 1))
    ),
    "ods": rawbooks.ods(
        rawbooks.ods_row(FIVE[0])
        + "<table:table-row>"
        + rawbooks.ods_cell("甲")
        + '<table:table-cell/><table:table-cell office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell></table:table-row>'
        '<table:table-row><table:table-cell table:formula="of:=NA()" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell></table:table-row>'
    ),
}


@pytest.mark.parametrize("content", ERRORS.values(), ids=ERRORS)
def test_error_values_of_formulas_are_told_from_blanks(read, content):
    _, rows, _ = read(content)
    assert rows[1:] == [[2, ["甲", "", "#REF!"]], [3, ["#N/A"]]]


def test_a_number_that_is_none_becomes_the_error_it_would_show(read):
    inside = '<c r="A1"><v>NaN</v></c><c r="B1"><v>inf</v></c><c r="C1"><v>7</v></c>'
    _, rows, _ = read(rawbooks.xlsx(sheet_xml(f'<row r="1">{inside}</row>')))
    assert rows == [[1, ["#NUM!", "#NUM!", 7.0]]]


@pytest.mark.django_db
def test_an_error_cell_is_refused_as_such_with_its_row_and_column(officer, union):
    EmployerFactory(union=union)
    rows = rawbooks.member_rows(2)
    broken = row_xml(3, [*rows[2][:8]], after=_error("I3", "#N/A") + '<c r="N3" t="str"><v>入会</v></c>')
    run = upload(officer, union, rawbooks.xlsx(sheet_xml(rows_xml(rows[:2]) + broken)))
    problems = run.lines.get(number=3).problems
    [found] = [problem for problem in problems if problem["column"] == "学历"]
    assert found["message"] == "单元格里是公式的错误值 #N/A，不是数据。请在表格软件中改成实际内容。"
    assert found["code"] == "education.error_cell"


@pytest.mark.django_db
def test_what_a_sheet_hides_or_merges_is_announced(officer, union):
    EmployerFactory(union=union, name="试验鞋业有限公司")
    rows = [member(place) for place in range(1, 5)]
    rows[0][FIRM] = "试验鞋业有限公司"
    book = openpyxl.load_workbook(io.BytesIO(member_book(rows)))
    sheet = book["会员信息"]
    sheet.merge_cells("R5:R8")
    sheet.row_dimensions[6].hidden = sheet.row_dimensions[8].hidden = True
    sheet.column_dimensions["H"].hidden = True
    run = upload(officer, union, saved(book))
    assert (run.rows, run.failed) == (4, 0)
    assert [text for text in run.header["notices"] if "农民工" not in text] == [
        "第 6、8 行在原文件中是隐藏的，已一并读取，请确认",
        "H 列“证件号码 (填写18位身份证)”在原文件中是隐藏的，已一并读取，请确认",
        "“工作单位”一列第 5–8 行是合并单元格，其中每一行都按同一内容读取，请确认",
    ]


@pytest.mark.django_db
def test_a_formula_without_a_result_is_refused_not_read_as_blank(officer, union):
    EmployerFactory(union=union)
    book = openpyxl.load_workbook(io.BytesIO(member_book([member(1)])))
    book["会员信息"]["E5"] = "=E4"
    run = upload(officer, union, saved(book))
    [found] = [problem for problem in run.lines.get().problems if problem["level"] == "error"]
    assert found["column"] == "民族"
    assert found["message"] == (
        "单元格里是公式，文件里没有保存它的计算结果。请在本页改正，或用表格软件打开原文件、保存后再重新上传。"
    )


@pytest.mark.django_db
def test_hidden_rows_may_be_left_out_and_the_counts_still_add_up(officer, union):
    EmployerFactory(union=union)
    book = openpyxl.load_workbook(io.BytesIO(member_book([member(place) for place in range(1, 5)])))
    book["会员信息"].row_dimensions[6].hidden = True
    run = upload(officer, union, saved(book))
    run.skip_hidden = True
    run.save()
    run = check_again(run)
    assert (run.rows, run.new, run.skipped) == (4, 3, 1)
    [line] = run.lines.filter(verdict="skipped")
    assert (line.number, line.problems[0]["code"]) == (6, "hidden_row")


def check_again(run):
    checking.settle(run, checking.stage_file(run, lambda *progress: None))
    return run


def test_dates_are_counted_from_1904_where_the_workbook_says_so(read):
    book = rawbooks.parts(
        sheet_xml('<row r="1"><c r="A1" s="1"><v>42735</v></c></row>'),
        STYLES=rawbooks.parts()[rawbooks.STYLES]
        .replace('count="1"', 'count="2"')
        .replace("</cellXfs>", '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'),
    )
    assert read(rawbooks.packed(book))[1] == [[1, ["2016-12-31"]]]
    book[rawbooks.BOOK] = book[rawbooks.BOOK].replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    assert read(rawbooks.packed(book))[1] == [[1, ["2021-01-01"]]]


def test_formulas_are_read_by_their_results(read):
    cells = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>甲</v></c><c r="C1" t="str"><f>""</f><v></v></c>'
    _, rows, _ = read(rawbooks.xlsx(sheet_xml(f'<row r="1">{cells}<c r="D1"><f>2+2</f></c></row>')))
    assert rows == [[1, [2.0, "甲", "", "#未计算"]]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("姓名,备注\n甲,a;b;c;d\n乙,e;f;g\n", ","),
        ('姓名;"备注,有,逗,号"\n甲;"x,y,z,w"\n', ";"),
        ("姓名\t备注\n甲\t一,二,三\n乙\t四;五;六\n", "\t"),
        ("题目\n姓名,性别\n甲,男\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_makes_even_rows(text, delimiter):
    assert likely_delimiter(text) == delimiter


def test_a_sep_line_is_obeyed_and_is_no_row(read):
    _, rows, _ = read("sep=;\r\n姓名;性别,民族\r\n甲;男,汉\r\n".encode("gb18030"))
    assert rows == [[1, ["姓名", "性别,民族"]], [2, ["甲", "男,汉"]]]


def test_quoted_line_ends_stay_inside_their_cell(read):
    _, rows, _ = read('姓名,备注\n甲,"一行\r\n两行"\n乙,"说""好"""\n'.encode())
    assert rows == [[1, ["姓名", "备注"]], [2, ["甲", "一行\r\n两行"]], [3, ["乙", '说"好"']]]


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_row(read):
    with pytest.raises(RuleError, match="第 3 行有一个没有成对的英文引号"):
        read('姓名,备注\n甲,好\n乙,"缺\n丙,丁\n戊,己\n'.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_told_by_its_bytes(encoding):
    text = "姓名,工作单位\r\n试䶮,南岳镇·鞋业（集团）\r\n"
    assert decoded(text.encode(encoding)) == text


def test_a_sheet_with_more_cells_than_allowed_is_refused_before_it_is_built(read, monkeypatch):
    monkeypatch.setattr("exchange.reading.CELLS", 9)
    assert refused(read, rawbooks.xlsx(sheet_xml(rows_xml([["甲"] * 5] * 2)))) == "too_many_cells"
    assert read(rawbooks.xlsx(sheet_xml(rows_xml([["甲"] * 3] * 3))))[1]


def test_an_xls_ring_of_sectors_ends():
    assert biff.workbook_stream(rawbooks.compound(rawbooks.biff(), ring=True))


def test_every_code_of_the_reader_has_a_sentence():
    assert {"too_many_cells", "open_quote", "too_many_rows", "unpacks_too_large"} <= REFUSALS.keys()
