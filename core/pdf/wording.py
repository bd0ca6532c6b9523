"""The words of a document before layout: lines are joined, every character must have a glyph, rare ones are marked.

A character that the body face lacks is drawn in another face, whose taller line box would push the line off
the 22-line grid. Such characters are wrapped in ``<i class="rare">``, which the style sheet gives no height.
"""

import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from core import fonts
from core.pdf.errors import MissingGlyphError

RARE_TAG = "i"
RARE_CLASS = "rare"
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


def mark_rare(root: Element) -> None:
    """Wrap every run of rare characters in the printed text, in place. Drawings are left alone."""
    elements = [element for element in _printed(root) if not element.tag.startswith(SVG)]
    found = fonts.rare_characters("".join("".join(_texts(element)) for element in elements))
    if not found:
        return
    runs = re.compile(f"([{re.escape(''.join(sorted(found)))}]+)")
    for element in elements:
        element.text, children = _split(element.text, runs)
        for child in list(element):
            child.tail, marked = _split(child.tail, runs)
            children += [child, *marked]
        element[:] = children


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
    """Cut a text at its rare runs: the plain beginning, then one marked element per run with its tail."""
    if not text:
        return text, []
    plain, *rest = runs.split(text)
    marked = []
    for rare, tail in zip(rest[::2], rest[1::2], strict=True):
        element = Element(RARE_TAG, {"class": RARE_CLASS})
        element.text, element.tail = rare, tail
        marked.append(element)
    return plain, marked
