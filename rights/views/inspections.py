"""Pages of inspections."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.idempotency import once
from rights import services
from rights.forms.inspections import InspectionForm
from rights.listings.inspections import WORDS, standing_of
from rights.models import Inspection
from unions.forms import attempt
from unions.models import Employer, Union


@requires(Permission.VIEW_SUPERVISION)
@never_cache
@require_safe
def inspection_detail(request, pk):
    """One visit with the hazards it found and how each stands."""
    found = Inspection.objects.visible_to(request.user).select_related("union", "employer", "created_by")
    inspection = get_object_or_404(found, pk=pk)
    today = timezone.localdate()
    context = {
        "inspection": inspection,
        "hazards": [(row, WORDS[standing_of(row, today)]) for row in inspection.hazards.all()],
        "levels": codes.names("hazard_level"),
        "can_edit": Inspection.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "rights/inspection_detail.html", context)


@requires(Permission.EDIT_SUPERVISION)
@require_http_methods(["GET", "POST"])
@once
def inspection_create(request):
    """Record a visit to a firm."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_SUPERVISION)
    employers = Employer.objects.within_reach(request.user, Permission.EDIT_SUPERVISION)
    initial = {"on": timezone.localdate(), "union": unions.order_by("path").first()}
    form = InspectionForm(request.POST or None, unions=unions, employers=employers, initial=initial)
    if inspection := attempt(form, services.record_inspection, by=request.user):
        messages.success(request, "已登记检查。发现隐患的请逐条添加")
        return redirect(inspection)
    return _form(request, form, "登记检查", None)


@requires(Permission.EDIT_SUPERVISION)
@require_http_methods(["GET", "POST"])
def inspection_edit(request, pk):
    """Correct a visit."""
    inspection = editable_inspection(request.user, pk)
    form = InspectionForm(request.POST or None, instance=inspection)
    if attempt(form, services.edit_inspection, inspection=inspection, by=request.user):
        messages.success(request, "已保存")
        return redirect(inspection)
    return _form(request, form, "修改检查", inspection)


def editable_inspection(user, pk: int) -> Inspection:
    """The inspection, if the user keeps it; otherwise 404."""
    return get_object_or_404(Inspection.objects.editable_by(user).select_related("employer"), pk=pk)


def _form(request, form, title: str, inspection):
    context = {"form": form, "title": title, "inspection": inspection}
    return render(request, "rights/inspection_form.html", context)
