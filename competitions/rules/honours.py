"""How the facts of honours, studios and teams are cleaned and judged, for pages and imports alike."""

import datetime as dt
from collections.abc import Callable, Collection
from functools import partial

from competitions.models import CollectiveHonour, Honour, HonourType, Nomination, Recognition
from core import codes
from core.characters import refusal
from core.errors import RuleError
from core.text import clean_label, clean_lines, clean_short
from unions.rules import past_or_today

TABLES = {"type": "honour_type", "level": "base_level"}
FACTS = (
    *("type", "level", "title", "issuer", "batch", "year", "document_number", "awarded_on", "valid_until"),
    "recheck_on",
)
TEAM_FACTS = ("name", "employer", "leader", "headcount", "founded_on")
PROJECT_FACTS = ("year", "title", "state", "approved_on", "document_number", "outcome")


def clean_issuer(value) -> str:
    """The body that conferred it. Raises TextError for nothing or too much."""
    issuer = clean_short(value, longest=100)
    if not issuer:
        raise refusal("blank", "没有填写授予单位", "请按文件或证书填写全称")
    return issuer


CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "issuer": clean_issuer,
    "batch": partial(clean_short, longest=30),
    "document_number": partial(clean_short, longest=50),
    "awarded_on": past_or_today,
    "field": partial(clean_short, longest=100),
}
TEAM_CLEANERS: dict[str, Callable] = {
    "name": partial(clean_label, longest=100),
    "founded_on": past_or_today,
}
PROJECT_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_short, longest=100),
    "document_number": partial(clean_short, longest=50),
    "approved_on": past_or_today,
    "outcome": clean_lines,
}
KEEPS_DOCUMENT = "这项荣誉由推荐评选授予，应有授予文件号。请按授予文件填写。"
WHO = {"individual": "个人", "collective": "集体", "studio": "工作室"}


def day_faults(facts: dict, today: dt.date) -> list[tuple[str, str, str]]:
    """(fact, sentence, code) of what does not go together among year and days, these in ISO form, of an honour."""
    awarded, found = facts.get("awarded_on") or "", []
    if awarded > today.isoformat():
        found.append(("awarded_on", "授予日期在今天之后。请核对日期。", "future"))
    until, due = facts.get("valid_until"), facts.get("recheck_on")
    if until and awarded and until < awarded:
        found.append(("valid_until", "有效期至早于授予日期。请对照文件核对。", "before_award"))
    if due and awarded and due <= awarded:
        found.append(("recheck_on", "复核期限应晚于授予日期。请对照文件核对。", "before_award"))
    if not 1949 <= (facts.get("year") or int(awarded[:4] or 2000)) <= 2100:
        found.append(("year", "年度应为 1949 至 2100。", "range"))
    return found


def granted(rows: Collection[Recognition]) -> set[int]:
    """Keys of those honours (of one model) that a nomination led to: they exist by their document only (domain facts 9)."""
    names = {Honour: "honour", CollectiveHonour: "collective_honour"}
    name = next((names[type(row)] for row in rows if type(row) in names), None)
    if name is None:
        return set()
    keys = [row.pk for row in rows]
    return set(Nomination.objects.filter(**{f"{name}__in": keys}).values_list(name, flat=True))


def refuse_other_nature(type_code: str, nature: str) -> None:
    """Raise RuleError at ``type`` for a kind that is not given to this nature (domain facts 9: an honour of a
    collective is never one of a person)."""
    rules = list(HonourType.objects.filter(code=type_code).values_list("nature", flat=True))
    if nature in rules:
        return
    name = codes.names("honour_type").get(type_code, type_code)
    if rules:
        whose = "、".join(WHO[one] for one in rules)
        raise RuleError({"type": f"“{name}”授予{whose}，不能登记给{WHO[nature]}。请改选荣誉种类。"})
    raise RuleError({"type": f"“{name}”还没有授予对象的规则，不能登记。请镇总工会先在“荣誉种类规则”中补充。"})


def refuse_foreign_firm(employer, union) -> None:
    """Raise RuleError for a firm that neither this union nor one below it has charge of."""
    if employer is not None and not employer.union.path.startswith(union.path):
        text = f"“{employer.name}”归口“{employer.union.name}”，不在“{union.name}”范围内。请改选工会或单位。"
        raise RuleError({"employer": text})


def refuse_foreign_team(team, union) -> None:
    """Raise RuleError for a team of another union."""
    if team is not None and team.union_id != union.pk:
        text = f"班组“{team.name}”属于“{team.union.name}”，不是“{union.name}”。请改选工会或班组。"
        raise RuleError({"team": text})
