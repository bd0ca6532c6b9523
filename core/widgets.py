"""Widgets of spreadsheet columns: how a cell becomes a stored value and back again.

``clean`` takes what the reader found (text, number, truth value) and raises TextError with a remedy;
``render`` gives the text a person reads in a preview, a template or an export.

A widget that can be told what an unknown text means has ``cures`` (the codes of the errors that would go),
``key_of`` (the form in which two spellings of a text are equal), ``options`` (what a text may mean), ``learn``
(take meanings in, after ``prepare``), ``used`` (the keys that were read by a meaning) and ``labels``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from import_export.widgets import Widget

from core import codes
from core.characters import TextError, refusal
from core.numbers import cell_count
from core.text import clean_short, clean_text, match_key, parse_date, parse_yes_no

SHOWN_CHOICES = 12


class CleanedWidget(Widget):
    """Text or number through one of the cleaners of ``core.text`` and its neighbours."""

    def __init__(self, cleaner=clean_text, *, longest: int | None = None):
        super().__init__()
        self.cleaner = cleaner
        self.longest = longest
        self.expects = f"文字，最多 {longest} 字" if longest else "文字"

    def clean(self, value, row=None, **kwargs):
        """The cleaned value. Raises TextError."""
        return clean_short(value, longest=self.longest) if self.longest else self.cleaner(value)

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
        self._out_of_use: dict[str, str] = {}
        self._offered: list[str] = []
        self.learned: dict[str, str] = {}
        self.used: set[str] = set()

    cures = ("unknown_code", "code_out_of_use")
    key_of = staticmethod(match_key)
    expects = "从下拉列表中选择"

    def prepare(self, table: codes.CodeTable | None = None) -> None:
        """Take in the table, which is read now unless it is given; called once before a run of rows."""
        table = table or codes.read_tables([self.table])[self.table]
        self._names = table.names()
        self._codes = {
            match_key(text): code for text, code in table.texts.items() if code not in self.refused
        }
        self._out_of_use = {match_key(text): why for text, why in table.refused_texts().items()}
        self._offered = self.offered(table)

    def offered(self, table: codes.CodeTable | None = None) -> list[str]:
        """The texts of a drop-down: the form's wordings of codes still in use, and what the office added."""
        table = table or codes.read_tables([self.table])[self.table]
        if not self.choices:
            return [row.name for row in table.usable]
        usable = {match_key(text) for text in table.texts}
        local = [row.name for row in table.usable if row.is_local]
        return [*(text for text in self.choices if match_key(text) in usable), *local]

    def options(self) -> list[tuple[str, str]]:
        """(code, text) of what an unknown text may mean: the offered texts, one for each code."""
        found = {}
        for text in self._offered:
            if code := self._codes.get(match_key(text)):
                found.setdefault(code, text)
        return list(found.items())

    def learn(self, texts: Mapping[str, str]) -> None:
        """Take in what further texts mean in this file: key → code. The table's own texts win, and codes that
        may not be entered any more are left out."""
        usable = set(self._codes.values())
        self.learned = {key: code for key, code in texts.items() if key not in self._codes and code in usable}

    def labels(self, values: Iterable[str], *, by) -> dict[str, str]:
        """Code → name."""
        known = codes.names(self.table)
        return {value: known[value] for value in values if value in known}

    def clean(self, value, row=None, **kwargs):
        """The code. Raises TextError that lists what may be entered."""
        if self._codes is None:
            self.prepare()
        key = match_key(value)
        code = self._codes.get(key)
        if code is not None:
            return code
        if key in self.learned:
            self.used.add(key)
            return self.learned[key]
        shown = "、".join(self._offered[:SHOWN_CHOICES])
        shown += "等" if len(self._offered) > SHOWN_CHOICES else ""
        if why := self._out_of_use.get(key):
            reason = f"“{clean_text(value)}”{why}"
            raise refusal("code_out_of_use", reason, f"请改为下列之一：{shown}")
        raise refusal("unknown_code", "填写的内容不在可选值中", f"请改为下列之一：{shown}")

    def render(self, value, obj=None, **kwargs):
        """The name of the code."""
        if self._codes is None:
            self.prepare()
        return self._names.get(value, value or "")


class DayWidget(Widget):
    """A date in any of the spellings of ``core.dates``; stored as YYYY-MM-DD."""

    expects = "日期，如 2026/03/01"

    def clean(self, value, row=None, **kwargs):
        """The date in ISO form, or None. Raises TextError."""
        day = parse_date(value)
        return day.isoformat() if day else None

    def render(self, value, obj=None, **kwargs):
        """The date in ISO form."""
        return value.isoformat() if isinstance(value, dt.date) else value or ""


class YesNoWidget(Widget):
    """是 or 否."""

    expects = "是 或 否"
    cures = ("not_yes_or_no",)
    key_of = staticmethod(match_key)
    _MEANINGS = {"yes": "是", "no": "否"}

    def __init__(self):
        super().__init__()
        self.learned: dict[str, str] = {}
        self.used: set[str] = set()

    def options(self) -> list[tuple[str, str]]:
        """(value, text) of what an unknown text may mean."""
        return list(self._MEANINGS.items())

    def learn(self, texts: Mapping[str, str]) -> None:
        """Take in what further texts mean in this file: key → ``yes`` or ``no``."""
        self.learned = {key: value for key, value in texts.items() if value in self._MEANINGS}

    def labels(self, values: Iterable[str], *, by) -> dict[str, str]:
        """Value → text."""
        return {value: self._MEANINGS[value] for value in values if value in self._MEANINGS}

    def clean(self, value, row=None, **kwargs):
        """True, False or None. Raises TextError."""
        try:
            return parse_yes_no(value)
        except TextError:
            key = match_key(value)
            if key not in self.learned:
                raise
            self.used.add(key)
            return self.learned[key] == "yes"

    def offered(self) -> list[str]:
        """The texts of a drop-down."""
        return ["是", "否"]

    def render(self, value, obj=None, **kwargs):
        """是, 否 or nothing."""
        return "" if value is None else "是" if value else "否"


class CountWidget(Widget):
    """A whole number from 0."""

    expects = "整数，没有填 0"

    def clean(self, value, row=None, **kwargs):
        """The number or None. Raises TextError."""
        return cell_count(value)

    def render(self, value, obj=None, **kwargs):
        """The number as text."""
        return "" if value is None else str(value)


class ChoiceWidget(CleanedWidget):
    """One of a model's choices, by its own name or another usual one; what else stands there is refused with
    ``code``, and as no ``what``."""

    def __init__(self, choices, texts, *, what: str, code: str):
        super().__init__(self.read)
        self.expects = "从下拉列表中选择"
        self.choices, self.what, self.code = choices, what, code
        self.known = {match_key(text): choice.value for choice, names in texts.items() for text in names}
        self.known |= {match_key(choice.label): choice.value for choice in choices}

    def read(self, value) -> str:
        """The value of the choice. Raises TextError that lists them."""
        found = self.known.get(match_key(value))
        if found is None:
            listed = "、".join(self.offered())
            raise refusal(self.code, f"不是可选的{self.what}", f"请改为下列之一：{listed}")
        return found

    def offered(self) -> list[str]:
        """The choices by name."""
        return list(self.choices.labels)

    def render(self, value, obj=None, **kwargs):
        """The name of a choice."""
        return self.choices(value).label if value else ""
