"""How the facts of key posts are cleaned and judged: seats against holders, days against the life of the post."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from core.characters import refusal
from core.errors import RuleError
from core.text import clean_label, clean_short
from training.models import KeyPost
from unions.rules import past_or_today

TABLES = {"required_level": "skill_level", "permit_category": "permit_category"}
FACTS = (
    "title",
    "workshop",
    "trade",
    "is_key",
    "required_level",
    "permit_category",
    "seats",
    "start",
    "employer",
)
REQUIREMENTS = ("is_key", "required_level", "permit_category", "seats")
FAR = dt.date.max
Spell = tuple[dt.date, dt.date | None]


def clean_title(value) -> str:
    """The post's name in one line. Raises TextError for none."""
    text = clean_short(value, longest=50)
    if not text:
        raise refusal("blank", "没有填写岗位名称", "请填写，例如“数控车床操作工”")
    return text


CLEANERS = {
    "title": clean_title,
    "workshop": partial(clean_short, longest=50),
    "trade": partial(clean_label, longest=50),
    "start": past_or_today,
}


def most_at_once(spells: Iterable[Spell], within: Spell = (dt.date.min, None)) -> int:
    """The greatest number of these spells (half-open) in effect on one day of ``within``."""
    first, last = within[0], within[1] or FAR
    cut = [(max(start, first), min(end or FAR, last)) for start, end in spells]
    cut = [(start, end) for start, end in cut if start < end]
    return max((sum(start <= day < end for start, end in cut) for day, _ in cut), default=0)


def refuse_foreign_firm(employer, union) -> None:
    """Raise RuleError for a firm that neither this union nor one below it has charge of."""
    if employer is not None and not employer.union.path.startswith(union.path):
        text = f"“{employer.name}”归口“{employer.union.name}”，不在“{union.name}”范围内。请改选工会或单位。"
        raise RuleError({"employer": text})


def refuse_day_outside(key_post: KeyPost, start: dt.date) -> None:
    """Raise RuleError for somebody who would take the post up before it was there or when it was gone."""
    if start < key_post.start:
        raise RuleError({"start": f"该岗位 {key_post.start} 才设立，上岗日期不能更早"})
    if key_post.end and start >= key_post.end:
        raise RuleError({"start": f"该岗位已于 {key_post.end} 撤销，上岗日期应早于这一天"})
