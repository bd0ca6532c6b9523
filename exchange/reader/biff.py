"""The record stream of an xls file, walked for what the values do not tell: hidden rows and columns, error cells.

Own code because the one library that reads these records (xlrd) builds every cell in Python first: many seconds
for a full sheet, and it would be a second parser for hostile input to break.
"""

import re
import struct

from exchange.reader.cells import Facts, RefusedError

SECTOR_END = 0xFFFFFFFA
MOST_SHEETS = 255
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
EOF, FORMULA, COLINFO, BOUNDSHEET, BOOLERR, ROW, BOF = 0x0A, 0x06, 0x7D, 0x85, 0x205, 0x208, 0x809
HIDDEN_ROW = 0x20
PASSED_OVER = -1
NO_NUMBER = b"\xff\xff"
# Runs of cells that say nothing here are passed over at once: texts, numbers, blanks of fixed length.
_PLAIN_CELLS = re.compile(
    rb"(?:\xfd\x00\x0a\x00.{10}|\x7e\x02\x0a\x00.{10}|\x03\x02\x0e\x00.{14}|\x01\x02\x06\x00.{6})+", re.DOTALL
)


def workbook_stream(data: bytes) -> bytes:
    """The stream Workbook (or Book) of a compound file; empty if there is none.

    Streams under 4096 bytes lie elsewhere in such a file; a workbook is never that short.
    """
    if len(data) < 512:
        return b""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
    table = _allocation(data, size)
    directory = _chain(data, struct.unpack_from("<I", data, 48)[0], table, size)
    for place in range(0, len(directory) - 127, 128):
        entry = directory[place : place + 128]
        length = min(struct.unpack_from("<H", entry, 64)[0], 64)
        name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            start, total = struct.unpack_from("<I", entry, 116)[0], struct.unpack_from("<I", entry, 120)[0]
            return _chain(data, start, table, size)[:total]
    return b""


def _allocation(data: bytes, size: int) -> list[int]:
    """The sector allocation table: which sector follows each one."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    following, seen = struct.unpack_from("<I", data, 68)[0], 0
    while following < SECTOR_END and seen * size < len(data):
        part = data[(following + 1) * size : (following + 2) * size]
        if len(part) < size:
            break
        numbers = struct.unpack(f"<{size // 4}I", part)
        sectors += numbers[:-1]
        following, seen = numbers[-1], seen + 1
    table: list[int] = []
    for sector in sectors:
        part = data[(sector + 1) * size : (sector + 2) * size] if sector < SECTOR_END else b""
        if len(part) == size and len(table) * size <= len(data) + size * size:
            table += struct.unpack(f"<{size // 4}I", part)
    return table


def _chain(data: bytes, sector: int, table: list[int], size: int) -> bytes:
    """The sectors of one stream; a ring is left after as many as the file has."""
    parts, most = [], len(data) // size + 1
    while sector < len(table) and len(parts) < most:
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(parts)


def scan_stream(stream: bytes) -> list[Facts]:
    """What each sheet of the workbook says, in the order of the workbook.

    Raises RefusedError when sheets lie in one another, so that reading them all would read the same bytes again
    and again.
    """
    facts, left = [], 2 * len(stream)
    offsets = _sheet_offsets(stream)
    if len(offsets) > MOST_SHEETS:
        raise RefusedError("unpacks_too_large")
    for offset in offsets:
        found, end = scan_sheet(stream, offset)
        left -= max(end - offset, 0)
        if left < 0:
            raise RefusedError("unpacks_too_large")
        facts.append(found)
    return facts


def _records(stream: bytes, at: int):
    """(record number, place of its content, length) from a place on, to the end of that part; what says nothing
    here, and what lies in a part of its own, comes as PASSED_OVER."""
    depth = 0
    while at + 4 <= len(stream):
        if plain := _PLAIN_CELLS.match(stream, at):
            yield PASSED_OVER, at, plain.end() - at
            at = plain.end()
            continue
        number, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            return
        if number & 0xFF == BOF & 0xFF and number in (0x09, 0x209, 0x409, BOF):
            depth += 1
        elif number == EOF:
            depth -= 1
            if depth <= 0:
                return
        yield number if depth == 1 else PASSED_OVER, at + 4, length
        at += 4 + length


def _sheet_offsets(stream: bytes) -> list[int]:
    return [
        struct.unpack_from("<I", stream, at)[0]
        for number, at, length in _records(stream, 0)
        if number == BOUNDSHEET and length >= 6
    ]


def scan_sheet(stream: bytes, offset: int) -> tuple[Facts, int]:
    """What one sheet says, and where it ends."""
    facts, end = Facts(), offset
    for number, at, length in _records(stream, offset):
        end = at + length
        if number == ROW and length >= 14:
            if struct.unpack_from("<H", stream, at + 12)[0] & HIDDEN_ROW:
                row = struct.unpack_from("<H", stream, at)[0] + 1
                facts.hide_rows(row, row)
        elif number == COLINFO and length >= 10:
            first, last, _, _, options = struct.unpack_from("<5H", stream, at)
            if options & 1:
                facts.hide_columns(first, last)
        elif number == BOOLERR and length >= 8 and stream[at + 7]:
            _mark(facts, stream, at, stream[at + 6])
        elif (
            number == FORMULA
            and length >= 14
            and stream[at + 6] == 2
            and stream[at + 12 : at + 14] == NO_NUMBER
        ):
            _mark(facts, stream, at, stream[at + 8])
    facts.hidden_rows.sort()
    return facts, end


def _mark(facts: Facts, stream: bytes, at: int, code: int) -> None:
    row, column = struct.unpack_from("<HH", stream, at)
    facts.mark_error(row + 1, column, ERRORS.get(code, "#N/A"))
