"""届期提醒: what is overdue or runs out soon, by kind, for those who must act."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.access import Permission, requires
from core.pages import paginate
from unions import queries
from unions.filters import ReminderFilter


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def reminder_list(request):
    """Terms, certificates or posts (``?kind=``) with the day they run out; the most overdue first."""
    today = timezone.localdate()
    kind = request.GET.get("kind", queries.TERM)
    kind = kind if kind in queries.KINDS else queries.TERM
    found = ReminderFilter(request.GET, queries.things_due(request.user, kind), request=request)
    page = paginate(request, found.qs.order_by("due"))
    for row in page:
        row.days = (row.due - today).days if row.due else None
        row.of = row.union if kind == queries.POST else row
    context = {
        "filter": found,
        "page": page,
        "kind": kind,
        "kinds": queries.KINDS,
        "counts": queries.due_counts(request.user),
        "days": queries.reminder_days(today),
        "can_edit": request.user.has_perm(Permission.EDIT_ORGANISATION),
    }
    return render(request, "unions/reminder_list.html", context)
