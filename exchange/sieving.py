"""Data rows told from what else stands below a header: notes, signatures, totals, repeated headers."""

import re

from core.characters import as_text
from core.rowkeys import read_heading
from exchange.headings import NOTE, shown_text
from exchange.layouts import Layout

LONG_NOTE = 30
SAME_TITLES = 3
_TOTAL = re.compile(r"^\s*(合\s*计|总\s*计|小\s*计)")


class RowSieve:
    """What each row below the header of a layout is. ``skip_hidden`` leaves out rows the sheet hides."""

    def __init__(self, layout: Layout, *, skip_hidden: bool = False):
        self.after = layout.last_row
        self.places = sorted(layout.positions.values())
        self.titles = {index: shown_text(layout.titles[index]) for index in self.places}
        self.key_place = layout.keyed["place"] if layout.keyed else None
        self.hidden = [tuple(span) for span in layout.hidden_rows] if skip_hidden else []

    def is_data(self, number: int, cells: list) -> bool:
        """True for a row that holds a record."""
        if number <= self.after:
            return False
        width = len(cells)
        if self.key_place is not None and self.key_place < width and cells[self.key_place] != "":
            return not read_heading(cells[self.key_place])
        held = 0
        for index in self.places:
            if index < width and cells[index] != "":
                held += 1
                if held > 2:
                    return not self._repeats_header(cells)
        texts = [as_text(cell).strip() for cell in cells]
        texts = [text for text in texts if text]
        return bool(held) and bool(texts) and not self._is_note(cells, texts)

    def is_skipped(self, number: int) -> bool:
        """True for a hidden row that is to be left out; numbers must rise from call to call."""
        while self.hidden and self.hidden[0][1] < number:
            self.hidden.pop(0)
        return bool(self.hidden) and self.hidden[0][0] <= number

    def _is_note(self, cells: list, texts: list[str]) -> bool:
        if NOTE.match(texts[0]) or _TOTAL.match(texts[0]):
            return True
        lone = len(set(texts)) == 1
        return lone and (len(texts[0]) > LONG_NOTE or "\n" in texts[0])

    def _repeats_header(self, cells: list) -> bool:
        first = next((index for index in self.places if index < len(cells) and cells[index] != ""), None)
        if first is None or shown_text(cells[first]) != self.titles[first]:
            return False
        same = sum(shown_text(cells[i]) == title for i, title in self.titles.items() if i < len(cells))
        return same >= SAME_TITLES
