"""Hostile workbooks, second part: a sound zip file whose sheet, strings, styles or book say impossible things."""

from functools import partial
from xml.sax.saxutils import escape

from tests.exchange import rawbooks as raw
from tests.exchange.rawbooks import BOOK, BOOK_RELATIONS, STRINGS, STYLES, TYPES, row_xml, rows_xml, sheet_xml

ROWS = raw.member_rows()
TOP = rows_xml(ROWS[:2])


def below(xml: str, **more) -> bytes:
    """A sheet with the header, one person, and this below."""
    return raw.xlsx(sheet_xml(TOP + xml, **more))


def cell(attributes: str, inside: str = "<v>1</v>") -> bytes:
    """A second person whose 性别 is this cell."""
    values = ["" if place == 2 else value for place, value in enumerate(ROWS[2])]
    cells = row_xml(3, values)
    before, after = cells.split('<c r="D3"')
    return below(f'{before}<c {attributes}>{inside}</c><c r="D3"{after}')


def text(value: str) -> bytes:
    return cell('r="C3" t="inlineStr"', f"<is><t>{value}</t></is>")


def changed(name: str, old: str, new: str) -> bytes:
    parts = raw.parts()
    assert old in parts[name]
    return raw.packed({**parts, name: parts[name].replace(old, new)})


def strings(inside: str, index: str = "0", *, counts: str = 'count="1" uniqueCount="1"') -> bytes:
    """A sheet whose 性别 points at a shared string."""
    sheet = sheet_xml(
        TOP + f'<row r="3"><c r="B3" t="s"><v>{index}</v></c><c r="H3" t="s"><v>{index}</v></c></row>'
    )
    table = f'{raw.HEAD}<sst xmlns="{raw.MAIN}" {counts}>{inside}</sst>'
    return raw.packed({**raw.parts(sheet), STRINGS: table})


def dated(
    value: str, style: str = '<xf numFmtId="14" applyNumberFormat="1"/>', *, formats: str = ""
) -> bytes:
    """A date of birth as a number with a date format."""
    parts = raw.parts(
        sheet_xml(
            TOP + f'<row r="3"><c r="B3" t="str"><v>试乙</v></c><c r="D3" s="1"><v>{value}</v></c></row>'
        )
    )
    parts[STYLES] = (
        parts[STYLES].replace("<cellXfs", f"{formats}<cellXfs").replace("</cellXfs>", f"{style}</cellXfs>")
    )
    return raw.packed(parts)


def sheets(count: int, *, name="表{}", state: str = "") -> bytes:
    """A book that lists one part many times."""
    listed = "".join(
        f'<sheet name="{escape(name.format(n))}" sheetId="{n + 1}"{state} r:id="rId1"/>' for n in range(count)
    )
    return changed(BOOK, '<sheet name="会员信息" sheetId="1" r:id="rId1"/>', listed)


def heavy(letters: int, columns: int, rows: int) -> bytes:
    """One long string that very many cells share: little to store, very much to read."""
    cells = '<c t="s"><v>0</v></c>' * columns
    long = f'{raw.HEAD}<sst xmlns="{raw.MAIN}"><si><t>{"x" * letters}</t></si></sst>'
    return raw.packed({**raw.parts(sheet_xml(TOP + f"<row>{cells}</row>" * rows)), STRINGS: long})


def _name(name: str, of: str) -> str:
    return f'<definedName name="{name}">{of}</definedName>'


def _format(code: str) -> str:
    return f'<numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'


def target(value: str, kind: str = "worksheet") -> bytes:
    parts = raw.parts()
    parts[BOOK_RELATIONS] = (
        parts[BOOK_RELATIONS]
        .replace("worksheets/sheet1.xml", value)
        .replace(f'{raw.RELATIONS}/worksheet"', f'{raw.RELATIONS}/{kind}"')
    )
    return raw.packed(parts)


def merges(*areas: str) -> bytes:
    inside = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return below(row_xml(3, ROWS[2]), after=f'<mergeCells count="{len(areas)}">{inside}</mergeCells>')


def without_places() -> bytes:
    rows = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>' for value in values)
        + "</row>"
        for values in ROWS
    )
    return raw.xlsx(sheet_xml(rows))


def two_header_rows() -> bytes:
    groups = ["", "基本信息", *[""] * 11, "会籍", "", "", "", "", "", ""]
    sheet = sheet_xml(
        rows_xml([groups, *ROWS]),
        after='<mergeCells><mergeCell ref="B1:M1"/><mergeCell ref="N1:T1"/></mergeCells>',
    )
    return raw.xlsx(sheet)


def macros() -> bytes:
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    parts = raw.parts()
    override = f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>'
    parts[TYPES] = parts[TYPES].replace("</Types>", override)
    return raw.packed({**parts, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(4_000)})


ROW_NUMBERS = ["0", "-1", "1048577", "4294967297", "99999999999999999999", "abc", "", "1"]
PLACES = ["A0", "C", "", "XFE3", "ZZZZZZZ3", "C99999999999", "c3", "$C$3", "B3", "XFD1048576"]
DIMENSIONS = ["", "ZZZZ99", "A0:B0", "C9:A1", "A1:XFD99999999999"]
VALUES = ["NaN", "inf", "1e999", "-0", "0x10", "", "٣", "9" * 400]
DATES = ["NaN", "1e300", "-5", "2958466", "60"]
INDEXES = ["1", "-1", "4294967296", "abc", ""]
TARGETS = {
    "absolute": "/xl/worksheets/sheet1.xml", "climbing": "../xl/worksheets/sheet1.xml", "climbing out": "../../../../etc/passwd",
    "local file": "file:///etc/passwd", "network": "http://127.0.0.1:9/sheet.xml", "the book itself": "workbook.xml",
    "a folder": "worksheets/", "nothing": "", "escaped": "worksheets%2Fsheet1.xml", "missing": "worksheets/sheet9.xml",
    "share": "\\\\127.0.0.1\\x", "ten thousand steps": "../" * 10_000 + "sheet1.xml",
}  # fmt: skip
TEXTS = {
    "zero byte": "&#0;", "control characters": "&#1;&#x1F;", "half a pair": "&#xD800;",
    "unknown entity": "&nosuch;", "bare ampersand": "a & b", "cdata": "<![CDATA[男<b>]]>", "comment": "男<!-- x -->",
    "instruction": "<?php x ?>男", "escape of zero": "_x0000_男", "direction marks": "\u202e男\u2066",
    "zero width": "\u200b\u2060男\ufeff", "private": "\ue000\U0010ffff", "piled marks": "男" + "\u0301" * 3_000,
    "40,000 letters": "男" * 40_000, "a million letters": "x" * 1_000_000, "formula": "=cmd|' /C calc'!A0",
    "html": "&lt;script&gt;alert(1)&lt;/script&gt;", "template": "{{ 7 }}{% debug %}%s%(x)s{0}",
}  # fmt: skip
FORMULAS = {
    "without a result": "<f>1+1</f>", "with a result": '<f>1+1</f><v>2</v>', "of itself": "<f>C3</f><v></v>",
    "elsewhere": "<f>[1]Sheet1!A1</f><v>2</v>", "a program": "<f>cmd|' /C calc'!A0</f>", "shared, without a first": '<f t="shared" si="9"/><v>1</v>',
    "an array of everything": '<f t="array" ref="A1:XFD1048576">1</f><v>1</v>', "a hundred thousand letters": f"<f>{'1+' * 50_000}1</f><v>1</v>",
    "unclosed": "<f>1+1<v>2</v>", "two results": "<v>1</v><v>2</v>",
}  # fmt: skip
SHEETS = {
    "nothing in it": partial(raw.xlsx, sheet_xml("")),
    "no data part": lambda: raw.xlsx(sheet_xml("").replace("<sheetData></sheetData>", "")),
    "two data parts": lambda: raw.xlsx(sheet_xml(TOP + "</sheetData><sheetData>" + row_xml(3, ROWS[2]))),
    "another root": lambda: raw.xlsx(sheet_xml(TOP).replace("worksheet", "chartsheet")),
    "another namespace": lambda: raw.xlsx(sheet_xml(TOP).replace(raw.MAIN, "urn:x")),
    "strict namespace": lambda: raw.xlsx(sheet_xml(TOP).replace(raw.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")),
    "rows out of order": lambda: raw.xlsx(sheet_xml("".join(row_xml(n, ROWS[n - 1]) for n in (3, 1, 4, 2)))),
    "rows and cells without places": without_places,
    "a cell at the far corner": lambda: below('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "a cell in the last row": lambda: below('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
    "sixteen thousand columns": lambda: below(row_xml(3, ["x"] * 16_384)),
    "the header at column 16,000": lambda: raw.xlsx(sheet_xml(rows_xml([[""] * 16_000 + values for values in ROWS]))),
    "two header rows": two_header_rows,
    "the header again and again": lambda: raw.xlsx(sheet_xml(rows_xml(ROWS[:1] * 500 + ROWS))),
    "a person in every row twice": lambda: raw.xlsx(sheet_xml(rows_xml(ROWS + ROWS[1:]))),
    "cells inside cells": lambda: below('<row r="3"><c r="A3"><c r="B3"><v>1</v></c></c></row>'),
    "rows inside rows": lambda: below("<row r='3'>" * 3_000 + "</row>" * 3_000),
    "unclosed": lambda: raw.xlsx(sheet_xml(TOP).replace("</sheetData></worksheet>", "")),
    "closed by another": lambda: below("<row r='3'></c>"),
    "an attribute twice": lambda: below('<row r="3" r="4"><c r="A3"><v>1</v></c></row>'),
    "an attribute of a megabyte": lambda: below(f'<row r="3" x="{"y" * 1_000_000}"/>'),
    "fifty thousand attributes": lambda: below("<row " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/>"),
    "a tag that never ends": lambda: below("<row " + "hidden " * 200_000),
    "tags that never close": lambda: below('<row r="3">' + '<c r="A3" t="e"><f>' * 60_000),
    "every row hidden": lambda: raw.xlsx(sheet_xml("".join(row_xml(n, v, attributes=' hidden="1"') for n, v in enumerate(ROWS, 1)))),
    "twenty thousand rows hidden in turn": lambda: below("".join(f'<row r="{n}" hidden="1"/>' for n in range(4, 40_000, 2))),
    "columns hidden to the end of time": lambda: raw.xlsx(sheet_xml(TOP, before='<cols><col min="1" max="4294967295" hidden="1"/></cols>')),
    "columns the wrong way round": lambda: raw.xlsx(sheet_xml(TOP, before='<cols><col min="9" max="-1" hidden="1"/></cols>')),
    "blanks of a million styled cells": lambda: below("<row>" + '<c s="1"/>' * 1_000_000 + "</row>"),
}  # fmt: skip
BOOKS = {
    "no sheets": lambda: changed(BOOK, '<sheet name="会员信息" sheetId="1" r:id="rId1"/>', ""),
    "a sheet that leads nowhere": lambda: changed(BOOK, 'r:id="rId1"', 'r:id="rId9"'),
    "a sheet without a link": lambda: changed(BOOK, ' r:id="rId1"', ""),
    "a sheet without a name": lambda: changed(BOOK, 'name="会员信息" ', ""),
    "a name of a hundred thousand letters": lambda: changed(BOOK, "会员信息", "表" * 100_000),
    "a name that climbs": lambda: changed(BOOK, "会员信息", "../../etc/passwd"),
    "a hidden sheet only": partial(sheets, 1, state=' state="hidden"'),
    "a very hidden sheet only": partial(sheets, 1, state=' state="veryHidden"'),
    "a state nobody knows": partial(sheets, 1, state=' state="gone"'),
    "thirty sheets of one part": partial(sheets, 30),
    "five thousand sheets": partial(sheets, 5_000),
    "sheets of one name": partial(sheets, 9, name="表"),
    "1904, perhaps": lambda: changed(BOOK, "<workbookPr/>", '<workbookPr date1904="perhaps"/>'),
    "1904": lambda: changed(BOOK, "<workbookPr/>", '<workbookPr date1904="1"/>'),
    "names that call each other": lambda: changed(BOOK, "</workbook>", f"<definedNames>{_name('a', 'b')}{_name('b', 'a')}</definedNames></workbook>"),
    "macros": macros,
    "a chart for a sheet": partial(target, "worksheets/sheet1.xml", "chartsheet"),
    "a macro sheet": partial(target, "worksheets/sheet1.xml", "xlMacrosheet"),
    "types that lie": lambda: changed(TYPES, "application/xml", "image/png"),
}  # fmt: skip
STRING_TABLES = {
    "four thousand million, it says": partial(strings, "<si><t>甲</t></si>", counts='count="4294967295" uniqueCount="4294967295"'),
    "minus one": partial(strings, "<si><t>甲</t></si>", counts='count="-1" uniqueCount="-1"'),
    "rich text": partial(strings, "<si><r><rPr><b/></rPr><t>甲</t></r><rPh sb='0'><t>x</t></rPh></si>"),
    "none": partial(strings, ""),
    "an unclosed one": partial(strings, "<si><t>甲"),
    "one of 30,000 letters in every cell": partial(heavy, 30_000, 300, 2_000),
    "one of 6,000 letters in every cell": partial(heavy, 6_000, 300, 500),
    "one of 1,000 letters in every cell": partial(heavy, 1_000, 30, 700),
}  # fmt: skip
STYLE_TABLES = {
    "a format of a megabyte": partial(dated, "44000", '<xf numFmtId="200"/>', formats=_format("yyyy" * 250_000)),
    "a format of brackets": partial(dated, "44000", '<xf numFmtId="200"/>', formats=_format("[" * 100_000 + "d")),
    "a format that is not there": partial(dated, "44000", '<xf numFmtId="99999999999"/>'),
    "a format without a number": partial(dated, "44000", "<xf/>"),
    "no formats": lambda: changed(STYLES, '<cellXfs count="1"><xf numFmtId="0"/></cellXfs>', ""),
}  # fmt: skip

CASES = {
    **{f"row number {n!r}": partial(below, f'<row r="{n}"><c><v>7</v></c></row>') for n in ROW_NUMBERS},
    **{f"cell place {place!r}": partial(cell, f'r="{place}"') for place in PLACES},
    **{f"dimension {ref!r}": partial(raw.xlsx, sheet_xml(TOP, before=f'<dimension ref="{ref}"/>')) for ref in DIMENSIONS},
    **{f"number {v[:20]!r}": partial(cell, 'r="C3"', f"<v>{v}</v>") for v in VALUES},
    **{f"date {v!r}": partial(dated, v) for v in DATES},
    **{f"string number {n!r}": partial(strings, "<si><t>甲</t></si>", n) for n in INDEXES},
    **{f"cell type {t!r}": partial(cell, f'r="C3" t="{t}"') for t in ("zz", "", "b", "e", "d", "s")},
    **{f"cell style {s!r}": partial(cell, f'r="C3" s="{s}"') for s in ("1", "-1", "x")},
    **{f"target {name}": partial(target, value) for name, value in TARGETS.items()},
    **{f"text: {name}": partial(text, value) for name, value in TEXTS.items()},
    **{f"formula {name}": partial(cell, 'r="C3"', inside) for name, inside in FORMULAS.items()},
    **{f"merged {name}": partial(merges, *areas) for name, areas in {
        "everything": ["A1:XFD1048576"], "nothing": [""], "backwards": ["T9:A1"], "one in another": ["A3:A9", "A4:A6"],
        "a cell": ["C3"], "rubbish": ["??:!!"], "to the end of time": ["A3:A99999999999"],
        "fifty thousand times": [f"B{n}:B{n + 1}" for n in range(3, 100_000, 2)],
    }.items()},
    **{f"sheet: {name}": make for name, make in SHEETS.items()},
    **{f"book: {name}": make for name, make in BOOKS.items()},
    **{f"strings: {name}": make for name, make in STRING_TABLES.items()},
    **{f"styles: {name}": make for name, make in STYLE_TABLES.items()},
}  # fmt: skip
