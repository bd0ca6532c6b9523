"""Whom a judge may mark, what points are, and when judges differ: plain functions without the database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from statistics import median, pstdev

from core import numbers
from core.characters import refusal
from core.text import clean_lines, clean_short, clean_text

JUDGE_CLEANERS = {
    "name": partial(clean_short, longest=50),
    "workplace": partial(clean_short, longest=100),
    "trades": partial(clean_short, longest=200),
}
CRITERION_CLEANERS = {"title": partial(clean_short, longest=50), "guidance": clean_lines}
SPREAD_FROM = 2  # judges who must have marked before their spread says anything
_POINTS = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?")


def is_closed(judge_path: str | None, entry_path: str, holder_path: str) -> bool:
    """Whether the entries of a union are closed to a judge of another (paths of the union tree; None: from outside).

    Closed are the judge's own union and those below it. A judge of the holder or of a union above it stands over all
    who compete, so that only the people directly in that union are closed.
    """
    if judge_path is None:
        return False
    if holder_path.startswith(judge_path):
        return entry_path == judge_path
    return entry_path.startswith(judge_path)


def clean_points(text, most: Decimal) -> Decimal:
    """Points between 0 and ``most`` with two decimals at the most. Raises TextError that says what is allowed.

    Read like every number field (core.numbers), with 分 behind if they like. static/js/points.js reads the same.
    """
    plain = numbers.plain_number(text, ("分",))
    if plain is None or not _POINTS.fullmatch(plain) or Decimal(plain) > most:
        raise refusal(
            *("points", f"“{clean_text(text)[:20]}”不能作为得分"),
            f"应为 0 至 {plain_number(most)}，最多两位小数",
        )
    return Decimal(plain).quantize(Decimal("0.01"))


def plain_number(value: Decimal) -> str:
    """A number of points as people write it: without idle zeros and never with an exponent."""
    return f"{value.normalize():f}"


@dataclass(frozen=True)
class Spread:
    """How far the judges of an entry lie apart, in percent of the full mark: how many they are, standard deviation
    (of these judges, not estimated for more), range, and whether one lies further off their median than the event
    allows."""

    judges: int
    deviation: Decimal
    range: Decimal
    is_outlying: bool


def spread_of(scores: Sequence[Decimal], limit: Decimal | None) -> Spread | None:
    """The spread of the judges' scores (percent of the full mark); None for fewer than SPREAD_FROM.

    Outlying by |score − median| > ``limit``. The median is the measure and not a multiple of the deviation, because
    among three to seven judges one far off moves mean and deviation after it and would hide itself.
    """
    if len(scores) < SPREAD_FROM:
        return None
    middle, hundredth = median(scores), Decimal("0.01")
    is_outlying = limit is not None and any(abs(score - middle) > limit for score in scores)
    return Spread(
        len(scores),
        Decimal(pstdev(scores)).quantize(hundredth),
        (max(scores) - min(scores)).quantize(hundredth),
        is_outlying,
    )
