"""Inter-ideograph justification for WeasyPrint, which by itself widens spaces only.

Chinese text has no spaces, so without this every line of a page ends somewhere else. Two private places of
WeasyPrint are replaced: the function that justifies a line decides which gaps grow and by how much, and the
layout of a text run, once it is rebuilt for drawing, gets those gaps written into its glyphs. The version
is pinned and checked because neither place is public.
"""

import itertools
import unicodedata

import weasyprint
from django.core.exceptions import ImproperlyConfigured
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

SUPPORTED_VERSION = "70.0"
# A wider gap looks like a space, and text extraction reads it as one.
MAX_GAP_EM = 0.25
# Full-width in Chinese typesetting although Unicode calls their width ambiguous.
WIDE_PUNCTUATION = frozenset("—…“”‘’·")
# A dash or an ellipsis is two characters that must touch.
INSEPARABLE = frozenset("—…")
ATOM = "\ufffc"  # stands for an image or another atomic box in the text of a line

_rebuild_for_drawing = Layout.reactivate


def install() -> None:
    """Put the two replacements in place. Raises ImproperlyConfigured for another WeasyPrint version."""
    if weasyprint.__version__ != SUPPORTED_VERSION:
        raise ImproperlyConfigured(
            f"WeasyPrint {weasyprint.__version__} 与排版补丁不符，请按 requirements.txt 安装 {SUPPORTED_VERSION}。"
        )
    inline.justify_line = justify_line
    Layout.reactivate = _reactivate


def may_widen(before: str, after: str) -> bool:
    """Whether the gap between two neighbouring characters may grow."""
    if before == " " or before == "\u00a0":
        return after not in " \u00a0"
    if after in " \u00a0" or unicodedata.category(after) in {"Mn", "Cf"}:
        return False
    if before == after and before in INSEPARABLE:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return character in WIDE_PUNCTUATION or unicodedata.east_asian_width(character) in "WF"


def justify_line(context, line, extra_width: float) -> None:
    """Spread the missing width (CSS px) over the line's gaps; leave the line alone if they would gape."""
    text = "".join(_text_of(line))
    gaps = [may_widen(before, after) for before, after in itertools.pairwise(text)] + [False]
    count = sum(gaps)
    if not count or extra_width / count > MAX_GAP_EM * line.style["font_size"]:
        return
    _spread(line, iter(gaps), extra_width / count, 0)


def _text_of(box):
    if isinstance(box, boxes.TextBox):
        yield box.text
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _text_of(child)
    else:
        yield ATOM


def _spread(box, gaps, gap: float, shift: float) -> float:
    """Move the box by the shift, widen it by its own gaps, and return the shift of what follows."""
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        ends = _gap_ends(box.text, gaps)
        box.pango_layout.widened_gaps = (ends, gap)
        box.width += len(ends) * gap
        return shift + len(ends) * gap
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += shift
        before = shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _spread(child, gaps, gap, shift)
        box.width += shift - before
        return shift
    box.translate(shift, 0)
    return shift + gap if next(gaps) else shift


def _gap_ends(text: str, gaps) -> frozenset[int]:
    """The UTF-8 offsets behind which the text run gets a gap."""
    ends, offset = set(), 0
    for character in text:
        offset += len(character.encode())
        if next(gaps):
            ends.add(offset)
    return frozenset(ends)


def _reactivate(layout, style) -> None:
    _rebuild_for_drawing(layout, style)
    ends, gap = getattr(layout, "widened_gaps", (frozenset(), 0))
    if ends:
        _widen_glyphs(layout, ends, gap)


def _widen_glyphs(layout, ends: frozenset[int], gap: float) -> None:
    """Write the gaps into the glyph widths of the line that is about to be drawn.

    A PDF states each gap in whole thousandths of the font size and WeasyPrint cuts the fraction off; 27
    cut fractions would leave the right edge ragged again. So whole thousandths are handed out, the
    remainder carried from gap to gap.
    """
    # The drawing code asks for this mode; asking later would throw the changed line away.
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    thousandth = layout.style["font_size"] / 1000
    ink, logical = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
    done = 0
    wanted = 0.0
    for font, glyph, end in _last_glyphs_of_clusters(line):
        if end not in ends:
            continue
        wanted += gap / thousandth
        step = round(wanted) - done
        done += step
        pango.pango_font_get_glyph_extents(font, glyph.glyph, ink, logical)
        natural = round(logical.width * FROM_UNITS / thousandth)
        tightening = int(natural - glyph.geometry.width * FROM_UNITS / thousandth) - step
        # Three tenths away from zero, so that cutting the fraction gives exactly this number.
        margin = (tightening > 0) - (tightening < 0)
        glyph.geometry.width = round((natural - tightening - 0.3 * margin) * thousandth * TO_UNITS)


def _last_glyphs_of_clusters(line):
    """Yield (font, glyph, UTF-8 offset where its cluster ends) for a left-to-right line."""
    run = line.runs
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        for index in range(string.num_glyphs):
            last = index == string.num_glyphs - 1
            end = item.length if last else string.log_clusters[index + 1]
            if last or end != string.log_clusters[index]:
                yield item.analysis.font, string.glyphs[index], item.offset + end
        run = run.next
