"""How the facts of an apprenticeship are cleaned and judged, for pages and imports alike."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from core.codes import number_if_set
from core.errors import RuleError
from core.text import clean_short
from training.rules.certificates import clean_trade
from unions.rules import past_or_today

TABLES = {"goal_level": "skill_level"}
MOST = "apprentice.most"  # an office number: there is a limit only once it is entered
LONGEST_YEARS = 10  # later is a slip of the pen


CLEANERS: dict[str, Callable] = {
    "trade": clean_trade,
    "goal": partial(clean_short, longest=100),
    "signed_on": past_or_today,
}


def refuse_dates(*, signed_on: dt.date, start: dt.date, until: dt.date) -> None:
    """Raise RuleError by field for days that cannot belong to one agreement."""
    if until < start:
        raise RuleError({"until": f"约定期满日期 {until} 早于开始日期 {start}。请核对两个日期。"})
    if signed_on > until:
        raise RuleError({"signed_on": f"签订日期 {signed_on} 晚于约定期满日期 {until}。请核对两个日期。"})
    if until.year - start.year > LONGEST_YEARS:
        raise RuleError({"until": f"期限超过 {LONGEST_YEARS} 年。请核对约定期满日期 {until} 的年份。"})


def refuse_goal(*, goal_level: str, goal: str) -> None:
    """Raise RuleError when neither a rung nor a skill is aimed at."""
    if not goal_level and not goal:
        raise RuleError({"goal_level": "请选择目标等级，或填写目标技能"})


def refuse_load(load: int, on: dt.date) -> None:
    """Raise RuleError when one more apprentice passes the office's limit; without a limit nothing is refused."""
    most = number_if_set(MOST, on=on)
    if most is not None and load >= most:
        raise RuleError(
            {"master": f"这位师傅已带 {load} 名徒弟，规定最多 {most:.0f} 名。请另选师傅，或先结束一对。"}
        )


def refuse_end_day(end: dt.date, *, start: dt.date) -> None:
    """Raise RuleError for a day on which the pair cannot have ended."""
    if end > timezone.localdate():
        raise RuleError({"end": f"结束日期不能晚于今天，现填 {end}"})
    if end < start:
        raise RuleError({"end": f"结束日期不能早于开始日期 {start}"})
