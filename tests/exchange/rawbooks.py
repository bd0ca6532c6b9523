"""Workbooks written part by part and record by record, so that tests can spoil exactly one thing in them."""

import io
import struct
import zipfile
import zlib
from xml.sax.saxutils import escape

from tests.exchange.sheets import MEMBER_TITLES, member

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
BOOK_RELATIONS, STYLES, TYPES = "xl/_rels/workbook.xml.rels", "xl/styles.xml", "[Content_Types].xml"


def letter(index: int) -> str:
    name, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def text_cell(row: int, column: int, value) -> str:
    place = f"{letter(column)}{row}"
    if isinstance(value, float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def row_xml(number: int, values, *, attributes: str = "", before: str = "", after: str = "") -> str:
    inside = "".join(text_cell(number, column, value) for column, value in enumerate(values) if value != "")
    return f'<row r="{number}"{attributes}>{before}{inside}{after}</row>'


def sheet_xml(rows: str, *, before: str = "", after: str = "", root: str = "") -> str:
    opening = f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"{root}>'
    return f"{HEAD}{opening}{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def member_rows(count: int = 3) -> list[list]:
    """The header of 附件四 and faultless rows."""
    return [MEMBER_TITLES, *[member(place) for place in range(1, count + 1)]]


def rows_xml(rows, start: int = 1) -> str:
    return "".join(row_xml(number, values) for number, values in enumerate(rows, start=start))


def parts(sheet: str | None = None, **changes) -> dict[str, str | bytes | None]:
    """The parts of a small xlsx with one sheet; ``changes`` by the names of this module's constants."""
    found = {
        TYPES: f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        BOOK: f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr/><sheets>'
        '<sheet name="会员信息" sheetId="1" r:id="rId1"/></sheets></workbook>',
        BOOK_RELATIONS: f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        STYLES: f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>',
        SHEET: sheet_xml(rows_xml(member_rows())) if sheet is None else sheet,
    }
    return {**found, **{globals()[name]: value for name, value in changes.items()}}


def packed(contents: dict, *, level: int = 1) -> bytes:
    """A zip file of these parts; a part that is None is left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, value in contents.items():
            if value is not None:
                archive.writestr(name, value)
    return buffer.getvalue()


def xlsx(sheet: str | None = None, **changes) -> bytes:
    return packed(parts(sheet, **changes))


def deflated(head: bytes, block: bytes, times: int, tail: bytes) -> tuple[bytes, int, int]:
    """Packed bytes, CRC and size of a long text that repeats one block; the block is packed only once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(tail) + packer.flush(zlib.Z_FINISH)
    crc = zlib.crc32(head)
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    return start + piece * times + end, zlib.crc32(tail, crc), len(head) + len(block) * times + len(tail)


def zip_with(
    contents: dict, name: str, data: tuple[bytes, int, int], *, claimed: int | None = None, copies: int = 1
):
    """The zip file of these parts plus one whose packed form is given; ``claimed`` lies about its size, ``copies``
    lists it several times over the same bytes."""
    raw, crc, size = data
    base = packed(contents)
    directory = struct.unpack_from("<I", base, base.rindex(b"PK\x05\x06") + 16)[0]
    listed, count = (
        base[directory : base.rindex(b"PK\x05\x06")],
        struct.unpack_from("<H", base, len(base) - 12)[0],
    )
    encoded, size = name.encode(), size if claimed is None else claimed
    fields = (20, 0, 8, 0, 0x5A21, crc, len(raw), size, len(encoded))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", *fields, 0) + encoded
    for copy in range(copies):
        entry = encoded if not copy else f"{name}.{copy}".encode()
        fields = (20, 20, 0, 8, 0, 0x5A21, crc, len(raw), size, len(entry))
        listed += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", *fields, 0, 0, 0, 0, 0, directory) + entry
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count + copies, count + copies, len(listed),
                      directory + len(local) + len(raw), 0)  # fmt: skip
    return base[:directory] + local + raw + listed + end


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS_FRAME = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"/>',
}


def ods_cell(value, attributes: str = "") -> str:
    if value == "":
        return f"<table:table-cell{attributes}/>"
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string"{attributes}>{text}</table:table-cell>'


def ods_row(values, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(ods_cell(value) for value in values)}</table:table-row>"


def ods_xml(rows: str, *, head: str = HEAD) -> str:
    return (
        f'{head}<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" '
        f'xmlns:text="{OFFICE}:text:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="会员信息">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def ods(rows: str | None = None, *, content: str | bytes | None = None) -> bytes:
    rows = "".join(map(ods_row, member_rows())) if rows is None else rows
    return packed({**ODS_FRAME, "content.xml": ods_xml(rows) if content is None else content})


def record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def label(row: int, column: int, text: str) -> bytes:
    """A text cell (LABEL, BIFF8)."""
    encoded = text.encode("utf-16-le")
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(encoded) // 2, 1) + encoded)


def row_record(row: int, *, hidden: bool = False) -> bytes:
    return record(0x208, struct.pack("<HHHHHHI", row, 0, 256, 255, 0, 0, 0x100 | (0x20 if hidden else 0)))


BOF_BOOK = record(0x809, struct.pack("<HHHHII", 0x600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
BOF_SHEET = record(0x809, struct.pack("<HHHHII", 0x600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
EOF = record(0x0A)
CODEPAGE = record(0x42, struct.pack("<H", 1200))


def boundsheet(offset: int, name: str = "会员信息") -> bytes:
    encoded = name.encode("utf-16-le")
    return record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(encoded) // 2, 1) + encoded)


def biff(sheet: bytes | None = None, *, offset: int | None = None, extra: bytes = b"") -> bytes:
    """A workbook stream with one sheet made of these records; ``extra`` goes into the book's part."""
    if sheet is None:
        sheet = b"".join(
            label(row, column, value)
            for row, values in enumerate(member_rows())
            for column, value in enumerate(values)
            if value != ""
        )
    before = BOF_BOOK + CODEPAGE + extra
    at = len(before) + len(boundsheet(0)) + len(EOF)
    return before + boundsheet(at if offset is None else offset) + EOF + BOF_SHEET + sheet + EOF


def compound(stream: bytes, *, name: str = "Workbook", start: int = 1, ring: bool = False) -> bytes:
    """A compound file (OLE) with one stream, in sectors of 512 bytes."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    tables = -(-(count + 2) // 127)
    chain = [*range(2, count + 1), 0xFFFFFFFE]
    if ring:
        chain[-1] = 1
    sectors = [0xFFFFFFFE, *chain, *[0xFFFFFFFD] * tables]
    sectors += [0xFFFFFFFF] * (128 * tables - len(sectors))
    allocation = [count + 1 + place for place in range(tables)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    header += struct.pack("<109I", *allocation, *[0xFFFFFFFF] * (109 - tables))
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry(name, 2, start, len(stream))
    body = directory.ljust(512, b"\0") + stream.ljust(count * 512, b"\0")
    return header + body + struct.pack(f"<{len(sectors)}I", *sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    encoded = name.encode("utf-16-le")
    found = encoded.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(encoded) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child
    )
    return found.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def xls(sheet: bytes | None = None, **changes) -> bytes:
    return compound(biff(sheet, **changes))
