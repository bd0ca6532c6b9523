"""How the facts of selections and nominations are cleaned, and how the days of a public notice are counted."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from competitions.models.selections import Selection
from core.characters import refusal
from core.text import clean_lines, clean_short
from core.workdays import Workdays

SELECTION_TABLES = {"honour_type": "honour_type"}
MOST_MERITS = 3000


def _stated(value, *, longest: int, what: str) -> str:
    text = clean_short(value, longest=longest)
    if not text:
        raise refusal("blank", f"没有填写{what}", f"请填写{what}")
    return text


def _merits(value) -> str:
    text = clean_lines(value)
    if not text:
        raise refusal("blank", "没有填写主要事迹", "请写明做了什么、有什么成效")
    if len(text) > MOST_MERITS:
        reason = f"最多 {MOST_MERITS} 个字，现有 {len(text)} 个字"
        raise refusal("too_long", reason, "请缩短后重新填写，全文可以作为附件上传")
    return text


SELECTION_CLEANERS: dict[str, Callable] = {
    "title": partial(_stated, longest=100, what="名称"),
    "issuer": partial(_stated, longest=100, what="授予单位"),
    "document_number": partial(clean_short, longest=50),
    "note": clean_lines,
}
NOMINATION_CLEANERS: dict[str, Callable] = {
    "job": partial(clean_short, longest=50),
    "reason": partial(_stated, longest=200, what="推荐理由"),
    "merits": _merits,
}
clean_source = partial(_stated, longest=200, what="依据")
clean_number = partial(_stated, longest=50, what="文号")


def earliest_end(start: dt.date, days: int, unit: str, workdays: Workdays) -> dt.date:
    """The last day of a public notice that begins on ``start``, which counts as a day of it. Working days leave out
    weekends and public holidays, and count the make-up days, as far as the office has entered them."""
    if unit == Selection.DayKind.CALENDAR:
        return start + dt.timedelta(days=days - 1)
    return workdays.last(start, days)


def caveat(start: dt.date, until: dt.date, unit: str, workdays: Workdays) -> str:
    """What is to be said of the days of a public notice from ``start`` to ``until``: years whose holidays are not
    entered; "" where there is nothing to say."""
    return "" if unit == Selection.DayKind.CALENDAR else workdays.caveat(start, until)
