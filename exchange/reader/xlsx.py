"""The parts of an xlsx or xlsm file, read for what the values do not tell: hidden rows and columns, error cells.

The XML is searched for the few tags that matter, not parsed, so a sheet of 100,000 rows costs little more than
unpacking it, and there are no entities to expand.
"""

import posixpath
import re

from exchange.reader.cells import NOT_COMPUTED, Facts, RefusedError
from exchange.reader.packed import Packed

LEAST_CELL = 16  # bytes of a cell that holds something
# No pattern runs past the next tag, so a hostile sheet cannot make one look at the same text again and again.
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*\bhidden\s*=\s*[\"'](?:1|true)[\"'][^<>]*>")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]*\bhidden\s*=\s*[\"'](?:1|true)[\"'][^<>]*>")
_FORMULA = rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)"
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^<>/]*\bt=[\"']e[\"'][^<>/]*)>\s*(?:" + _FORMULA + rb"\s*)?<(?:\w+:)?v>([^<]{1,20})<"
)
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\s([^<>/]*)>\s*"
    + _FORMULA
    + rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_PREFIX = re.compile(rb"<(\w+:)?worksheet[\s>]")


def attribute(tag: bytes, name: bytes) -> str:
    """An attribute of a tag as text, or ""."""
    found = re.search(rb"[\s:]" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""


def sheet_parts(packed: Packed) -> list[str]:
    """The part of each sheet, in the order of the workbook; "" where it cannot be told."""
    relations = packed.text("xl/_rels/workbook.xml.rels")
    targets = {attribute(tag, b"Id"): attribute(tag, b"Target") for tag in _RELATION.findall(relations)}
    tags = _SHEET.findall(packed.text("xl/workbook.xml"))
    return [_part(targets.get(attribute(tag, b"id"), "")) for tag in tags]


def _part(target: str) -> str:
    if not target:
        return ""
    path = target[1:] if target.startswith("/") else target if target.startswith("xl/") else f"xl/{target}"
    return posixpath.normpath(path)


def scan_sheets(packed: Packed, names: list[str], most: int) -> list[Facts]:
    """What these sheets say. Raises RefusedError when they have more than ``most`` cells that hold something."""
    found = []
    counting = sum(map(packed.size, names)) // LEAST_CELL > most
    for name in names:
        facts, values = scan_sheet(packed, name, most if counting else None)
        most -= values
        found.append(facts)
    return found


def scan_sheet(packed: Packed, part: str, most: int | None) -> tuple[Facts, int]:
    """What one sheet says, and how many cells with a value it has, if there is a limit to them."""
    facts, values, prefix = Facts(), 0, None
    for text in _pieces(packed, part):
        if prefix is None:
            found = _PREFIX.search(text)
            prefix = (found[1] or b"") if found else b""
        if most is not None:
            values += text.count(b"</%bv>" % prefix) + text.count(b"</%bis>" % prefix)
            if values > most:
                raise RefusedError("too_many_cells")
        scan_text(text, facts, prefix)
    facts.hidden_rows.sort()
    return facts, values


def _pieces(packed: Packed, part: str):
    """A sheet in pieces that begin and end between cells, as far as cells have the length cells have."""
    rest = b""
    for chunk in packed.chunks(part):
        text = rest + chunk
        cut = text.rfind(b"<", 0, max(text.rfind(b"<c "), text.rfind(b":c "), 0) + 1)
        if cut <= 0:
            cut = text.rfind(b"<")
        if cut > 0:
            yield text[:cut]
            rest = text[cut:]
        else:
            yield text
            rest = b""
    yield rest


def scan_text(text: bytes, facts: Facts, prefix: bytes) -> None:
    """Add to the facts what stands in a piece of a sheet."""
    if b"hidden" in text:
        for tag in _HIDDEN_ROW.findall(text):
            row = attribute(tag, b"r")
            if row.isdecimal() and len(row) <= 7:
                facts.hide_rows(int(row), int(row))
        for tag in _HIDDEN_COLUMN.findall(text):
            first, last = attribute(tag, b"min"), attribute(tag, b"max")
            if first.isdecimal() and last.isdecimal():
                facts.hide_columns(int(first[:6]) - 1, int(last[:6]) - 1)
    if b't="e"' in text:
        for attributes, shown in _ERROR.findall(text):
            if place := _place(attributes):
                facts.mark_error(*place, shown.decode("ascii", "replace"))
    if b"<%bf" % prefix in text:
        for attributes in _UNCOMPUTED.findall(text):
            place = _place(attributes)
            if place and attribute(b" " + attributes, b"t") != "str":
                facts.mark_error(*place, NOT_COMPUTED)


def _place(attributes: bytes) -> tuple[int, int] | None:
    """(row from 1, column from 0) of a cell's tag."""
    found = _PLACE.search(attributes)
    if not found:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + letter - 64
    return int(found[2]), column - 1
