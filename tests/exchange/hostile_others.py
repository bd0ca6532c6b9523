"""Hostile files, third part: xls, ods, csv, and files that are no tables at all under a table's name."""

import gzip
import struct
from functools import partial

from tests.exchange import rawbooks as raw
from tests.exchange.hostile_zips import SPOILERS, deflated_spaces
from tests.exchange.rawbooks import EOF, biff, compound, label, ods_cell, ods_row, ods_xml, record

ROWS = raw.member_rows()
OLD = compound(biff())
PEOPLE = b"".join(
    label(row, column, value)
    for row, values in enumerate(ROWS)
    for column, value in enumerate(values)
    if value != ""
)
OPEN = raw.ods_xml("".join(map(ods_row, ROWS)))


def edited(at: int, fmt: str, value: int) -> bytes:
    data = bytearray(OLD)
    struct.pack_into(fmt, data, at, value)
    return bytes(data)


def flipped(place: int) -> bytes:
    data = bytearray(OLD)
    at = len(data) * place // 100
    data[at : at + 8] = bytes(byte ^ 0xA5 for byte in data[at : at + 8])
    return bytes(data)


def more(extra: bytes) -> bytes:
    """The three people, and these records below."""
    return raw.xls(PEOPLE + extra)


COMPOUND = {
    "sectors of one byte": partial(edited, 30, "<H", 0), "sectors of 2^60000": partial(edited, 30, "<H", 60_000),
    "sectors of a gigabyte": partial(edited, 30, "<H", 30), "the directory nowhere": partial(edited, 48, "<I", 0x0FFFFFFF),
    "no allocation": partial(edited, 76, "<I", 0xFFFFFFFF), "allocation outside": partial(edited, 76, "<I", 0x0FFFFFFF),
    "a table of tables in itself": partial(edited, 68, "<I", 0), "four thousand million tables": partial(edited, 44, "<I", 0xFFFFFFFF),
    "another byte order": partial(edited, 28, "<H", 0xFEFF), "version 9": partial(edited, 26, "<H", 9),
    "a ring of sectors": partial(compound, biff(), ring=True), "no workbook": partial(compound, biff(), name="Contents"),
    "the workbook outside": partial(compound, biff(), start=0x0FFFFFF0), "an old book": partial(compound, biff(), name="Book"),
    "only a header": lambda: OLD[:512], "half a header": lambda: OLD[:300],
    "a Word document": partial(compound, b"\xec\xa5" + bytes(4_000), name="WordDocument"),
    "a presentation": partial(compound, bytes(4_000), name="PowerPoint Document"),
    "a mail": partial(compound, bytes(4_000), name="__substg1.0_0037001F"),
    "an encrypted package": partial(compound, bytes(4_000), name="EncryptedPackage"),
}  # fmt: skip
RECORDS = {
    "a password": lambda: raw.xls(PEOPLE, extra=record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48))),
    "a sheet outside the stream": partial(raw.xls, offset=0x7FFFFFFF), "a sheet at the start": partial(raw.xls, offset=0),
    "a sheet inside a record": partial(raw.xls, offset=7), "no end": lambda: compound(biff()[:-4]),
    "a record longer than the file": lambda: more(struct.pack("<HH", 0x204, 0xFFFF)),
    "a text longer than its record": lambda: more(record(0x204, struct.pack("<HHHHB", 9, 1, 0, 0xFFFF, 1) + b"x")),
    "records of length zero": lambda: more(b"".join(record(n) for n in (0x204, 0x203, 0x205, 0x06, 0x208, 0x7D, 0xE5, 0xBD, 0x27E))),
    "row 65,535 and column 65,535": lambda: more(label(65_535, 65_535, "x")), "row 65,535": lambda: more(label(65_535, 0, "x")),
    "not a number": lambda: more(record(0x203, struct.pack("<HHHd", 4, 1, 0, float("nan")))),
    "infinity": lambda: more(record(0x203, struct.pack("<HHHd", 4, 1, 0, float("inf")))),
    "a number of many backwards": lambda: more(record(0xBD, struct.pack("<HHHIH", 4, 9, 0, 0, 2))),
    "strings, four thousand million": lambda: raw.xls(PEOPLE, extra=record(0xFC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF))),
    "a string of a table that is not there": lambda: more(record(0xFD, struct.pack("<HHHI", 4, 1, 0, 77))),
    "merged, 65,535 of them": lambda: more(record(0xE5, struct.pack("<5H", 65_535, 0, 9, 0, 0))),
    "merged backwards": lambda: more(record(0xE5, struct.pack("<5H", 1, 9, 1, 3, 1))),
    "an error nobody knows": lambda: more(record(0x205, struct.pack("<HHHBB", 4, 1, 0, 0x99, 1))),
    "a formula of rubbish": lambda: more(record(0x06, struct.pack("<HHH8sHIH", 4, 1, 0, b"\1" * 8, 0, 0, 900) + b"\xff" * 9)),
    "a formula's text that is missing": lambda: more(record(0x06, struct.pack("<HHH8sHIH", 4, 1, 0, b"\0\0\0\0\0\0\xff\xff", 0, 0, 0))),
    "ten thousand beginnings": lambda: more(raw.BOF_SHEET * 10_000), "ten thousand ends": lambda: more(EOF * 10_000),
    "sixty thousand sheets": lambda: raw.xls(PEOPLE, extra=raw.boundsheet(0) * 60_000),
    "an unknown code page": lambda: raw.xls(PEOPLE, extra=record(0x42, b"\x99\x99")),
    "dates from 1904": lambda: raw.xls(PEOPLE, extra=record(0x22, b"\1\0")),
    "an older version": lambda: compound(biff().replace(struct.pack("<HH", 0x600, 5), struct.pack("<HH", 0x500, 5))),
    "every column hidden": lambda: raw.xls(record(0x7D, struct.pack("<5HH", 0, 65_535, 0, 0, 1, 0)) + PEOPLE),
    "thirty thousand rows hidden in turn": lambda: more(b"".join(raw.row_record(n, hidden=True) for n in range(4, 60_000, 2))),
}  # fmt: skip


def another(kind: str) -> bytes:
    """A document of another kind that says it is one."""
    mimetype = raw.ODS_FRAME["mimetype"].replace("spreadsheet", kind)
    return raw.packed({"mimetype": mimetype, "content.xml": OPEN.replace("spreadsheet", kind)})


def _in(name: str, rows: str) -> str:
    return f"<table:table-{name}>{rows}</table:table-{name}>"


def repeated(kind: str, times: str, value: str = "男") -> bytes:
    attributes = f' table:number-{kind}-repeated="{times}"'
    row = (
        ods_row([value], attributes)
        if kind == "rows"
        else f"<table:table-row>{ods_cell(value, attributes)}</table:table-row>"
    )
    return raw.ods("".join(map(ods_row, ROWS)) + row)


def repeated_square() -> str:
    cell = ods_cell("x", ' table:number-columns-repeated="16384"')
    return f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'


def typed(attributes: str) -> bytes:
    cell = f"<table:table-cell {attributes}><text:p>x</text:p></table:table-cell>"
    return raw.ods("".join(map(ods_row, ROWS)) + f"<table:table-row>{ods_cell('4')}{cell}</table:table-row>")


HIDDEN, MILLION = ' table:visibility="collapse"', ' table:number-rows-repeated="1000000"'
SPACES = '<text:s text:c="1000000000"/>'
ROW_CELL = "<table:table-row><table:table-cell>"
LOCKED = raw.ODS_FRAME["META-INF/manifest.xml"].replace(
    "/>",
    '><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    "</manifest:manifest>",
)
OPEN_ROWS = {
    **{f"{kind} repeated {times}{' blank' * (not value)}": partial(repeated, kind, times, value)
       for kind in ("rows", "columns") for times in ("1000000", "4294967296", "-1", "x") for value in ("男", "")},
    "rows and columns repeated": lambda: raw.ods(ods_row(ROWS[0]) + repeated_square()),
    "spanned to the end of time": lambda: typed('office:value-type="string" table:number-rows-spanned="99999999"'),
    "hidden a million times": lambda: raw.ods(ods_row(ROWS[0]) + ods_row([""], f'{HIDDEN}{MILLION}') + ods_row(ROWS[1])),
    "tables in tables": lambda: raw.ods("".join(map(ods_row, ROWS)) + f'{ROW_CELL}<table:table table:name="x">' * 500),
    "no rows": partial(raw.ods, ""), "no table": lambda: raw.ods(content=ods_xml("").replace("table:table ", "table:nothing ")),
    "three thousand tables": lambda: raw.ods('</table:table><table:table table:name="x">' * 3_000 + ods_row(ROWS[0])),
    "grouped rows": lambda: raw.ods(f"{_in('header-rows', ods_row(ROWS[0]))}{_in('row-group', ods_row(ROWS[1]))}"),
    "spans in spans": lambda: raw.ods(f"{ods_row(ROWS[0])}{ROW_CELL}<text:p>{'<text:span>' * 50_000}"),
    "spaces, a million, it says": lambda: typed(f'office:value-type="string"><text:p>{SPACES}</text:p></table:table-cell><table:table-cell'),
}  # fmt: skip
OPEN_FILES = {
    "no manifest": lambda: raw.packed({**raw.ODS_FRAME, "META-INF/manifest.xml": None, "content.xml": OPEN}),
    "an encrypted manifest": lambda: raw.packed({**raw.ODS_FRAME, "META-INF/manifest.xml": LOCKED, "content.xml": b"\x99" * 900}),
    "a text document": partial(another, "text"), "a presentation": partial(another, "presentation"),
    "one flat file": OPEN.encode, "a bomb": lambda: raw.zip_with(raw.ODS_FRAME, "content.xml", deflated_spaces(700)),
    "a bomb, claimed small": lambda: raw.zip_with(raw.ODS_FRAME, "content.xml", deflated_spaces(700), claimed=800),
}  # fmt: skip
OPEN_CELLS = {
    "a float of rubbish": 'office:value-type="float" office:value="abc"', "no number": 'office:value-type="float" office:value="NaN"',
    "infinity": 'office:value-type="float" office:value="inf"', "a date of rubbish": 'office:value-type="date" office:date-value="9999-99-99"',
    "a time of rubbish": 'office:value-type="time" office:time-value="PT99999999999999H"',
    "neither true nor false": 'office:value-type="boolean" office:boolean-value="perhaps"',
    "an unknown type": 'office:value-type="soul"', "a percentage": 'office:value-type="percentage" office:value="1e400"',
}  # fmt: skip

LINES = "\n".join(",".join(value.replace("\n", "") for value in values) for values in ROWS) + "\n"
TEXTS = {
    "zero bytes": LINES.encode().replace(b",", b",\0"), "a zero byte far down": LINES.encode() * 400 + b"a\0b,c\n",
    "an open quotation mark": (LINES + '4,"试,女\n5,试\n').encode(), "a million letters in a cell": (LINES + f"4,{'x' * 999_000}\n").encode(),
    "two million letters in a cell": (LINES + f"4,{'x' * 2_000_000}\n").encode(), "only quotation marks": b'"' * 500_001,
    "a hundred thousand columns": (LINES + "x," * 100_000).encode(), "ten million commas": b"," * 10_000_000, "line ends only": b"\r\n" * 300_000,
    "old line ends": LINES.replace("\n", "\r").encode(), "mixed line ends": LINES.replace("\n", "\r\n", 2).encode() + b"\r\r\n\n",
    "a mark only": b"\xef\xbb\xbf", "the other mark only": b"\xff\xfe", "half a letter of UTF-16": LINES.encode("utf-16") + b"\x41",
    "UTF-16 without its mark": LINES.encode("utf-16-le"), "UTF-32": LINES.encode("utf-32"), "UTF-7": LINES.encode("utf-7"),
    "half a pair": LINES.encode() + b"\xed\xa0\x80,\xed\xb0\x80\n", "invalid everywhere": LINES.encode().replace(b",", b"\xff,"),
    "two hundred thousand rows and one": b"a,b\n" * 200_002, "half a million rows of people": LINES.encode("gb18030") + b"1,\xca\xd4,a\n" * 500_000,
    "another separator": ("sep=|\n" + LINES.replace(",", "|")).encode(),
    "sep and nothing": b"sep=;\r\n", "formulas": (LINES + "4,=1+1,+2,-3,@x,\t=9\n").encode(),
    "terminal codes": (LINES + "4,\x1b[2J\x1b]0;x\x07\n").encode(), "many quotation marks": (LINES + '"",' * 300_000 + "\n").encode(),
    "a field of quotation marks": (LINES + '"' + '""' * 400_000 + '"\n').encode(),
    "marks in every cell": ("\ufeff" + LINES.replace(",", ",\ufeff\u200b\u202e")).encode(),
    "a letter": b"x", "one word": "姓名".encode("gb18030"),
    "all bytes": bytes(range(256)) * 500, "0xff": b"\xff" * 100_000,
    "zeros": b"\0" * 100_000, "zeros and a letter": b"\0" * 63 + b"x" + b"\0" * 99_000,
}  # fmt: skip
OTHER = {
    "docx": lambda: raw.packed({raw.TYPES: "<Types/>", "word/document.xml": "<w/>"}), "pptx": lambda: raw.packed({"ppt/presentation.xml": "<p/>"}),
    "zip": lambda: raw.packed({"名单.txt": LINES}), "jar": lambda: raw.packed({"META-INF/MANIFEST.MF": "x", "A.class": b"\xca\xfe\xba\xbe"}),
    "epub": lambda: raw.packed({"mimetype": "application/epub+zip", "OEBPS/content.opf": "<x/>"}),
    "numbers": lambda: raw.packed({"Index/Document.iwa": b"\0" * 99}),
    "xlsb": lambda: raw.packed({raw.TYPES: "<Types/>", "xl/workbook.bin": b"\x83\x01\0" * 99, "xl/_rels/workbook.bin.rels": "<x/>"}),
    "an xlsx inside a zip": lambda: raw.packed({"名单.xlsx": raw.xlsx()}), "pdf": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 9,
    "png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "jpeg": lambda: b"\xff\xd8\xff\xe1" + bytes(500), "gif": lambda: b"GIF89a" + bytes(500),
    "bmp": lambda: b"BM" + bytes(500), "exe": lambda: b"MZ\x90\0\3" + bytes(900), "elf": lambda: b"\x7fELF\2\1\1" + bytes(900),
    "gz": lambda: gzip.compress(raw.xlsx()), "7z": lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), "rar": lambda: b"Rar!\x1a\x07\1\0" + bytes(99),
    "rtf": lambda: rb"{\rtf1\ansi x}", "html": "<html><table><tr><td>姓名</td></tr></table></html>".encode,
    "html in capitals behind a mark": lambda: b"\xef\xbb\xbf\r\n <!DOCTYPE HTML><TABLE>",
    "mht": lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>",
    "xml of 2003": lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "svg": lambda: b"<svg xmlns='x' onload='alert(1)'/>",
    "json": lambda: b'[{"name": "x", "sex": 1}, {"name": "y", "sex": 2}]', "sqlite": lambda: b"SQLite format 3\0" + bytes(900),
    "mp3": lambda: b"ID3\4" + bytes(900),
    "a shell script": lambda: b"#!/bin/sh\nrm -rf x\n",
    "tar": lambda: b"a.xlsx".ljust(512, b"\0") + bytes(1_024), "a wave": lambda: b"RIFF\0\0\0\0WAVE" + bytes(99),
}  # fmt: skip

CASES = {
    **{f"xls cut at {p}%": lambda p=p: OLD[: len(OLD) * p // 100] for p in (8, 12, 25, 50, 75, 90, 99)},
    **{f"xls spoilt at {p}%": partial(flipped, p) for p in range(1, 100, 9)},
    **{f"xls: {name}": make for name, make in {**COMPOUND, **RECORDS}.items()},
    **{f"ods: {name}": make for name, make in {**OPEN_ROWS, **OPEN_FILES}.items()},
    **{f"ods cell: {name}": partial(typed, attributes) for name, attributes in OPEN_CELLS.items()},
    **{f"ods content: {how}": lambda change=change: raw.packed({**raw.ODS_FRAME, "content.xml": change(OPEN)}) for how, change in SPOILERS.items()},
    **{f"csv: {name}": lambda content=content: content for name, content in TEXTS.items()},
    **{f"renamed {name}": make for name, make in OTHER.items()},
}  # fmt: skip
