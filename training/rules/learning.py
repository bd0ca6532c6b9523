"""How the facts of learning outside the unions' own classes are cleaned, for pages and imports alike."""

from collections.abc import Callable
from functools import partial

from core.characters import refusal
from core.numbers import cell_decimal
from core.text import clean_short
from unions.rules import past_or_today

LEARNING_TABLES = {"kind": "training_kind"}
MOST_HOURS = 9999
# What a row of the platform's sheet says where it says nothing.
PLATFORM, PLATFORM_KIND = "市总学习平台", "ONLINE"


def clean_title(value) -> str:
    """What was learned. Raises TextError for nothing or too much."""
    title = clean_short(value, longest=100)
    if not title:
        raise refusal("blank", "没有填写课程或培训名称", "请填写名称")
    return title


def clean_hours(value) -> str:
    """学时 above 0 with one decimal at most, as text; empty for none. Raises TextError."""
    return cell_decimal(
        *(value, "学时"),
        units=("学时", "课时"),
        places=1,
        fits=lambda hours: 0 < hours <= MOST_HOURS,
        remedy="请填写大于 0 的数字，最多一位小数",
        code="not_hours",
    )


LEARNING_CLEANERS: dict[str, Callable] = {
    "title": clean_title,
    "organiser": partial(clean_short, longest=100),
    "completed_on": past_or_today,
}
