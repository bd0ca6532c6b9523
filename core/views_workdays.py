"""放假调休: public holidays and make-up days, read by all who keep rolls, kept by the town office like code tables."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import workdays
from core.access import Permission, requires
from core.forms import attempt
from core.forms_workdays import SpecialDayForm
from core.idempotency import once
from core.models import SpecialDay

READERS = (Permission.VIEW_ROLL, Permission.EDIT_CODES)


@requires(*READERS)
@never_cache
@require_safe
def special_day_list(request):
    """The days of each year's notice; a year without any says what is counted then."""
    context = {
        "years": workdays.years_shown(),
        "not_entered": workdays.not_entered([]),
        "can_edit": request.user.has_perm(Permission.EDIT_CODES),
    }
    return render(request, "core/special_day_list.html", context)


@requires(Permission.EDIT_CODES)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def special_day_create(request):
    """Enter one line of a notice."""
    form = SpecialDayForm(request.POST or None)
    if days := attempt(form, workdays.enter_special_days, by=request.user):
        messages.success(request, f"已录入 {len(days)} 天")
        return redirect("codes:special_day_list")
    return render(request, "core/special_day_form.html", {"form": form})


@requires(Permission.EDIT_CODES)
@require_POST
def special_day_remove(request, pk):
    """Take back a day that was entered by mistake."""
    day = get_object_or_404(SpecialDay, pk=pk)
    workdays.remove_special_day(day=day, by=request.user)
    messages.success(request, f"已删除 {day.day}")
    return redirect("codes:special_day_list")
