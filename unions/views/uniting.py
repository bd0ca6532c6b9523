"""建会: firms without a union, what each could join, and joining it."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.access import Permission, requires
from core.idempotency import once
from core.pages import paginate
from unions import queries, services
from unions.filters import UncoveredFilter
from unions.forms import JoinForm, attempt
from unions.models import Employer, Union


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def uncovered_list(request):
    """Firms without a union, the largest first, with the joint union or federation each could join."""
    found = UncoveredFilter(request.GET, queries.uncovered_firms(request.user), request=request)
    page = paginate(request, found.qs.order_by("-size", "name"), filled=["size"])
    queries.set_candidates(page.items, request.user)
    context = {
        "filter": found,
        "page": page,
        "sums": queries.coverage_sums(request.user),
        "limits": queries.thresholds(timezone.localdate()),
        "can_edit": request.user.has_perm(Permission.EDIT_ORGANISATION),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "exported": request.GET.urlencode(),
    }
    return render(request, "unions/uncovered_list.html", context)


@requires(Permission.EDIT_ORGANISATION)
@require_POST
@once
def uncovered_join(request, pk):
    """Let a joint union cover the firm from today; back to the list as it was either way."""
    employer = get_object_or_404(Employer.objects.editable_by(request.user), pk=pk)
    form = JoinForm(request.POST, unions=Union.objects.editable_by(request.user))
    today = timezone.localdate()
    if not queries.uncovered_firms(request.user).filter(pk=pk).exists():
        messages.error(request, f"{employer.name}已有工会覆盖或已关停，没有办理。请刷新后核对。")
    elif coverage := attempt(form, services.cover_employer, employer=employer, start=today, by=request.user):
        messages.success(request, f"{employer.name}自今天起由{coverage.union.name}覆盖")
    else:
        messages.error(request, f"{employer.name}没有办理：{_first_refusal(form)}")
    filters = QueryDict(request.POST.get("filters", "")[:500]).urlencode()
    return redirect(f"{reverse('unions:uncovered_list')}?{filters}")


def _first_refusal(form) -> str:
    return next(str(error) for faults in form.errors.values() for error in faults)
