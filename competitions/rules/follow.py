"""How rules of who gains what, promises and their documents are cleaned, and when a promise falls due."""

import calendar
import datetime as dt
from collections.abc import Callable
from functools import partial

from core.text import clean_short

GAIN_TABLES = {"honour_type": "honour_type", "level": "skill_level"}
ENTITLEMENT_TABLES = GAIN_TABLES | {"contest_level": "competition_level"}
GAIN_FIELDS = ("gain", "honour_type", "level", "amount", "detail")
FOLLOW_CLEANERS: dict[str, Callable] = {
    "detail": partial(clean_short, longest=100),
    "source": partial(clean_short, longest=200),
    "document_number": partial(clean_short, longest=50),
}
NO_RUNGS = ("L0", "L1", "ZX")  # of skill_level: nobody is promoted to these


def has_lapsed(promise) -> bool:
    """The award behind it stands revoked, with none in its place; of a promise, or a row of its list, which tells its
    fields alone."""
    return promise.lapsed_on is not None and promise.revived_on is None


def due_day(ended_on: dt.date, months: int | None) -> dt.date | None:
    """The last day to give something within so many months after a contest; None without a term."""
    if months is None:
        return None
    years, month = divmod(ended_on.month - 1 + months, 12)
    year, month = ended_on.year + years, month + 1
    return dt.date(year, month, min(ended_on.day, calendar.monthrange(year, month)[1]))
