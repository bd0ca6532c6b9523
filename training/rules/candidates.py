"""How the facts of candidates are cleaned and judged."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from core.characters import refusal
from core.errors import RuleError
from core.text import clean_short
from training.rules.certificates import clean_trade

EARLIEST_YEAR = 2015
LONGEST_YEARS = 10  # later is a slip of the pen
LOWEST_GOAL = "L2"  # rung 1 has no certificate that could show it
TABLES = {"goal_level": "skill_level"}


def clean_text_of_year(value) -> str:
    """What was done in a year. Raises TextError for nothing."""
    text = clean_short(value, longest=500)
    if not text:
        raise refusal("blank", "没有填写年度情况", "请写明这一年学了什么、做到了什么")
    return text


CLEANERS: dict[str, Callable] = {
    "trade": clean_trade,
    "batch": partial(clean_short, longest=30),
    "mentor_name": partial(clean_short, longest=50),
}


def refuse_year(year: int, field: str = "year") -> None:
    """Raise RuleError for a year before the lists began or after the next one."""
    last = timezone.localdate().year + 1
    if not EARLIEST_YEAR <= year <= last:
        raise RuleError({field: f"年度应在 {EARLIEST_YEAR} 至 {last} 之间，现填 {year}"})


def refuse_term(start: dt.date, until: dt.date) -> None:
    """Raise RuleError at the last day of a time that cannot be."""
    if until < start:
        raise RuleError({"until": f"培养期至 {until} 早于培养开始 {start}。请核对两个日期。"})
    if until.year - start.year > LONGEST_YEARS:
        raise RuleError({"until": f"培养期超过 {LONGEST_YEARS} 年。请核对 {until} 的年份。"})


def refuse_mentor(worker_id: int, mentor_id: int | None, mentor_name: str) -> None:
    """Raise RuleError unless there is one mentor, and somebody else."""
    if mentor_id is None and not mentor_name:
        raise RuleError({"mentor": "请填写导师；导师不在名册中的，填“外聘导师”"})
    if mentor_id is not None and mentor_name:
        raise RuleError({"mentor_name": "已填名册中的导师，请清除外聘导师"})
    if mentor_id == worker_id:
        raise RuleError({"mentor": "导师不能是本人。请另填。"})
