"""Figures of a scope and a period, in one JSON-ready shape that pages, frozen reports and workbooks share."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from django.utils import timezone

from core.codes import legal_number
from core.errors import RuleError
from core.reporting import (
    Indicator,
    Period,
    PeriodKind,
    indicators,
    sections,
    text_of,
    trailing_months,
    value_of,
)
from reports.models import Report, ReportText
from unions.models import Union
from unions.scoping import reach

MEMBERSHIP = "membership"  # the section of those who come and go
TOO_FEW = "基数过小"
CHANGE_UNITS = {"%": "个百分点"}


def scope_of(user, permission: str):
    """The unions over which the user holds the permission; None means the whole town."""
    if any(path.count("/") == 1 for path in reach(user, permission)):
        return None
    return Union.objects.within_reach(user, permission)


def union_scope(union: Union | None):
    """One union and all below it; None for the town, whose figures count every record."""
    return None if union is None or union.parent_id is None else Union.objects.within(union)


def find_union(code: str) -> Union:
    """A union by its portal code or its unified social credit code. Raises RuleError."""
    found = Union.objects.filter(code=code).first() or (
        Union.objects.filter(credit_code=code).first() if code else None
    )
    if found is None:
        raise RuleError(f"没有编号或统一社会信用代码为“{code}”的工会，请核对后重试")
    return found


def current_period(kind: str = PeriodKind.MONTHLY) -> Period:
    """The running period with today as its cut-off."""
    today = timezone.localdate()
    return Period.of(kind, today).clipped(today)


def last_full_period(kind: str) -> Period:
    """The last period of the kind that is over."""
    return Period.of(kind, timezone.localdate()).previous()


def measure(unions, period: Period, *, amounts: Mapping | None = None) -> list[dict]:
    """Every indicator of the scope with its value in the period before.

    Whoever has read ``amounts_by_union`` hands it in: every record counts for one union, so they add up.
    """
    before = period.previous()
    return [
        figure_row(
            indicator,
            section.title,
            _pair(indicator, unions, period) if amounts is None else _whole(indicator, amounts),
            _pair(indicator, unions, before),
        )
        for section in sections()
        for indicator in section.indicators
    ]


def amounts_by_union(unions, period: Period) -> dict[str, dict]:
    """For each indicator the numerator and denominator of each union: read once for all that a page or report says."""
    return {code: indicator.measure_by_union(unions, period) for code, indicator in indicators().items()}


def _pair(indicator: Indicator, unions, period: Period) -> tuple[int, int | None]:
    figure = indicator.measure(unions, period)
    return figure.numerator, figure.denominator


def _whole(indicator: Indicator, amounts: Mapping) -> tuple[int, int | None]:
    return _summed(indicator, amounts[indicator.code], amounts[indicator.code].keys())


def figure_row(indicator: Indicator, section: str, now: tuple, before: tuple) -> dict:
    """One measured indicator as plain data: values as text, shares in per cent with one decimal."""
    value, previous = (value_of(*pair, indicator.unit) for pair in (now, before))
    return {
        "code": indicator.code,
        "title": indicator.title,
        "section": section,
        "unit": indicator.unit,
        "direction": str(indicator.direction),
        "numerator_title": indicator.numerator_title,
        "numerator": now[0],
        "numerator_unit": indicator.numerator_unit,
        "denominator_title": indicator.denominator_title,
        "denominator": now[1],
        "denominator_unit": indicator.denominator_unit,
        "value": _text(value),
        "text": text_of(value, indicator.unit),
        "previous": _text(previous),
        "previous_text": text_of(previous, indicator.unit),
        "note": indicator.note,
        **_change(value, previous, indicator),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _change(value: Decimal | None, previous: Decimal | None, indicator: Indicator) -> dict:
    """The difference to the period before, signed, and whether it is good news."""
    if value is None or previous is None:
        return {"change": None, "change_text": "", "tone": "neutral"}
    change = value - previous
    unit = CHANGE_UNITS.get(indicator.unit, indicator.unit)
    wanted = {"up": 1, "down": -1}.get(indicator.direction, 0)
    good = (change > 0) - (change < 0)
    tone = {1: "success", -1: "danger", 0: "neutral"}[good * wanted]
    text = "持平" if change == 0 else f"{change:+}{unit}"
    return {"change": str(change), "change_text": text, "tone": tone}


def movements(unions, period: Period) -> dict:
    """Joined, transferred, left: by month over the twelve months that end with the period.

    Other sections date their records by month too; those are no members who came or went.
    """
    months = trailing_months(period)
    section = next(one for one in sections() if one.code == MEMBERSHIP)
    flows = [indicator for indicator in section.indicators if indicator.dated_by]
    columns = [
        {
            "code": flow.code,
            "title": flow.title,
            "sign": 1 if flow.dated_by == "start" else -1,
            "values": flow.measure_by_month(unions, months),
        }
        for flow in flows
    ]
    net = [sum(column["sign"] * column["values"][i] for column in columns) for i in range(len(months))]
    return {"months": [month.code for month in months], "columns": columns, "net": net}


def section_charts(unions, period: Period) -> list[dict]:
    """The charts of the sections that have one: ``code``, ``title`` and ``option``, in the order of the sections."""
    found = [(section, section.chart(unions, period)) for section in sections()]
    return [
        {"code": section.code, "title": section.title, "option": option}
        for section, option in found
        if option
    ]


def breakdown(
    unions, period: Period, *, every_union: bool = False, mask: bool = True, amounts: Mapping | None = None
) -> list[dict]:
    """The figures by part of the scope: the unions directly below its top, or every single union.

    Each record counts in one row only. With ``mask`` a share over a base below the legal small-cell limit is
    withheld, and so is the next smallest where a single gap could be worked out by subtraction. ``amounts`` as in
    ``measure``.
    """
    rows = _rows(unions, period, every_union)
    amounts = amounts_by_union(unions, period) if amounts is None else amounts
    for code, indicator in indicators().items():
        for row in rows:
            row["cells"][code] = _cell(indicator, _summed(indicator, amounts[code], row["members"]))
        if mask and indicator.denominator is not None:
            _withhold([row["cells"][code] for row in rows], period)
    for row in rows:
        del row["members"]
    return rows


def worth_showing(rows: list[dict], codes: Sequence[str]) -> list[dict]:
    """The rows of a table with these columns; the top union's own row only where something counts for it."""
    return [row for row in rows if not row["is_rest"] or any(_counts(row["cells"][code]) for code in codes)]


def _counts(cell: dict) -> bool:
    """Withheld cells count: they hide a number, not nothing."""
    return cell["text"] == TOO_FEW or bool(cell["numerator"] or cell["denominator"])


def _rows(unions, period: Period, every_union: bool) -> list[dict]:
    scope = Union.objects.all() if unions is None else Union.objects.filter(pk__in=unions)
    known = list(scope.order_by("path").only("pk", "name", "org_type", "path", "founded_on", "dissolved_on"))
    if every_union:
        return [_row(union, {union.pk}) for union in known]
    heads = _heads(known)
    members: dict[int, set[int]] = {head.pk: set() for head in heads}
    for union in known:
        head = max(
            (head for head in heads if union.path.startswith(head.path)), key=lambda head: len(head.path)
        )
        members[head.pk].add(union.pk)
    return [_row(head, members[head.pk], is_rest=_has_parts(head, heads)) for head in heads]


def _heads(known: list[Union]) -> list[Union]:
    """The unions that get a row: the children of the one top, after the top itself; or all the tops."""
    tops = [union for union in known if not any(_below(union, other) for other in known)]
    if len(tops) != 1:
        return tops
    children = [union for union in known if union.depth == tops[0].depth + 1]
    return [*children, *tops]


def _below(union: Union, other: Union) -> bool:
    return union.pk != other.pk and union.path.startswith(other.path)


def _has_parts(head: Union, heads: list[Union]) -> bool:
    return any(_below(other, head) for other in heads)


def _row(union: Union, members: set[int], *, is_rest: bool = False) -> dict:
    return {
        "union": union.pk,
        "name": f"{union.name}（直属）" if is_rest else union.name,
        "kind": union.get_org_type_display(),
        "members": members,
        "is_rest": is_rest,
        "cells": {},
    }


def _summed(indicator: Indicator, amounts: Mapping, members: Collection[int]) -> tuple[int, int | None]:
    pairs = [amounts[union] for union in members if union in amounts]
    top = sum(pair[0] for pair in pairs)
    return top, None if indicator.denominator is None else sum(pair[1] for pair in pairs)


def _cell(indicator: Indicator, pair: tuple[int, int | None]) -> dict:
    value = value_of(*pair, indicator.unit)
    return {
        "numerator": pair[0],
        "denominator": pair[1],
        "value": _text(value),
        "text": text_of(value, indicator.unit),
    }


def _withhold(cells: list[dict], period: Period) -> None:
    """Blank the shares over a small base, in place (domain facts 15.1: fewer than the legal limit)."""
    least = legal_number("report.small_cell", on=period.end)
    small = [cell for cell in cells if 0 < cell["denominator"] < least]
    rest = [cell for cell in cells if cell["denominator"] >= least]
    if len(small) == 1 and rest:
        small.append(min(rest, key=lambda cell: cell["denominator"]))
    for cell in small:
        cell.update(numerator=None, denominator=None, value=None, text=TOO_FEW)


def text_of_report(period: Period, union: Union | None) -> ReportText | None:
    """What staff have written for a report so far."""
    return ReportText.objects.filter(kind=period.kind, start=period.start, union=union).first()


def find_by_code(*, serial: str, code: str) -> Report | None:
    """The published report with this serial and verification code, or None: both must be right."""
    wanted = code.strip().upper().replace(" ", "")
    return Report.objects.filter(serial=serial.strip().upper(), verification_code=wanted).first()
