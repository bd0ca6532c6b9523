"""Reads the text of a PDF back with its place on the page, from the drawing operators alone.

Only what WeasyPrint writes is understood: CID fonts with two-byte codes and a ToUnicode map.
"""

import io
import re
from dataclasses import dataclass

import pikepdf

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class Run:
    """One shown piece of text in pt from the lower left corner; ``end`` is that of the last visible character."""

    text: str
    x: float
    end: float
    y: float
    font: str
    size: float


class Font:
    """Advance widths (thousandths) and characters of a subset font by glyph code."""

    def __init__(self, font):
        self.name = str(font.BaseFont).split("+")[-1]
        self.widths = dict(_widths(list(font.DescendantFonts[0].W)))
        self.characters = dict(_characters(font.ToUnicode.read_bytes().decode()))


def _widths(entries):
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, pikepdf.Array):
            yield from ((first + offset, float(width)) for offset, width in enumerate(second))
        else:
            width = float(entries.pop(0))
            yield from ((code, width) for code in range(first, int(second) + 1))


def _characters(program):
    for code, text in re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>\s*$", program, re.MULTILINE):
        yield int(code, 16), bytes.fromhex(text).decode("utf-16-be")


def runs(data: bytes, page_number: int) -> list[Run]:
    """The shown pieces of one page (counted from 1), in drawing order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[page_number - 1]
        fonts = {name: Font(font) for name, font in page.Resources.Font.items()}
        return list(_shown(pikepdf.parse_content_stream(page), fonts))


def _shown(instructions, fonts):
    matrix, stack, text_matrix, font, size = pikepdf.Matrix(), [], pikepdf.Matrix(), None, 0.0
    for operands, operator in instructions:
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "Tm":
                text_matrix = pikepdf.Matrix(*map(float, operands))
            case "Tf":
                font, size = fonts[str(operands[0])], float(operands[1])
            case "TJ":
                text, advance, inked = _measure(operands[0], font)
                place = text_matrix @ matrix
                scale = abs(place.a) * size
                end = place.e + inked * scale / 1000
                yield Run(text, place.e, end, place.f, font.name, scale)
                text_matrix = pikepdf.Matrix(1, 0, 0, 1, advance * size / 1000, 0) @ text_matrix


def _measure(pieces, font):
    """The text of a TJ operand, how far it moves the pen and where its last visible character ends.

    Lengths are thousandths of the font size.
    """
    text, advance, inked = "", 0.0, 0.0
    for piece in pieces:
        if isinstance(piece, pikepdf.String):
            raw = bytes(piece)
            for code in (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)):
                character = font.characters.get(code, "")
                text += character
                advance += font.widths[code]
                inked = advance if character.strip() else inked
        else:
            advance -= float(piece)
    return text, advance, inked


@dataclass(frozen=True)
class Line:
    """The runs of one base line together."""

    text: str
    x: float
    end: float
    y: float


def lines(data: bytes, page_number: int) -> list[Line]:
    """The lines of one page from top to bottom; runs within 2 pt of height stand on one line."""
    found: list[list[Run]] = []
    for run in sorted(runs(data, page_number), key=lambda run: (-run.y, run.x)):
        if found and abs(found[-1][0].y - run.y) < 2:
            found[-1].append(run)
        else:
            found.append([run])
    return [_line(sorted(group, key=lambda run: run.x)) for group in found]


def _line(group: list[Run]) -> Line:
    return Line("".join(run.text for run in group), group[0].x, max(run.end for run in group), group[0].y)


def text(data: bytes) -> str:
    """All text of the document, one line of text per line."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        count = len(pdf.pages)
    return "\n".join(line.text for number in range(1, count + 1) for line in lines(data, number))
