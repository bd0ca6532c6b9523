"""How the facts of innovations are cleaned and checked, for pages and sheets alike."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from competitions.models import Innovation
from competitions.models.innovation_kinds import FIRST, WORDS, Kind, Stage
from core.errors import RuleError
from core.numbers import cell_decimal
from core.text import clean_label, clean_lines, clean_short

MOST = 10**10  # yuan that a field holds

INNOVATION_TABLES = {"level": "innovation_level"}
INNOVATION_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "department": partial(clean_label, longest=50),
    "content": clean_lines,
    "effect": clean_lines,
    "document_number": partial(clean_short, longest=50),
    "patent_number": lambda value: clean_short(value, longest=32).upper().replace(" ", ""),
}
# What only some kinds have; the database refuses it of the others (competitions_innovation_facts_of_kind).
FACTS_OF_KIND = {
    "investment": (Kind.PROJECT,),
    "reward": (Kind.PROPOSAL,),
    "level": (Kind.PROJECT, Kind.METHOD),
    "document_number": (Kind.PROJECT, Kind.METHOD),
    "patent_kind": (Kind.PATENT,),
    "patent_number": (Kind.PATENT,),
}


def first_stage(kind: str, begun_on: dt.date | None, today: dt.date) -> str:
    """The stage in which an innovation of this kind is entered: a project that has begun is under way."""
    if kind == Kind.PROJECT and begun_on is not None and begun_on <= today:
        return Stage.OPEN
    return FIRST[kind]


def refuse_future(innovation: Innovation) -> None:
    """Raise RuleError by field for a day to come of what has happened."""
    today, words = timezone.localdate(), WORDS[innovation.kind]
    faults = {}
    if innovation.begun_on and innovation.begun_on > today and innovation.stage != Stage.PLANNED:
        faults["begun_on"] = f"{words.begun}不能晚于今天，现填 {innovation.begun_on}"
    if innovation.done_on and innovation.done_on > today:
        faults["done_on"] = f"{words.done}不能晚于今天，现填 {innovation.done_on}"
    if faults:
        raise RuleError(faults)


def clean_sum(value) -> str:
    """Yuan from 0 with two decimals, as text; empty for nothing. Raises TextError."""
    return cell_decimal(
        *(value, "金额"),
        units=("元",),
        places=2,
        fits=lambda found: 0 <= found < MOST,
        remedy="请填写以元为单位的数字，最多两位小数",
        code="not_a_sum",
    )


def faults_of(facts: dict, today: str) -> list[tuple[str, str, str]]:
    """(attribute, sentence, code) of what does not go together among the facts of a row; days are ISO texts."""
    kind = facts.get("kind")
    if kind is None:
        return []
    words, label = WORDS[kind], Kind(kind).label
    begun, adopted, done = (facts.get(name) or "" for name in ("begun_on", "adopted_on", "done_on"))
    found = [
        (name, f"{label}没有这一项。请空着，或核对种类。", "not_of_kind")
        for name, kinds in (*FACTS_OF_KIND.items(), ("adopted_on", (Kind.PROPOSAL,)))
        if kind not in kinds and facts.get(name)
    ]
    if not begun and kind in (Kind.PROPOSAL, Kind.PATENT):
        found.append(("begun_on", f"没有填写{words.begun}。请补填。", "blank"))
    if kind == Kind.PATENT and not facts.get("patent_kind"):
        found.append(("patent_kind", "没有填写专利类型。请补填。", "blank"))
    if kind == Kind.METHOD and not done:
        found.append(("done_on", "没有填写命名日期。还没有命名的不用登记。", "blank"))
    if kind == Kind.PROPOSAL and done and not adopted:
        found.append(("adopted_on", "已实施的建议没有填写采纳日期。请补填。", "blank"))
    if facts.get("stage_reason") and (done or kind == Kind.METHOD):
        found.append(
            ("stage_reason", f"填写了{words.done}，又填写了未采纳或终止的原因。请删去其中一项。", "done")
        )
    for name, day in (("begun_on", begun), ("adopted_on", adopted), ("done_on", done)):
        planned = name == "begun_on" and kind == Kind.PROJECT and not done
        if day > today and not planned:
            found.append((name, "日期在今天之后。请核对日期。", "future"))
    if begun and adopted and adopted < begun:
        found.append(("adopted_on", f"采纳日期早于提出日期 {begun}。请核对两个日期。", "before"))
    if done and done < max(begun, adopted):
        found.append(("done_on", f"{words.done}早于 {max(begun, adopted)}。请核对日期。", "before"))
    return found


def stage_said(facts: dict, today: dt.date) -> str:
    """The stage that a row of a sheet tells of."""
    if facts.get("done_on"):
        return Stage.DONE
    if facts.get("stage_reason"):
        return Stage.DROPPED
    if facts.get("adopted_on"):
        return Stage.ADOPTED
    begun = dt.date.fromisoformat(facts["begun_on"]) if facts.get("begun_on") else None
    return first_stage(facts["kind"], begun, today)
