"""What a line of the collection form (会籍变化类型, 日期, 原因) does to a person's memberships.

入会 and 转入 open a spell, 保留 closes the active one and opens a retained one, 转出, 除名 and 退会 close it
(domain facts 3). The form states where a person stands, so a line that repeats what is on the roll changes
nothing. One function decides, for imports and for whoever else reads such lines.
"""

import datetime as dt
from dataclasses import dataclass

from workers.models import Change

JOINING = (Change.JOIN, Change.TRANSFER_IN)
LEAVING = (Change.TRANSFER_OUT, Change.EXPEL, Change.WITHDRAW)
# 会籍状态 of a retained spell by reason; 33 is 原工会撤销, 31 is 退休.
RETAINED_BY_REASON = {"3": "30", "4": "33"}
ACTIVE, RETAINED, RETIRED_RETAINED = "20", "30", "31"
PENSIONED = ("4", "5")
# 劳动关系发生变化 and 所在企业破产: the job has ended with the membership.
REASONS_THAT_END_THE_JOB = ("1", "4")


@dataclass(frozen=True)
class Line:
    """What the form says; ``union`` is where the person should be from ``on``."""

    change: str
    on: dt.date
    reason: str
    union: int
    employment_status: str = ""


@dataclass(frozen=True)
class Spell:
    """The open membership on the roll."""

    pk: int
    union: int
    union_name: str
    start: dt.date
    is_retained: bool
    start_change: str


@dataclass(frozen=True)
class Decision:
    """``plan`` for the dated rows (JSON-ready, empty for nothing to do), or a refusal, or a warning."""

    plan: dict
    refusal: str = ""
    warning: str = ""
    code: str = ""


NOTHING = Decision({})


def decide(line: Line, spell: Spell | None, last_end: dt.date | None, last_change: str) -> Decision:
    """Compare a line with the person's open spell, or with the end of the last one."""
    if spell is None:
        return _without_spell(line, last_end, last_change)
    if line.change in JOINING:
        return _joins(line, spell)
    if line.change == Change.RETAIN and spell.is_retained:
        return _same_date(line, spell, "保留")
    if line.on <= spell.start:
        text = f"会籍变化日期应晚于名册中的会籍起始日期 {spell.start}。请核对日期。"
        return Decision({}, refusal=text, code="before_start")
    if line.change == Change.RETAIN:
        return Decision({"close": _closing(spell, line, Change.RETAIN), "open": opening(line, spell.union)})
    return Decision({"close": _closing(spell, line, line.change)})


def spell_status(said: dict) -> str:
    """会籍状态 of the spell that a line opens, from its change, reason and employment_status."""
    if said["change"] != Change.RETAIN:
        return ACTIVE
    if said.get("employment_status") in PENSIONED:
        return RETIRED_RETAINED
    return RETAINED_BY_REASON.get(said.get("reason"), RETAINED)


def opening(line: Line, union: int | None = None) -> dict:
    """The spell a line opens."""
    said = {"change": line.change, "reason": line.reason, "employment_status": line.employment_status}
    return {
        "union": union or line.union,
        "on": line.on.isoformat(),
        "change": line.change,
        "reason": line.reason,
        "retained": line.change == Change.RETAIN,
        "status": spell_status(said),
    }


def _closing(spell: Spell, line: Line, change: str) -> dict:
    return {"id": spell.pk, "on": line.on.isoformat(), "change": change, "reason": line.reason}


def _without_spell(line: Line, last_end, last_change: str) -> Decision:
    if line.change in LEAVING:
        if last_end == line.on and last_change == line.change:
            return NOTHING
        text = f"名册中此人目前没有会籍，不能登记“{Change(line.change).label}”。请核对会籍变化类型。"
        return Decision({}, refusal=text, code="no_membership")
    if last_change == Change.DEATH:
        text = f"名册登记此人已于 {last_end} 死亡。请核对证件号码；如登记有误，请在职工页面更正。"
        return Decision({}, refusal=text, code="died")
    if last_end and line.on < last_end:
        text = f"会籍变化日期早于上一段会籍的结束日期 {last_end}。请核对日期。"
        return Decision({}, refusal=text, code="before_last_end")
    return Decision({"open": opening(line)})


def _joins(line: Line, spell: Spell) -> Decision:
    if spell.union != line.union:
        if line.change == Change.JOIN:
            text = (
                f"此人已是“{spell.union_name}”的会员，会籍只能有一个。"
                "如从该工会转来，请把会籍变化类型改为“转入”。"
            )
            return Decision({}, refusal=text, code="member_elsewhere")
    elif not spell.is_retained:
        return _same_date(line, spell, "入会")
    elif spell.start == line.on:
        return NOTHING
    if line.on <= spell.start:
        text = f"会籍变化日期应晚于名册中的会籍起始日期 {spell.start}。请核对日期。"
        return Decision({}, refusal=text, code="before_start")
    return Decision({"close": _closing(spell, line, Change.TRANSFER_OUT), "open": opening(line)})


def _same_date(line: Line, spell: Spell, what: str) -> Decision:
    if spell.start == line.on:
        return NOTHING
    text = (
        f"名册中的{what}日期是 {spell.start}，与本行的 {line.on} 不同；会籍日期没有改动，"
        "如需更正请在职工页面办理。"
    )
    return Decision({}, warning=text, code="other_start")
