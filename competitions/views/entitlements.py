"""奖励政策: who gains what by which document, and what the town office does to it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.follow import EndForm, EntitlementForm
from competitions.models import Entitlement
from competitions.queries.follow import Names
from core import codes
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from unions.forms import attempt


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def entitlement_list(request):
    """All rules with their days, documents and whether the town has confirmed them."""
    names, today = Names.load(), timezone.localdate()
    rows = [
        {"rule": rule, "said": names.of(rule), "standing": _standing(rule, today)}
        for rule in Entitlement.objects.all()
    ]
    context = {
        "rows": rows,
        "levels": codes.names("competition_level"),
        "can_decide": request.user.has_perm(Permission.DECIDE_CONTESTS),
    }
    return render(request, "competitions/entitlement_list.html", context)


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def entitlement_create(request):
    """Enter a rule."""
    form = EntitlementForm(request.POST or None)
    if attempt(form, services.enter_entitlement, by=request.user):
        messages.success(request, "已录入。与现行文件核对后点“确认”才适用。")
        return redirect("competitions:entitlement_list")
    return _form(request, form, "录入奖励政策")


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def entitlement_edit(request, pk):
    """Correct a rule that nothing rests on."""
    rule = get_object_or_404(Entitlement, pk=pk)
    form = EntitlementForm(request.POST or None, instance=rule)
    if attempt(form, services.edit_entitlement, rule=rule, by=request.user):
        messages.success(request, "已保存，请重新确认")
        return redirect("competitions:entitlement_list")
    return _form(request, form, "修改奖励政策")


@requires(Permission.DECIDE_CONTESTS)
@require_POST
def entitlement_confirm(request, pk):
    """The town says that the rule agrees with the document in force."""
    rule = get_object_or_404(Entitlement, pk=pk)
    seen = request.POST.get("version", "")
    return _done(request, "已确认", services.confirm_entitlement, rule=rule, version=seen)


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def entitlement_end(request, pk):
    """Say from which day a rule no longer holds."""
    rule = get_object_or_404(Entitlement, pk=pk)
    form = EndForm(request.POST or None)
    if attempt(form, services.end_entitlement, rule=rule, by=request.user):
        messages.success(request, "已登记停止日期")
        return redirect("competitions:entitlement_list")
    return _form(request, form, "停止奖励政策")


@requires(Permission.DECIDE_CONTESTS)
@require_POST
def entitlement_delete(request, pk):
    """Delete a rule that was entered by mistake."""
    rule = get_object_or_404(Entitlement, pk=pk)
    return _done(request, "已删除", services.remove_entitlement, rule=rule)


def _standing(rule: Entitlement, today) -> tuple[str, str]:
    """Tone and word of where a rule stands today."""
    if rule.confirmed_by_id is None:
        return "warning", "未确认，不适用"
    if rule.start > today:
        return "info", "未施行"
    if rule.end and rule.end <= today:
        return "neutral", "已停止"
    return "success", "适用"


def _done(request, said: str, service, **arguments):
    press(request, said, service, **arguments)
    return redirect("competitions:entitlement_list")


def _form(request, form, title: str):
    return render(request, "competitions/entitlement_form.html", {"form": form, "title": title})
