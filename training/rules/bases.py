"""How the facts of training bases and their evaluations are cleaned and checked."""

import datetime as dt
from functools import partial

from core.characters import refusal
from core.errors import RuleError
from core.text import clean_short
from training.models import TrainingBase
from unions.rules import past_or_today

BASE_TABLES = {"level": "base_level"}
BASE_FACTS = (
    *(
        "name",
        "level",
        "employer",
        "host",
        "trades",
        "capacity",
        "equipment",
        "recognised_on",
        "recognised_by",
    ),
    *("document_number", "union"),
)
EVALUATION_FACTS = ("year", "conclusion", "score", "grade", "note")


def _named(value, what: str) -> str:
    text = clean_short(value, longest=100)
    if not text:
        raise refusal("blank", f"没有填写{what}", "请按认定文件填写")
    return text


BASE_CLEANERS = {
    "name": partial(_named, what="基地名称"),
    "recognised_by": partial(_named, what="认定机关"),
    "host": partial(clean_short, longest=100),
    "trades": partial(clean_short, longest=200),
    "equipment": partial(clean_short, longest=500),
    "document_number": partial(clean_short, longest=50),
    "recognised_on": past_or_today,
}
EVALUATION_CLEANERS = {
    "grade": partial(clean_short, longest=20),
    "note": partial(clean_short, longest=200),
}


def refuse_year(base: TrainingBase, year: int, today: dt.date) -> None:
    """Raise RuleError for a year in which the base was not recognised at all, or that has not begun."""
    last = base.withdrawn_on.year if base.withdrawn_on else today.year
    if not base.recognised_on.year <= year <= last:
        text = f"该基地 {base.recognised_on} 认定，只能登记 {base.recognised_on.year} 至 {last} 年度的评估"
        raise RuleError({"year": text})


def refuse_base_on(base: TrainingBase | None, day: dt.date) -> None:
    """Raise RuleError for a class that begins while the base is not recognised."""
    if base is None:
        return
    if day < base.recognised_on:
        raise RuleError({"base": f"“{base.name}”{base.recognised_on} 才认定，开班时还不是实训基地"})
    if base.withdrawn_on and day >= base.withdrawn_on:
        raise RuleError({"base": f"“{base.name}”已于 {base.withdrawn_on} 撤销，开班时不是实训基地"})
