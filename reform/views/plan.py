"""The plan and its measures."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.forms import attempt
from core.reporting import Period, PeriodKind
from reform import queries, services
from reform.forms.plan import MeasureForm
from reform.models import Measure, Plan


@require_safe
@requires(Permission.VIEW_PLAN)
def plan_detail(request):
    """The 14 measures in their groups, with the figures known today."""
    today = timezone.localdate()
    period = Period.of(PeriodKind.MONTHLY, today).clipped(today)
    plan = Plan.objects.current()
    context = {
        "plan": plan,
        "period": period,
        "groups": queries.plan_overview(plan, period) if plan else [],
        "may_edit": request.user.has_perm(Permission.EDIT_PLAN),
        "may_open": request.user.has_perm(Permission.VIEW_REPORTS)
        or request.user.has_perm(Permission.VIEW_DRILLDOWN),
    }
    return render(request, "reform/plan_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_PLAN)
def measure_edit(request, pk):
    """Enter lead unit, supporting units, target and deadline of a measure."""
    measure = get_object_or_404(Measure.objects.select_related("plan"), pk=pk)
    form = MeasureForm(request.POST or None, instance=measure)
    if attempt(form, services.edit_measure, measure=measure, by=request.user):
        messages.success(request, f"已保存第 {measure.number} 项举措。")
        return redirect("reform:plan_detail")
    return render(request, "reform/measure_edit.html", {"form": form, "measure": measure})
