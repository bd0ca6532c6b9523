"""Pages of hazards: the list, and each one's way from finding to closing."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.forms import version_of
from core.idempotency import once
from rights import services
from rights.forms.inspections import CloseForm, HazardForm, ReopenForm, ReplyForm
from rights.listings.inspections import HazardListing
from rights.models import Hazard
from rights.views.inspections import editable_inspection
from unions.forms import attempt
from unions.list_pages import list_page


@requires(Permission.VIEW_SUPERVISION)
@require_safe
def hazard_list(request):
    """Hazards in reach, the most urgent first."""
    may = request.user.has_perm(Permission.EDIT_SUPERVISION)
    return list_page(request, HazardListing(), "rights/hazard_list.html", always=("what",), can_edit=may)


@requires(Permission.EDIT_SUPERVISION)
@require_http_methods(["GET", "POST"])
@once
def hazard_create(request, pk):
    """Add a hazard that a visit found."""
    inspection = editable_inspection(request.user, pk)
    form = HazardForm(request.POST or None)
    if attempt(form, services.add_hazard, inspection=inspection, by=request.user):
        messages.success(request, "已添加隐患")
        return redirect(inspection)
    return _form(request, form, "添加隐患", inspection, "添加")


@requires(Permission.EDIT_SUPERVISION)
@require_http_methods(["GET", "POST"])
def hazard_edit(request, pk):
    """Correct a hazard that is not closed."""
    hazard = _editable(request.user, pk)
    form = HazardForm(request.POST or None, instance=hazard)
    if attempt(form, services.edit_hazard, hazard=hazard, by=request.user):
        messages.success(request, "已保存")
        return redirect(hazard)
    return _form(request, form, "修改隐患", hazard, "保存")


@requires(Permission.EDIT_SUPERVISION)
@require_http_methods(["GET", "POST"])
def hazard_reply(request, pk):
    """Note what the firm answered."""
    hazard = _editable(request.user, pk)
    initial = {"version": version_of(hazard), "replied_on": hazard.replied_on or timezone.localdate()}
    form = ReplyForm(request.POST or None, initial=initial | {"reply": hazard.reply})
    if attempt(form, services.record_reply, hazard=hazard, by=request.user):
        messages.success(request, "已登记答复，复查后才能销号")
        return redirect(hazard)
    return _form(request, form, "登记答复", hazard, "保存")


@requires(Permission.EDIT_SUPERVISION)
@require_http_methods(["GET", "POST"])
def hazard_close(request, pk):
    """Close a hazard after the second look."""
    hazard = _editable(request.user, pk)
    form = CloseForm(
        request.POST or None, initial={"version": version_of(hazard), "closed_on": timezone.localdate()}
    )
    if attempt(form, services.close_hazard, hazard=hazard, by=request.user):
        messages.success(request, "已复查销号")
        return redirect(hazard)
    return _form(request, form, "复查销号", hazard, "销号")


@requires(Permission.EDIT_SUPERVISION)
@require_http_methods(["GET", "POST"])
def hazard_reopen(request, pk):
    """Take back a closing that was entered by mistake."""
    hazard = _editable(request.user, pk)
    form = ReopenForm(request.POST or None)
    if attempt(form, services.reopen_hazard, hazard=hazard, by=request.user):
        messages.success(request, "已撤回销号")
        return redirect(hazard)
    return _form(request, form, "撤回销号", hazard, "撤回")


def _editable(user, pk: int) -> Hazard:
    found = Hazard.objects.editable_by(user).select_related("inspection__employer")
    return get_object_or_404(found, pk=pk)


def _form(request, form, title: str, back, submit: str):
    context = {"form": form, "title": title, "back": back, "submit": submit}
    return render(request, "unions/action_form.html", context)
