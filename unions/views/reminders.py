"""届期提醒: what is overdue or runs out soon, by kind, for those who must act."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.access import Permission, requires
from core.pages import paginate
from unions import queries
from unions.reminder_listing import ReminderListing, days_left, kind_asked, standing, told, union_of


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def reminder_list(request):
    """Terms, certificates or posts (``?kind=``) with the day they run out; the most overdue first."""
    today = timezone.localdate()
    listing = ReminderListing()
    asked = listing.asked(request.user, request.GET)
    page = paginate(request, listing.ordered(asked))
    for row in page:
        row.of, row.told = union_of(row), told(row)
        row.days, row.standing = days_left(row, today), standing(row, today)
    context = {
        "filter": asked,
        "page": page,
        "kind": kind_asked(request.GET),
        "kinds": queries.KINDS,
        "counts": queries.due_counts(request.user),
        "days": queries.reminder_days(today),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "exported": listing.kept(request.GET).urlencode(),
        "can_edit": request.user.has_perm(Permission.EDIT_ORGANISATION),
    }
    return render(request, "unions/reminder_list.html", context)
