"""Safety training of new staff and the yearly refresher as lists, and the rule that a firm falls under."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once
from core.models import LegalNumber
from training.forms.permits import StrikeForm
from training.forms.safety import TABLE, SafetyProfileEditForm, SafetyProfileForm
from training.listings.safety import NewStaffListing, RefresherListing
from training.models import SafetyProfile
from training.queries.safety import rule_on
from training.services.safety import edit_profile, enter_profile, strike_profile
from unions.list_pages import list_page
from unions.models import Employer


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def new_staff_list(request):
    """Who began this year and has not the hours or levels yet, by which rule and why."""
    return _list(request, NewStaffListing(), "training/new_staff_list.html")


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def refresher_list(request):
    """The yearly hours of people in firms of high risk."""
    return _list(request, RefresherListing(), "training/refresher_list.html")


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def employer_safety(request, pk):
    """The rule of one firm, as a part of the firm's page."""
    employer = get_object_or_404(Employer.objects.within_reach(request.user, Permission.VIEW_TRAINING), pk=pk)
    may_edit = Employer.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    context = {
        "employer": employer,
        "rule": rule_on(employer, timezone.localdate()),
        "profiles": employer.safety_profiles.select_related("entered_by"),
        "risks": codes.names(TABLE),
        "can_edit": may_edit.filter(pk=pk).exists(),
    }
    return render(request, "training/_employer_safety.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def safety_profile_create(request, pk):
    """Enter the rule a firm falls under from a day on."""
    firms = Employer.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    employer = get_object_or_404(firms, pk=pk)
    form = SafetyProfileForm(request.POST or None, employer=employer)
    if attempt(form, enter_profile, employer=employer, by=request.user):
        messages.success(request, "已登记安全培训适用规则")
        return redirect(employer)
    hint = "高危行业指矿山、危险化学品、烟花爆竹和金属冶炼。没有登记的单位按一般行业计算，制造业默认实行三级教育。"
    context = {
        "form": form,
        "title": "登记安全培训适用规则",
        "back": employer,
        "submit": "登记",
        "hint": hint,
    }
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def safety_profile_edit(request, pk):
    """Correct a rule."""
    profile = _profile(request.user, pk)
    form = SafetyProfileEditForm(request.POST or None, profile=profile)
    if attempt(form, edit_profile, profile=profile, by=request.user):
        messages.success(request, "已保存")
        return redirect(profile.employer)
    hint = f"自 {profile.start} 起的规则。用于更正录入错误；要求有变化的，请另行登记新的规则。"
    context = {"form": form, "title": "修改安全培训适用规则", "back": profile.employer, "submit": "保存"}
    return render(request, "unions/action_form.html", context | {"hint": hint})


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def safety_profile_strike(request, pk):
    """Take back a rule entered by mistake."""
    profile = _profile(request.user, pk)
    form = StrikeForm(request.POST or None)
    if employer := attempt(form, strike_profile, profile=profile, by=request.user):
        messages.success(request, "已删去登记错的规则")
        return redirect(employer)
    hint = f"自 {profile.start} 起的规则。只用于录入错误；删去后，此前的规则继续适用。"
    context = {"form": form, "title": "删去安全培训适用规则", "back": profile.employer, "submit": "删去"}
    return render(request, "unions/action_form.html", context | {"hint": hint})


def _profile(user, pk: int) -> SafetyProfile:
    return get_object_or_404(SafetyProfile.objects.editable_by(user).select_related("employer"), pk=pk)


def _list(request, listing, template: str):
    """A list with the legal numbers it goes by."""
    laws = LegalNumber.objects.filter(code__startswith="safety.", valid_from__lte=timezone.localdate())
    return list_page(request, listing, template, laws=laws.order_by("code", "-valid_from").distinct("code"))
