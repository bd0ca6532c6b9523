"""Freezing a report: every figure, the records behind it, and the sentences, read in one consistent view."""

import contextlib
import datetime as dt
import re
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.reporting import SIDES, Figure, Period, PeriodKind, indicators, sections
from reform.models import Plan
from reform.queries import groups_of
from reports import charts, queries, wording
from reports.models import TOWN, Report

KIND_LETTERS = {PeriodKind.MONTHLY: "Y", PeriodKind.QUARTERLY: "J", PeriodKind.ANNUAL: "N"}
NOT_PLAIN = re.compile(r"[^0-9A-Za-z]+")
TEXTS = ("practices", "problems", "next_steps")


@dataclass(frozen=True)
class Side:
    """The records behind one side of a figure; ``amounts`` where they are summed."""

    side: str
    model: str
    ids: list[int]
    amounts: list[int | None] | None

    @property
    def total(self) -> int:
        """What the side comes to."""
        return len(self.ids) if self.amounts is None else sum(amount or 0 for amount in self.amounts)


@dataclass(frozen=True)
class Snapshot:
    """What a report will say, and on which records it rests."""

    data: dict
    sides: dict[str, list[Side]]


@contextlib.contextmanager
def consistent_view():
    """One transaction in which every statement sees the same rows.

    Inside a transaction of the caller (tests) the caller's view is used.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def take(*, period: Period, union, version: int, by, built_at: dt.datetime) -> Snapshot:
    """Read everything a report needs. ``by`` is None for a report of the schedule."""
    unions = queries.union_scope(union)
    with consistent_view():
        sides = {code: _sides(indicator, unions, period) for code, indicator in indicators().items()}
        figures = _figures(sides, unions, period)
        data = _frame(period, union, version, by, built_at)
        data["figures"] = figures
        data["plan"], data["groups"] = _plan(figures)
        data["movements"] = queries.movements(unions, period)
        amounts = queries.amounts_by_union(unions, period)
        data["breakdown"] = queries.breakdown(unions, period, amounts=amounts)
        data["unions"] = queries.breakdown(unions, period, every_union=True, amounts=amounts)
        section_charts = queries.section_charts(unions, period)
        data["texts"] = _texts(period, union)
        data["changes"], data["revised"] = _corrections(period, union, version, figures)
    data["charts"] = {
        "rates": charts.rates(figures),
        "movements": charts.movements(data["movements"]),
        "by_union": charts.by_union(data["breakdown"], "A2", "各工会入会率"),
        "sections": section_charts,
    }
    data["sentences"] = _sentences(data)
    return Snapshot(data, sides)


def _sides(indicator, unions, period: Period) -> list[Side]:
    found = []
    for side in SIDES:
        records = indicator.records(side, unions, period)
        if records is None:
            continue
        weight = indicator.weight_of(side)
        rows = list(records.order_by("pk").values_list("pk", weight or "pk"))
        amounts = [amount for _, amount in rows] if weight else None
        found.append(Side(side, records.model._meta.label_lower, [pk for pk, _ in rows], amounts))
    return found


def _figures(sides: dict[str, list[Side]], unions, period: Period) -> list[dict]:
    """The indicators as their frozen records add up, beside the period before."""
    rows, before = [], period.whole().previous()
    for section in sections():
        for indicator in section.indicators:
            totals = {side.side: side.total for side in sides[indicator.code]}
            now = (totals["numerator"], totals.get("denominator"))
            earlier: Figure = indicator.measure(unions, before)
            rows.append(
                queries.figure_row(indicator, section.title, now, (earlier.numerator, earlier.denominator))
            )
    return rows


def _frame(period: Period, union, version: int, by, built_at: dt.datetime) -> dict:
    whole = period.whole()
    return {
        "issuer": settings.REPORT_ISSUER,
        "scope": union.name if union else TOWN,
        "kind": period.kind,
        "kind_label": PeriodKind(period.kind).label,
        "period": {
            "code": period.code,
            "label": period.label,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "whole_end": whole.end.isoformat(),
            "is_running": period.end < whole.end,
            "previous_label": whole.previous().label,
        },
        "version": version,
        "serial": serial_of(period, union, version),
        "built_on": timezone.localtime(built_at).date().isoformat(),
        "built_by": by.get_full_name() if by else "",
        "site": settings.SITE_URL,
    }


def serial_of(period: Period, union, version: int) -> str:
    """The portal's own number of a report, unique: Y2026-10-V1, or with the union's code Y2026-10-T00012-V1."""
    scope = f"-{NOT_PLAIN.sub('-', union.code)}" if union else ""
    return f"{KIND_LETTERS[period.kind]}{period.code}{scope}-V{version}"


def _plan(figures: list[dict]) -> tuple[dict | None, list[dict]]:
    plan = Plan.objects.current()
    if plan is None:
        return None, []
    by_code = {figure["code"]: figure for figure in figures}
    groups = [
        {
            "number": number,
            "title": title,
            "measures": [_measure(measure, by_code) for measure in measures],
        }
        for number, title, measures in groups_of(plan)
    ]
    for group in groups:
        group["paragraphs"] = wording.measure_paragraphs(group)
    return {"title": plan.title, "document_number": plan.document_number}, groups


def _measure(measure, figures: dict[str, dict]) -> dict:
    return {
        "number": measure.number,
        "title": measure.title,
        "tasks": measure.tasks,
        "lead_unit": measure.lead_unit,
        "support_units": measure.support_units,
        "target": measure.target,
        "deadline": measure.deadline.isoformat() if measure.deadline else "",
        "figures": [figures[code] for code in measure.indicator_codes if code in figures],
    }


def _texts(period: Period, union) -> dict[str, str]:
    text = queries.text_of_report(period, union)
    return {name: getattr(text, name).strip() if text else "" for name in TEXTS}


def _corrections(period: Period, union, version: int, figures: list[dict]) -> tuple[list[str], list[str]]:
    """What differs from the version before, and which published figures of the period before now read otherwise."""
    union_id = union.pk if union else None
    older = Report.objects.of(period, union_id).filter(version__lt=version).first()
    changes = wording.differences(figures, older.data["figures"]) if older else []
    published = Report.objects.of(period.whole().previous(), union_id).first()
    if published is None or published.data["period"]["is_running"]:
        return changes, []
    old = {figure["code"]: figure["text"] for figure in published.data["figures"]}
    revised = [
        f"{figure['title']}上期发布值{old[figure['code']]}，按现有记录修订为{figure['previous_text']}"
        for figure in figures
        if figure["code"] in old and old[figure["code"]] != figure["previous_text"]
    ]
    return changes, revised


def _sentences(data: dict) -> dict:
    figures = {figure["code"]: figure for figure in data["figures"]}
    return {
        "basis": wording.basis(data),
        "stock": wording.stock(figures),
        "movement": wording.movement(figures),
        "rates": wording.rates(data["figures"]),
        "attention": wording.attention(data),
    }


def verification_code(serial: str, digest: str) -> str:
    """Twelve characters in three groups that belong to this serial and these frozen contents."""
    code = salted_hmac("reports.verification", f"{serial}:{digest}", algorithm="sha256").hexdigest()
    return "-".join(code[start : start + 4].upper() for start in (0, 4, 8))
