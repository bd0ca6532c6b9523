"""Pages of activities: the list, one activity, and its way from plan to end."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.idempotency import once
from reform import services
from reform.forms.activities import ActivityForm, CancelForm, HoldForm
from reform.listings.activities import ActivityListing
from reform.models import Activity
from unions.forms import attempt, only_one
from unions.list_pages import list_page
from unions.models import Union


@requires(Permission.VIEW_ACTIVITIES)
@require_safe
def activity_list(request):
    """Activities of the unions in reach."""
    may = request.user.has_perm(Permission.EDIT_ACTIVITIES)
    return list_page(request, ActivityListing(), "reform/activity_list.html", always=("title",), can_edit=may)


@requires(Permission.VIEW_ACTIVITIES)
@require_safe
def activity_detail(request, pk):
    """One activity."""
    found = Activity.objects.visible_to(request.user).select_related("union", "measure")
    activity = get_object_or_404(found, pk=pk)
    keeps = Activity.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {
        "activity": activity,
        "kinds": codes.names("activity_kind"),
        "can_edit": keeps and activity.state != Activity.State.CANCELLED,
    }
    return render(request, "reform/activity_detail.html", context)


@requires(Permission.EDIT_ACTIVITIES)
@require_http_methods(["GET", "POST"])
@once
def activity_create(request):
    """Plan an activity."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_ACTIVITIES)
    form = ActivityForm(request.POST or None, unions=unions, initial={"union": only_one(unions)})
    if planned := attempt(form, services.plan_activity, by=request.user):
        messages.success(request, "已登记活动。举办之后请点“登记举办情况”，才计入统计。")
        return redirect(planned)
    context = {"form": form, "title": "登记活动", "activity": None}
    return render(request, "reform/activity_form.html", context)


@requires(Permission.EDIT_ACTIVITIES)
@require_http_methods(["GET", "POST"])
def activity_edit(request, pk):
    """Change facts of an activity."""
    activity = _kept(request, pk)
    form = ActivityForm(request.POST or None, instance=activity)
    if attempt(form, services.edit_activity, activity=activity, by=request.user):
        messages.success(request, "已保存")
        return redirect(activity)
    context = {"form": form, "title": "修改活动", "activity": activity}
    return render(request, "reform/activity_form.html", context)


@requires(Permission.EDIT_ACTIVITIES)
@require_http_methods(["GET", "POST"])
def activity_hold(request, pk):
    """Say that an activity took place, and how many took part."""
    activity = _kept(request, pk)
    form = HoldForm(request.POST if request.method == "POST" else None, instance=activity)
    if attempt(form, services.hold_activity, activity=activity, by=request.user):
        messages.success(request, "已登记为已举办")
        return redirect(activity)
    context = {"form": form, "title": "登记举办情况", "back": activity, "submit": "登记为已举办"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_ACTIVITIES)
@require_http_methods(["GET", "POST"])
def activity_cancel(request, pk):
    """Say why an activity does not take place."""
    activity = _kept(request, pk)
    form = CancelForm(request.POST or None)
    if attempt(form, services.cancel_activity, activity=activity, by=request.user):
        messages.success(request, "活动已取消")
        return redirect(activity)
    context = {"form": form, "title": "取消活动", "back": activity, "submit": "取消活动"}
    return render(request, "unions/action_form.html", context)


def _kept(request, pk) -> Activity:
    found = Activity.objects.editable_by(request.user).select_related("union", "measure")
    return get_object_or_404(found, pk=pk)
