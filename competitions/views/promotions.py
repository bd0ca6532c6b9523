"""Methods that any union may take over, and where they were taken over."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.innovations import ConfirmForm, PromotionForm
from competitions.listings.innovations import MethodListing, PromotionListing
from competitions.models import Innovation, Promotion
from competitions.queries.innovations import firms_for
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from unions.forms import attempt, only_one
from unions.list_pages import list_page
from unions.models import Union


@requires(Permission.VIEW_CONTESTS)
@require_safe
def method_list(request):
    """Accepted methods of the whole town; nobody is named."""
    may = request.user.has_perm(Permission.EDIT_CONTESTS)
    return list_page(
        request, MethodListing(), "competitions/method_list.html", always=("title",), can_edit=may
    )


@requires(Permission.VIEW_CONTESTS)
@require_safe
def promotion_list(request):
    """Where the unions in reach took methods over, and where their methods went."""
    return list_page(request, PromotionListing(), "competitions/promotion_list.html", always=("title",))


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def promotion_add(request, pk):
    """Say that a unit of one's own works by a method."""
    method = get_object_or_404(Innovation.objects.visible_to(request.user).methods(), pk=pk)
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    firms, initial = firms_for(request.user), {"union": only_one(unions)}
    form = PromotionForm(request.POST or None, unions=unions, firms=firms, initial=initial)
    if attempt(form, services.add_promotion, innovation=method, by=request.user):
        messages.success(request, "已登记推广应用。应用单位的工会确认成效之后计入统计。")
        return redirect(method)
    context = {"form": form, "title": "登记推广应用", "back": method, "submit": "登记"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def promotion_confirm(request, pk):
    """Confirm the effect for one's own unit."""
    promotion = _kept(request.user, pk)
    form = ConfirmForm(request.POST or None)
    if attempt(form, services.confirm_promotion, promotion=promotion, by=request.user):
        messages.success(request, "已确认应用成效")
        return redirect(promotion)
    context = {"form": form, "title": "确认应用成效", "back": promotion.innovation, "submit": "确认"}
    context["hint"] = f"{promotion.place}，自 {promotion.since} 起应用。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def promotion_remove(request, pk):
    """Take back what was entered by mistake."""
    promotion = _kept(request.user, pk)
    press(request, "已删去", services.remove_promotion, promotion=promotion)
    return redirect("competitions:promotion_list")


def _kept(user, pk) -> Promotion:
    rows = Promotion.objects.editable_by(user).select_related("innovation", "union", "employer")
    return get_object_or_404(rows, pk=pk)
