"""补贴标准: rates, trades in short supply and limits on one page, and what the town office does to them."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt, press
from core.idempotency import once
from training.forms.subsidies import EndForm, LimitForm, RateForm, ShortageForm
from training.models import ShortageTrade, SubsidyLimit, SubsidyRate
from training.queries import trades_used
from training.rules.subsidies import told
from training.services import subsidy_rules as services


@dataclass(frozen=True)
class Kind:
    """One kind of rule: its model, what enters it, and its words."""

    model: type
    form: type[forms.Form]
    enter: object
    title: str


KINDS = {
    "rate": Kind(SubsidyRate, RateForm, services.enter_rate, "补贴标准"),
    "shortage": Kind(ShortageTrade, ShortageForm, services.enter_shortage, "紧缺工种"),
    "limit": Kind(SubsidyLimit, LimitForm, services.enter_limit, "申领限制"),
}
DATED = ("rate", "shortage")  # these end; a limit is followed by another


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def subsidy_rules(request):
    """All rules with their days and documents; what nobody has entered is said in words."""
    levels = codes.names("skill_level")
    context = {
        "rates": [(rate, told(rate, levels)) for rate in SubsidyRate.objects.all()],
        "shortages": ShortageTrade.objects.all(),
        "limits": SubsidyLimit.objects.all(),
        "unset": [
            label
            for kind, label in SubsidyLimit.Kind.choices
            if not SubsidyLimit.objects.filter(kind=kind).exists()
        ],
        "levels": levels,
        "today": timezone.localdate(),
        "can_decide": request.user.has_perm(Permission.DECIDE_TRAINING),
    }
    return render(request, "training/subsidy_rules.html", context)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def subsidy_rule_create(request, kind):
    """Enter a rule."""
    found = _kind(kind)
    form = found.form(request.POST or None)
    if attempt(form, found.enter, by=request.user):
        messages.success(request, f"已录入{found.title}")
        return redirect("training:subsidy_rules")
    context = {"form": form, "title": f"录入{found.title}", "about": "", "trades": trades_used(request.user)}
    return render(request, "training/subsidy_rule_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def subsidy_rule_end(request, kind, pk):
    """Say from which day a rule no longer holds."""
    found = _kind(kind, among=DATED)
    rule = get_object_or_404(found.model, pk=pk)
    form = EndForm(request.POST or None, initial={"end": rule.end})
    if attempt(form, services.end_rule, rule=rule, by=request.user):
        messages.success(request, "已登记停止日期")
        return redirect("training:subsidy_rules")
    about = f"{told(rule, codes.names('skill_level'))}，{rule.start} 起"
    context = {"form": form, "title": f"停止{found.title}", "about": about, "trades": []}
    return render(request, "training/subsidy_rule_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_POST
def subsidy_rule_remove(request, kind, pk):
    """Delete a rule that was entered by mistake."""
    rule = get_object_or_404(_kind(kind).model, pk=pk)
    press(request, "已删除", services.remove_rule, rule=rule)
    return redirect("training:subsidy_rules")


def _kind(name: str, among=tuple(KINDS)) -> Kind:
    if name not in among:
        raise Http404
    return KINDS[name]
