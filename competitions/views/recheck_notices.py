"""复核提醒: the officer's list of honours and studios whose re-check is near or past."""

from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competitions.listings.recheck_notices import RecheckNoticeListing
from competitions.models import RecheckNotice
from competitions.queries.recheck_notices import near_days, tone
from competitions.services.recheck_notices import see_recheck_notice
from core.access import Permission, requires
from unions.list_pages import list_page


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def recheck_notice_list(request):
    """Reminders that stand, the most overdue first."""

    def paint(page):
        today, near = timezone.localdate(), near_days()
        for notice in page:
            notice.tone = tone(notice, today, near)

    template = "competitions/recheck_notice_list.html"
    return list_page(request, RecheckNoticeListing(), template, always=("title", "seen_at"), paint=paint)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def recheck_notice_see(request, pk):
    """The user has seen it."""
    notice = get_object_or_404(RecheckNotice.objects.editable_by(request.user), pk=pk)
    see_recheck_notice(notice=notice, by=request.user)
    return redirect("competitions:recheck_notice_list")
