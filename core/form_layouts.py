"""How a circulated form looks: its title, its lines for seal and signature, its header and its note.

A list whose ``Listing.form`` is one of these is written as that form (``exchange.form_writer``), cell by cell where
the printed one has it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Head:
    """One column of a form: the listing's column, what stands in the header, and how wide it is. Columns with the
    same ``group`` in a row have it above them."""

    key: str
    text: str
    width: float
    group: str = ""


@dataclass(frozen=True)
class FormLayout:
    """A form. ``title`` may name ``{town}``; ``signatures`` are (first column, last column, text) of the line under
    it, of which ``{filled_by}`` and ``{day}`` are filled in. ``heights`` are those of title, signatures, header and
    rows, in points."""

    title: str
    heads: tuple[Head, ...]
    mark: str = ""
    signatures: tuple[tuple[int, int, str], ...] = ()
    numbering: float = 4.1
    note: str = ""
    note_height: float = 82
    heights: tuple[float, float, float, float] = (32, 28, 41, 24)
    margins: dict[str, float] = field(
        default_factory=lambda: {"left": 0.26, "right": 0.26, "top": 1.1, "bottom": 0.75}
    )

    @property
    def has_groups(self) -> bool:
        """The header has two rows."""
        return any(head.group for head in self.heads)
