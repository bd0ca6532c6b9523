"""Hostile workbooks, first part: what is wrong is the zip file or one of its parts as a whole."""

import struct
from functools import partial

from tests.exchange import rawbooks as raw
from tests.exchange.rawbooks import BOOK, BOOK_RELATIONS, SHEET, STRINGS, STYLES, TYPES

MEGABYTE = 1024 * 1024
GOOD = raw.xlsx()
XML_PARTS = {
    "types": TYPES, "relations": BOOK_RELATIONS, "book": BOOK, "sheet": SHEET, "styles": STYLES, "strings": STRINGS
}  # fmt: skip
_STRINGS = f'{raw.HEAD}<sst xmlns="{raw.MAIN}" count="1" uniqueCount="1"><si><t>甲</t></si></sst>'


def full() -> dict:
    """The parts of a good workbook, shared strings included."""
    return {**raw.parts(), STRINGS: _STRINGS}


def with_part(name: str, change) -> bytes:
    """A workbook with one part changed by a function of its text."""
    parts = full()
    parts[name] = change(parts[name])
    return raw.packed(parts)


def _after_head(text: str, doctype: str) -> str:
    return text.replace(raw.HEAD, raw.HEAD + doctype) if text.startswith(raw.HEAD) else doctype + text


def xxe(text: str) -> str:
    spoilt = _after_head(text, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    return spoilt.replace("甲", "&e;").replace("试", "&e;")


def laughs(text: str) -> str:
    entities = '<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    return _after_head(text, f"<!DOCTYPE x [{entities}]>").replace("甲", "&a9;").replace("试", "&a9;")


def parameter_entity(text: str) -> str:
    return _after_head(text, '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>')


def nested(text: str) -> str:
    deep = "<a>" * 60_000 + "</a>" * 60_000
    at = text.rindex("</")
    return text[:at] + deep + text[at:]


SPOILERS = {
    "xxe": xxe,
    "billion laughs": laughs,
    "external dtd": parameter_entity,
    "deep nesting": nested,
    "missing": lambda text: None,
    "empty": lambda text: "",
    "cut": lambda text: text[: len(text) // 2],
    "invalid utf-8": lambda text: (
        text.encode().replace("试".encode(), b"\xff\xfe").replace(b"rId1", b"rId1\xc3\x28")
    ),
    "utf-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "binary": lambda text: bytes(range(256)) * 40,
}


FOR_ALL = ("xxe", "billion laughs", "missing", "cut")


def edited(offset: int, fmt: str, value: int, *, record: bytes = b"PK\x01\x02", which: int = -1) -> bytes:
    """A field of a directory record (the last one's, by default) overwritten."""
    data = bytearray(GOOD)
    places, at = [], data.find(record)
    while at >= 0:
        places.append(at)
        at = data.find(record, at + 1)
    struct.pack_into(fmt, data, places[which] + offset, value)
    return bytes(data)


def flipped(place: float) -> bytes:
    data = bytearray(GOOD)
    at = int(len(data) * place)
    data[at : at + 8] = bytes(byte ^ 0xA5 for byte in data[at : at + 8])
    return bytes(data)


def renamed(names: dict[str, str]) -> bytes:
    return raw.packed({names.get(name, name): value for name, value in full().items()})


def duplicated(name: str, second: str) -> bytes:
    """Two parts of one name: the second is written under another of the same length, then renamed."""
    other = name[:-1] + "_"
    return raw.packed({**full(), other: second}).replace(other.encode(), name.encode())


def bomb(name: str, head: str, block: bytes, times: int, tail: str, **lies) -> bytes:
    contents = {part: value for part, value in full().items() if part != name}
    return raw.zip_with(contents, name, raw.deflated(head.encode(), block, times, tail.encode()), **lies)


def sheet_bomb(block: bytes, times: int, **lies) -> bytes:
    head, tail = raw.sheet_xml(raw.rows_xml(raw.member_rows()) + "@").split("@")
    return bomb(SHEET, head, block, times, tail, **lies)


def styled_rows(count: int = 1_000_000) -> bytes:
    """A million rows that only have a format below three people: every row has its number."""

    def block(start: int) -> bytes:
        return "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(start, start + 1000)).encode()

    return sheet_bomb(block(5), count // 1000)


def claims_everything() -> bytes:
    """1.9 KB that claim seventeen thousand million cells and have one."""
    sheet = raw.sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row>', before='<dimension ref="A1:XFD1048576"/>'
    )
    return raw.xlsx(sheet)


def claims_everything_but_is_filled() -> bytes:
    return raw.xlsx(raw.sheet_xml(raw.rows_xml(raw.member_rows()), before='<dimension ref="A1:XFD1048576"/>'))


def zips_in_zips(depth: int) -> bytes:
    data = raw.packed({"a.xml": "0" * MEGABYTE})
    for _ in range(depth):
        data = raw.packed({f"{n}.zip": data for n in range(10)})
    return data


def deflated_spaces(megabytes: int) -> tuple[bytes, int, int]:
    """The packed form of that much white space."""
    return raw.deflated(b"<x>", SPACES, megabytes, b"</x>")


TABLE, FORMATS = f'<sst xmlns="{raw.MAIN}">', f'<styleSheet xmlns="{raw.MAIN}"><cellXfs>'
SPACES, ZEROS = b" " * MEGABYTE, b"\0" * MEGABYTE
BOMBS = {
    "spaces in the sheet": partial(sheet_bomb, SPACES, 700),
    "spaces in the sheet, claimed small": partial(sheet_bomb, SPACES, 700, claimed=5_000),
    "spaces in the sheet, just within the limit": partial(sheet_bomb, SPACES, 200),
    "listed two hundred times over the same bytes": partial(sheet_bomb, SPACES, 50, copies=200),
    "nine million cells": partial(sheet_bomb, b'<c t="n"><v>1</v></c>' * 20_000, 450),
    "strings": partial(bomb, STRINGS, "<sst><si><t>", SPACES, 700, "</t></si></sst>"),
    "strings, claimed small": partial(bomb, STRINGS, "<sst><si><t>", SPACES, 700, "</t></si></sst>", claimed=900),
    "one string within the limit": partial(bomb, STRINGS, f"{TABLE}<si><t>", b"x" * MEGABYTE, 200, "</t></si></sst>"),
    "millions of strings": partial(bomb, STRINGS, TABLE, b"<si><t>x</t></si>" * 60_000, 100, "</sst>"),
    "styles": partial(bomb, STYLES, "<styleSheet>", SPACES, 700, "</styleSheet>"),
    "millions of formats": partial(bomb, STYLES, FORMATS, b'<xf numFmtId="14"/>' * 50_000, 100, "</cellXfs></styleSheet>"),
    "book": partial(bomb, BOOK, "<workbook>", SPACES, 700, "</workbook>", claimed=700),
    "a picture": partial(bomb, "xl/media/image1.png", "", ZEROS, 700, ""),
    "a picture, claimed small": partial(bomb, "xl/media/image1.png", "", ZEROS, 700, "", claimed=9),
    "zips in zips": partial(zips_in_zips, 3),
    "a zip for a sheet": lambda: raw.packed({**full(), SHEET: zips_in_zips(1)}),
    "a million empty styled rows": styled_rows,
    "one row of sixteen thousand styled blanks, many times": partial(
        sheet_bomb, b"<row>" + b'<c s="1"/>' * 16_384 + b"</row>", 500
    ),
}  # fmt: skip

DIRECTORY = {
    "encrypted flag": partial(edited, 8, "<H", 1),
    "packed by bzip2, it says": partial(edited, 10, "<H", 12),
    "packed by lzma, it says": partial(edited, 10, "<H", 14),
    "packed by nobody knows what": partial(edited, 10, "<H", 99),
    "wrong crc": partial(edited, 16, "<I", 0xDEADBEEF),
    "packed size too small": partial(edited, 20, "<I", 10),
    "packed size too large": partial(edited, 20, "<I", 10_000_000),
    "size zero": partial(edited, 24, "<I", 0),
    "size four gigabytes": partial(edited, 24, "<I", 0xFFFFFFFE),
    "size in a record that is not there": partial(edited, 24, "<I", 0xFFFFFFFF),
    "name longer than the file": partial(edited, 28, "<H", 0xFFFF),
    "header outside the file": partial(edited, 42, "<I", 0x7FFFFFFF),
    "header of another part": partial(edited, 42, "<I", 0),
    "local name of another length": partial(edited, 26, "<H", 3, record=b"PK\x03\x04"),
    "local extra field beyond the end": partial(edited, 28, "<H", 0xFFFF, record=b"PK\x03\x04"),
    "directory of sixty thousand parts": partial(edited, 10, "<H", 60_000, record=b"PK\x05\x06"),
    "directory nowhere": partial(edited, 16, "<I", 0xFFFFFFF0, record=b"PK\x05\x06"),
    "directory of zero bytes": partial(edited, 12, "<I", 0, record=b"PK\x05\x06"),
    "comment longer than the file": partial(edited, 20, "<H", 0xFFFF, record=b"PK\x05\x06"),
    "a program before it": lambda: b"PK\x03\x04" + b"MZ" * 2_000 + GOOD,
    "rubbish after it": lambda: GOOD + b"\xa5" * 70_000,
    "two files in a row": lambda: GOOD + raw.xlsx(raw.sheet_xml("")),
    "nothing but the first four bytes": lambda: b"PK\x03\x04",
    "three thousand parts": lambda: raw.packed({**full(), **{f"xl/x{n}.xml": "" for n in range(3_000)}}),
    "names from the root": lambda: renamed({name: f"/{name}" for name in full()}),
    "names that climb": lambda: renamed({SHEET: "xl/worksheets/../../../../etc/passwd"}),
    "names with backslashes": lambda: renamed({name: name.replace("/", "\\") for name in full()}),
    "names in capitals": lambda: renamed({name: name.upper() for name in full()}),
    "a name of sixty thousand letters": lambda: raw.packed({**full(), "xl/" + "a" * 60_000: "x"}),
    "a name with a zero byte": lambda: renamed({SHEET: f"{SHEET}@.txt"}).replace(b".xml@.txt", b".xml\0.txt"),
    "a folder where the sheet should be": lambda: renamed({SHEET: f"{SHEET}/"}),
    "two sheets of one name": lambda: duplicated(SHEET, raw.sheet_xml("")),
    "two books of one name": lambda: duplicated(BOOK, "<workbook/>"),
    "nothing inside": lambda: raw.packed({}),
    "only a type list": lambda: raw.packed({TYPES: full()[TYPES]}),
}


CASES = {
    **{
        f"{part}: {how}": partial(with_part, name, change)
        for part, name in XML_PARTS.items()
        for how, change in SPOILERS.items()
        if how in FOR_ALL or name in (BOOK_RELATIONS, BOOK, SHEET)
    },
    **{f"zip bomb: {name}": make for name, make in BOMBS.items()},
    **{f"zip: {name}": make for name, make in DIRECTORY.items()},
    **{f"cut at {place}%": lambda place=place: GOOD[: len(GOOD) * place // 100] for place in (1, 5, 15, 30, 50, 70, 85, 95, 99)},
    **{f"spoilt at {place}%": partial(flipped, place / 100) for place in range(4, 100, 12)},
    "claims XFD1048576": claims_everything,
    "claims XFD1048576 and has three people": claims_everything_but_is_filled,
}  # fmt: skip
