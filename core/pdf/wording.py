"""The words of a document before layout: lines are joined, glyphs are checked, runs of another face are marked.

A character that the body face lacks is drawn in another face, whose taller line box would push the line off
the 22-line grid. Such characters are wrapped in ``<i class="rare">``, which the style sheet gives no height.
Letters and digits become ``<i class="latin">``: the free 仿宋 has heavy ones that stand out of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from core import fonts
from core.pdf.errors import MissingGlyphError

MARK_TAG = "i"
CELL_TAG = "td"
RARE_CLASS = "rare"
LATIN_CLASS = "latin"
LATIN = re.compile(r"[!-~]+(?:\s+[!-~]+)*")
UNPRINTED = {"head", "script", "style", "template", "title"}
CONTEXT = 8  # characters shown on either side of a missing one
SOURCE_BREAK = re.compile(r"[ \t\r]*\n\s*")
SVG = "{http://www.w3.org/2000/svg}"


def join_lines(root: Element) -> None:
    """Remove line breaks of the source beside Chinese text, in place; elsewhere they stay and mean a space."""
    for element in _printed(root):
        element.text = _joined(element.text)
        for child in element:
            child.tail = _joined(child.tail)


def _joined(text: str | None) -> str | None:
    if not text or "\n" not in text:
        return text
    return SOURCE_BREAK.sub(lambda found: "" if _touches_wide(found) else found[0], text)


def _touches_wide(found: re.Match) -> bool:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return any(unicodedata.east_asian_width(character) in "WF" for character in before + after)


def check_glyphs(root: Element) -> None:
    """Raise MissingGlyphError with each character that no font can draw and the text around it."""
    places: dict[str, str] = {}
    for element in _printed(root):
        for text in _texts(element):
            for character in fonts.missing_glyphs(text):
                places.setdefault(character, _around(text, character))
    if places:
        raise MissingGlyphError(places)


def mark_faces(root: Element) -> None:
    """Wrap runs that another face draws, in place: rare characters, and letters and digits.

    A cell of nothing but letters and digits is marked itself, which spares long tables a box per cell.
    Drawings are left alone.
    """
    elements = [element for element in _printed(root) if not element.tag.startswith(SVG)]
    rare = fonts.rare_characters("".join("".join(_texts(element)) for element in elements))
    runs = _runs(rare)
    for element in elements:
        if element.tag == CELL_TAG and len(element) == 0 and LATIN.fullmatch((element.text or "").strip()):
            element.set("class", f"{element.get('class', '')} {LATIN_CLASS}".strip())
            continue
        element.text, children = _split(element.text, runs)
        for child in list(element):
            child.tail, marked = _split(child.tail, runs)
            children += [child, *marked]
        element[:] = children


def _runs(rare: set[str]) -> re.Pattern:
    latin = f"(?P<{LATIN_CLASS}>{LATIN.pattern})"
    return re.compile(f"(?P<{RARE_CLASS}>[{re.escape(''.join(sorted(rare)))}]+)|{latin}" if rare else latin)


def _printed(element: Element) -> Iterator[Element]:
    """The element and all below it that reaches paper; comments have a function as their tag."""
    if isinstance(element.tag, str) and element.tag not in UNPRINTED:
        yield element
        for child in element:
            yield from _printed(child)


def _texts(element: Element) -> Iterator[str]:
    """The pieces of text directly inside the element."""
    yield element.text or ""
    for child in element:
        yield child.tail or ""


def _around(text: str, character: str) -> str:
    at = text.index(character)
    return " ".join(text[max(0, at - CONTEXT) : at + CONTEXT + 1].split())


def _split(text: str | None, runs: re.Pattern) -> tuple[str | None, list[Element]]:
    """Cut a text at its runs: the plain beginning, then one marked element per run with its tail."""
    found = list(runs.finditer(text or ""))
    if not found:
        return text, []
    ends = [run.start() for run in found[1:]] + [len(text)]
    marked = []
    for run, end in zip(found, ends, strict=True):
        element = Element(MARK_TAG, {"class": run.lastgroup})
        element.text, element.tail = run[0], text[run.end() : end]
        marked.append(element)
    return text[: found[0].start()], marked
