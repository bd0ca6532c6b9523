"""Dashboard and indicators: figures of the user's own scope, and the records behind them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core.access import Permission, requires, signed_in
from core.pages import paginate
from core.reporting import SIDES, describe, indicators
from reports import dashboard, queries
from reports.forms import chosen_period, period_choices
from reports.models import TOWN, Report
from unions.models import Union

FIGURES = (Permission.VIEW_REPORTS, Permission.VIEW_DRILLDOWN)
STATS = ("M9", "A1", "A2", "A3")
COLUMNS = ("M9", "A1", "A2", "A3", "B1", "C1")


@require_safe
@signed_in
def home(request):
    """The dashboard of the user's unions; who has none (the administrators) goes to their own first page."""
    if not request.user.has_perm(Permission.VIEW_DASHBOARD):
        return redirect("start")
    period, unions, found = _overview(request)
    figures = {figure["code"]: figure for figure in found["figures"]}
    context = {
        "figures": figures,
        "stats": [figures[code] for code in STATS],
        "charts": found["charts"],
        "reminders": dashboard.reminders(request.user),
        "notices": dashboard.notices(request.user),
        "columns": [figures[code] for code in COLUMNS],
        "rows": [
            {**row, "cells": _cells(row, figures)} for row in queries.worth_showing(found["rows"], COLUMNS)
        ],
        "sees_reports": request.user.has_perm(Permission.VIEW_REPORTS),
        "reports": Report.objects.visible_to(request.user).latest().order_by("-built_at")[:5],
        **_frame(request, period, unions),
    }
    return render(request, "reports/home.html", context)


def _cells(row: dict, figures: dict[str, dict]) -> list[dict]:
    return [{"title": figures[code]["title"], "text": row["cells"][code]["text"]} for code in COLUMNS]


@require_safe
@requires(*FIGURES)
def indicator_list(request):
    """Every indicator of the user's scope with numerator, denominator and change."""
    period, unions, found = _overview(request)
    sections: dict[str, list[dict]] = {}
    for figure in found["figures"]:
        sections.setdefault(figure["section"], []).append(figure)
    context = {"sections": sections.items(), **_frame(request, period, unions)}
    return render(request, "reports/indicator_list.html", context)


@require_safe
@requires(*FIGURES)
def indicator_detail(request, code):
    """One indicator: definition, figure, and its parts."""
    if code not in indicators():
        raise Http404
    period, unions, found = _overview(request)
    figure = next(figure for figure in found["figures"] if figure["code"] == code)
    context = {
        "figure": figure,
        "rows": [{**row, "cell": row["cells"][code]} for row in queries.worth_showing(found["rows"], [code])],
        **_frame(request, period, unions),
    }
    return render(request, "reports/indicator_detail.html", context)


@require_safe
@requires(Permission.VIEW_DRILLDOWN)
def indicator_records(request, code, side):
    """The records behind one side of an indicator, as far as the user may see them."""
    indicator = indicators().get(code)
    if indicator is None or side not in SIDES or (side == "denominator" and not indicator.denominator):
        raise Http404
    unions, union = _part(request)
    period = chosen_period(request)
    records = indicator.records(side, unions, period)
    visible = records.visible_to(request.user).order_by("pk")
    page = paginate(request, visible)
    total = records.count()
    context = {
        "indicator": indicator,
        "side": SIDES[side],
        "side_title": getattr(indicator, f"{side}_title"),
        "page": page,
        "lines": describe(records.model._meta.label_lower, page, request.user),
        "total": total,
        "hidden": total - visible.count(),
        "union": union,
        **_frame(request, period, unions),
    }
    return render(request, "reports/indicator_records.html", context)


def _part(request):
    """The scope of a drill-down: one union within reach (``?union=``), or all that the user reaches."""
    wanted = request.GET.get("union", "")
    if not wanted:
        return queries.scope_of(request.user, Permission.VIEW_DRILLDOWN), None
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 18):
        raise Http404
    reached = Union.objects.within_reach(request.user, Permission.VIEW_DRILLDOWN)
    union = get_object_or_404(reached, pk=wanted)
    return queries.union_scope(union), union


def _overview(request):
    """Period, scope and figures of a page. Holders of figures only get small cells withheld."""
    if not request.user.has_perm(Permission.VIEW_DASHBOARD):
        raise PermissionDenied
    period = chosen_period(request)
    unions = queries.scope_of(request.user, Permission.VIEW_DASHBOARD)
    mask = not request.user.has_perm(Permission.VIEW_DRILLDOWN)
    return period, unions, dashboard.overview(unions, period, mask=mask)


def _frame(request, period, unions) -> dict:
    """What every page of figures shows: period, picker, scope, rights."""
    tops = [] if unions is None else list(unions.order_by("path").values_list("name", flat=True)[:1])
    return {
        "period": period,
        "period_groups": period_choices(),
        "scope": tops[0] if tops else TOWN,
        "may_drill": request.user.has_perm(Permission.VIEW_DRILLDOWN),
        "may_open": any(request.user.has_perm(permission) for permission in FIGURES),
    }
