"""The ranking of an event and the medal table on paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AuditEntry
from competitions.listings.results import MedalListing
from competitions.models import Event
from competitions.queries import results as result_queries
from core import pdf
from core.access import Permission, requires
from core.errors import RuleError


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def ranking_print(request, pk):
    """The results as the page shows them to this user, on paper; the look is logged where it names people."""
    found = Event.objects.visible_to(request.user).select_related("contest__union")
    event = get_object_or_404(found, pk=pk)
    results = result_queries.seen_results(event, request.user)
    lines = result_queries.lines_of(event, results, request.user)
    if not lines:
        messages.error(request, "现在没有可以打印的成绩")
        return redirect("competitions:event_results", event.pk)
    context = {
        "event": event,
        "lines": lines,
        "stages": list(event.stages.all()),
        "today": timezone.localdate(),
    }
    try:
        content = pdf.render("competitions/ranking_print.html", context, title="竞赛成绩表")
    except pdf.PrintError as error:
        messages.error(request, str(error))
        return redirect("competitions:event_results", event.pk)
    if any(line.names for line in lines):
        audit.record(
            request.user,
            "competitions.ranking_print",
            event.contest,
            category=AuditEntry.Category.ACCESS,
            union_id=event.contest.union_id,
            event=event.pk,
        )
    return _paper(content, f"成绩表-{event.contest.code}-{event.title}.pdf")


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def medal_print(request):
    """The medal table of the events asked for, on paper; it names unions only."""
    listing = MedalListing()
    try:
        rows = list(listing.filtered(request.user, request.GET))
        context = {
            "rows": rows,
            "asked": listing.in_words(request.user, request.GET),
            "today": timezone.localdate(),
        }
        content = pdf.render("competitions/medal_print.html", context, title="竞赛奖牌榜")
    except (RuleError, pdf.PrintError) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, RuleError) else str(error))
        return redirect("competitions:medal_list")
    return _paper(content, "奖牌榜.pdf")


def _paper(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
