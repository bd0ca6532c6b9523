"""推荐比例: the templates of shares, and what the town office does to them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.forms.selections import EndShareRuleForm, ShareRuleForm
from competitions.models import ShareRule
from competitions.rules.shares import RULES
from competitions.services import share_rules as services
from core import codes
from core.access import Permission, requires
from core.forms import attempt, press
from core.idempotency import once


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def share_rule_list(request):
    """All templates with their days and sources, and how each category is told."""
    context = {
        "rules": ShareRule.objects.all(),
        "honours": codes.names("honour_type"),
        "categories": [(category.label, text) for category, text in RULES.items()],
        "today": timezone.localdate(),
        "can_decide": request.user.has_perm(Permission.DECIDE_CONTESTS),
    }
    return render(request, "competitions/share_rule_list.html", context)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def share_rule_create(request):
    """Enter a template."""
    form = ShareRuleForm(request.POST or None)
    if attempt(form, services.enter_share_rule, by=request.user):
        messages.success(request, "已录入推荐比例")
        return redirect("competitions:share_rule_list")
    return _form(request, form, "录入推荐比例")


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def share_rule_end(request, pk):
    """Say from which day a template no longer holds."""
    rule = get_object_or_404(ShareRule, pk=pk)
    form = EndShareRuleForm(request.POST or None)
    if attempt(form, services.end_share_rule, rule=rule, by=request.user):
        messages.success(request, "已登记停止日期")
        return redirect("competitions:share_rule_list")
    return _form(request, form, "停止推荐比例")


@requires(Permission.DECIDE_CONTESTS)
@require_POST
def share_rule_remove(request, pk):
    """Delete a template that was entered by mistake."""
    rule = get_object_or_404(ShareRule, pk=pk)
    press(request, "已删除", services.remove_share_rule, rule=rule)
    return redirect("competitions:share_rule_list")


def _form(request, form, title: str):
    return render(request, "competitions/share_rule_form.html", {"form": form, "title": title})
