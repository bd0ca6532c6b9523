"""Widgets of spreadsheet columns: how a cell becomes a stored value and back again.

``clean`` takes what the reader found (text, number, truth value) and raises TextError with a remedy;
``render`` gives the text a person reads in a preview, a template or an export.
"""

import datetime as dt

from import_export.widgets import Widget

from core import codes
from core.characters import refusal
from core.text import clean_text, match_key, parse_count, parse_date, parse_yes_no

SHOWN_CHOICES = 12


class CleanedWidget(Widget):
    """Text or number through one of the cleaners of ``core.text`` and its neighbours."""

    def __init__(self, cleaner=clean_text, *, longest: int | None = None):
        super().__init__()
        self.cleaner = cleaner
        self.longest = longest

    def clean(self, value, row=None, **kwargs):
        """The cleaned value. Raises TextError."""
        cleaned = self.cleaner(value)
        if self.longest and len(cleaned) > self.longest:
            reason = f"最多 {self.longest} 个字，现有 {len(cleaned)} 个字"
            raise refusal("too_long", reason, "请缩短后重新填写")
        return cleaned

    def render(self, value, obj=None, **kwargs):
        """The value as text; nothing is empty."""
        return "" if value is None else str(value)


class CodeWidget(Widget):
    """A text of a code table: names, aliases and codes are understood, the code is stored.

    ``choices`` are the wordings of the circulated form; they are offered in messages and drop-downs.
    """

    def __init__(self, table: str, *, choices=(), refused=()):
        super().__init__()
        self.table = table
        self.choices = tuple(choices)
        self.refused = frozenset(refused)
        self._codes: dict[str, str] | None = None
        self._names: dict[str, str] = {}

    def prepare(self) -> None:
        """Load the table; called once before a run of rows."""
        self._names = codes.names(self.table)
        self._codes = {
            match_key(text): code
            for text, code in codes.texts(self.table).items()
            if code not in self.refused
        }

    def offered(self) -> list[str]:
        """The texts of a drop-down."""
        return list(self.choices) or [name for _, name in codes.choices(self.table)]

    def clean(self, value, row=None, **kwargs):
        """The code. Raises TextError that lists what may be entered."""
        if self._codes is None:
            self.prepare()
        code = self._codes.get(match_key(value))
        if code is not None:
            return code
        offered = self.offered()
        shown = "、".join(offered[:SHOWN_CHOICES]) + ("等" if len(offered) > SHOWN_CHOICES else "")
        raise refusal("unknown_code", "填写的内容不在可选值中", f"请改为下列之一：{shown}")

    def render(self, value, obj=None, **kwargs):
        """The name of the code."""
        if self._codes is None:
            self.prepare()
        return self._names.get(value, value or "")


class DayWidget(Widget):
    """A date in any of the spellings of ``core.dates``; stored as YYYY-MM-DD."""

    def clean(self, value, row=None, **kwargs):
        """The date in ISO form, or None. Raises TextError."""
        day = parse_date(value)
        return day.isoformat() if day else None

    def render(self, value, obj=None, **kwargs):
        """The date in ISO form."""
        return value.isoformat() if isinstance(value, dt.date) else value or ""


class YesNoWidget(Widget):
    """是 or 否."""

    def clean(self, value, row=None, **kwargs):
        """True, False or None. Raises TextError."""
        return parse_yes_no(value)

    def offered(self) -> list[str]:
        """The texts of a drop-down."""
        return ["是", "否"]

    def render(self, value, obj=None, **kwargs):
        """是, 否 or nothing."""
        return "" if value is None else "是" if value else "否"


class CountWidget(Widget):
    """A whole number from 0."""

    def clean(self, value, row=None, **kwargs):
        """The number or None. Raises TextError."""
        return parse_count(value)

    def render(self, value, obj=None, **kwargs):
        """The number as text."""
        return "" if value is None else str(value)
