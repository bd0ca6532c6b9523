"""The columns of a sheet, and what is to be said of its rows."""

import functools
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from import_export.fields import Field

from core.characters import as_text

SHOWN_LENGTH = 60


class Column(Field):
    """One column of a circulated form.

    ``required``: the sheet must have the column. ``blank``: what an empty cell is (``error``, ``warning`` or
    nothing). ``mask`` gives the shown form of personal values, ``number_text`` marks long numbers that
    templates and error workbooks keep as text, ``headings`` are further titles the column is known by
    (``group/title`` for the second row of a two-row header). ``looks_like`` tells a cell that can hardly be
    anything else; such a column is suggested when no heading says so, and never read unasked. ``uniform``: a
    file without the column may state one value for all its rows.
    """

    def __init__(
        self,
        attribute: str,
        title: str,
        widget,
        *,
        headings: Iterable[str] = (),
        required: bool = False,
        blank: str = "",
        mask=None,
        number_text: bool = False,
        hint: str = "",
        group: str = "",
        width: int = 14,
        looks_like: Callable[[object], bool] | None = None,
        uniform: bool = False,
    ):
        super().__init__(attribute=attribute, column_name=title, widget=widget)
        self.headings = (title, *headings)
        self.required = required
        self.blank = blank
        self.mask = mask
        self.number_text = number_text
        self.hint = hint
        self.group = group
        self.width = width
        self.looks_like = looks_like
        self.uniform = uniform

    @property
    def expects(self) -> str:
        """How a cell of the column is written, for people who fill in a form."""
        return self.hint or getattr(self.widget, "expects", "文字")

    @functools.cached_property
    def blank_problem(self) -> dict[str, str]:
        """What is wrong with a row whose cell is empty: thousands of rows may say the same."""
        rest = "，可以导入，但实名制信息不完整。" if self.blank == "warning" else "。请补填。"
        told = {"column": self.column_name, "value": "", "message": f"没有填写{self.column_name}{rest}"}
        return told | {"level": self.blank, "code": f"{self.attribute}.blank"}

    def shown(self, value) -> str:
        """A cell's value as it may appear in messages: masked when personal, at most SHOWN_LENGTH."""
        text = as_text(value).replace("\0", "").encode("utf-8", "replace").decode()
        if self.mask and text:
            text = self.mask(text.strip())
        return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


class Problems(list):
    """What is to be said of one row: dictionaries with column, value (masked), message, level and code.

    Level ``error`` keeps the row out, ``warning`` lets it in, ``note`` only tells what was done with it.
    """

    def add(
        self, column: Column | None, value, message: str, *, level: str = "error", code: str = ""
    ) -> None:
        """Append one; ``column=None`` is about the whole row."""
        self.append(
            {
                "column": column.column_name if column else "",
                "value": column.shown(value) if column else as_text(value)[:SHOWN_LENGTH],
                "message": message,
                "level": level,
                "code": code,
            }
        )

    def refuse(self, column: Column, value, error: ValidationError, *, level: str = "error") -> None:
        """Append the message of a cleaner."""
        message = getattr(error, "message", None) or " ".join(error.messages)
        code = getattr(error, "code", None) or "invalid"
        self.add(column, value, str(message), level=level, code=f"{column.attribute}.{code}")

    def blank(self, column: Column) -> None:
        """Append that a cell is empty, as grave as the column says."""
        self.append(dict(column.blank_problem))

    @property
    def blocking(self) -> bool:
        """True if one of them keeps the row out."""
        return "error" in [problem["level"] for problem in self]
