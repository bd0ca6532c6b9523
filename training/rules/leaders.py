"""How the facts of skill leaders and their allowances are cleaned and judged."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from core.characters import refusal
from core.errors import RuleError
from core.text import clean_label, clean_short
from training.rules.certificates import clean_trade

LONGEST_YEARS = 10  # later is a slip of the pen
LARGEST = 100_000  # yuan a month; more is a slip of the pen


def clean_team(value) -> str:
    """The group that is led. Raises TextError for none."""
    team = clean_short(value, longest=100)
    if not team:
        raise refusal("blank", "没有填写带领的班组或团队", "请写明班组、车间或攻关团队的名称")
    return team


CLEANERS: dict[str, Callable] = {
    "trade": clean_trade,
    "team": clean_team,
    "document_number": partial(clean_label, longest=50),
}


def after(until: dt.date) -> dt.date:
    """The first day after the last one."""
    return until + dt.timedelta(days=1)


def before(end: dt.date) -> dt.date:
    """The last day of what ends before a day."""
    return end - dt.timedelta(days=1)


def refuse_term(start: dt.date, until: dt.date) -> None:
    """Raise RuleError at the last day of a term that cannot be."""
    if until < start:
        raise RuleError({"until": f"聘期至 {until} 早于聘期开始 {start}。请核对两个日期。"})
    if until.year - start.year > LONGEST_YEARS:
        raise RuleError({"until": f"聘期超过 {LONGEST_YEARS} 年。请核对 {until} 的年份。"})


def refuse_amount(amount: int, field: str | None = None, of: str = "") -> None:
    """Raise RuleError at the field, or naming whose (``of``) it is, for nothing and for more than anybody is paid."""
    if not 0 < amount <= LARGEST:
        text = f"{of}金额应为 1 至 {LARGEST} 元的整数，现填 {amount}。请核对。"
        raise RuleError({field: text} if field else text)


def refuse_month(month: dt.date, paid_on: dt.date) -> None:
    """Raise RuleError by field for a month to come and for a day of payment to come or before the month."""
    today = timezone.localdate()
    if month > today:
        raise RuleError({"month": f"{month:%Y-%m} 还没有开始，不能登记发放"})
    if paid_on > today:
        raise RuleError({"paid_on": f"发放日期不能晚于今天，现填 {paid_on}"})
    if paid_on < month:
        raise RuleError({"paid_on": f"发放日期 {paid_on} 早于 {month:%Y-%m}。请核对月份和日期。"})
