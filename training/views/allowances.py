"""Allowances of skill leaders: mark a month as paid for many, take one back."""

import datetime as dt
import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.forms import attempt, show_refusal
from core.idempotency import once
from core.numbers import plain_number
from training import services
from training.forms.leaders import MonthForm, PayForm, StrikeForm
from training.models import AllowancePayment, SkillLeader
from training.queries.leaders import unpaid_of

OFFERED = 300  # leaders a page offers at once
NOT_A_NUMBER = "{name}的“{text}”不是金额。请填写整数元。"
_ZEROS = re.compile(r"\.0+$")  # 200.00 is a whole number


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def allowance_pay(request):
    """Tick leaders and mark a month (``?month=2026-10``, the last one by default) as paid."""
    is_sent = request.method == "POST"
    asked = MonthForm({"month": request.GET.get("month") or f"{_last_month():%Y-%m}"})
    month = asked.cleaned_data["month"] if asked.is_valid() else _last_month()
    form = PayForm(request.POST if is_sent else None, initial={"month": month})
    if is_sent and form.is_valid():
        try:
            paid = services.pay_month(amounts=_amounts(request), by=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
            month = form.cleaned_data["month"]
        else:
            total = sum(row.amount for row in paid)
            messages.success(request, f"已登记 {len(paid)} 人的津贴，共 {total} 元")
            return redirect(f"{reverse('training:allowance_pay')}?month={form.cleaned_data['month']:%Y-%m}")
    leaders = list(unpaid_of(request.user, month)[: OFFERED + 1])
    ticked = {key for key in request.POST.getlist("leader") if key.isdecimal()}
    for leader in leaders:
        leader.is_ticked = str(leader.pk) in ticked
        leader.typed = request.POST.get(f"amount-{leader.pk}", leader.allowance)
    context = {
        "asked": asked,
        "month": month,
        "form": form,
        "leaders": leaders[:OFFERED],
        "has_more": len(leaders) > OFFERED,
        "offered": OFFERED,
    }
    return render(request, "training/allowance_pay.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def allowance_strike(request, pk, payment):
    """Take back a payment that was recorded by mistake."""
    leaders = SkillLeader.objects.editable_by(request.user).select_related("worker").defer("worker__phone")
    leader = get_object_or_404(leaders, pk=pk)
    found = get_object_or_404(AllowancePayment.objects.filter(leader=leader), pk=payment)
    form = StrikeForm(request.POST or None)
    if attempt(form, services.strike_payment, payment=found, by=request.user):
        messages.success(request, "已删去登记错的津贴")
        return redirect(leader)
    hint = f"{found.month:%Y-%m} 的津贴 {found.amount} 元，{found.paid_on} 发放。只用于录入错误。"
    context = {"form": form, "worker": leader.worker, "title": "删去津贴", "submit": "删去", "hint": hint}
    context |= {"back": leader, "trades": [], "list_url": "training:leader_list"}
    return render(request, "training/people_form.html", context)


def _last_month() -> dt.date:
    """The first day of the month before this one."""
    return (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def _amounts(request) -> dict[int, int]:
    """Amount by leader of the ticked lines. Raises ValidationError naming those whose amount is no number."""
    amounts, wrong = {}, {}
    for key in dict.fromkeys(request.POST.getlist("leader")):
        if not key.isdecimal() or len(key) > 18:
            continue
        text = request.POST.get(f"amount-{key}", "")
        plain = _ZEROS.sub("", plain_number(text, ("元",)) or "")
        if plain.isdecimal() and len(plain) <= 9:
            amounts[int(key)] = int(plain)
        else:
            wrong[int(key)] = text.strip()[:12]
    if wrong:
        leaders = SkillLeader.objects.editable_by(request.user).filter(pk__in=wrong)
        names = dict(leaders.values_list("pk", "worker__name"))
        raise ValidationError(
            [NOT_A_NUMBER.format(name=names.get(key, "勾选的人"), text=text) for key, text in wrong.items()]
        )
    return amounts
