"""成绩通知: the officer's list of results that came out, and that they were seen."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competitions import services
from competitions.listings.result_notices import ResultNoticeListing
from competitions.models import ResultNotice
from core.access import Permission, requires
from unions.list_pages import list_page


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def result_notice_list(request):
    """Notices to the user that stand, the newest first."""
    template = "competitions/result_notice_list.html"
    return list_page(request, ResultNoticeListing(), template, always=("event", "seen_at"))


@requires(Permission.EDIT_CONTESTS)
@require_POST
def result_notice_see(request, pk):
    """The user has seen it."""
    notice = get_object_or_404(ResultNotice.objects.addressed_to(request.user), pk=pk)
    services.see_result_notice(notice=notice, by=request.user)
    return redirect("competitions:result_notice_list")
