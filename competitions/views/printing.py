"""Lists of an event on paper, for whoever keeps its contest; each look is logged."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AuditEntry
from competitions.models import Event, Stage
from competitions.queries import printing
from competitions.queries.competing import sieves_before
from core import pdf
from core.access import Permission, requires


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def lots_print(request, pk):
    """The list of drawn lots: every start number that was given, by whom and when it was drawn."""
    event = _kept(request, pk)
    rows = {"rows": printing.by_lot(event), "draws": event.draws.select_related("drawn_by")}
    return _printed(request, event, "competitions/print/lots.html", "抽签顺序表", rows)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def roster_print(request, pk):
    """Who is admitted, by union."""
    event = _kept(request, pk)
    unions = list(printing.by_union(event))
    rows = {"unions": unions, "entries": sum(len(rows) for _, rows in unions)}
    return _printed(request, event, "competitions/print/roster.html", "参赛名册", rows)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def call_print(request, pk):
    """The sheet on which competitors sign in at a stage."""
    found = Stage.objects.editable_by(request.user).select_related("event__contest__union")
    stage = get_object_or_404(found, pk=pk)
    event = stage.event
    rows = {"stage": stage, "rows": printing.to_call(stage), "sieves": sieves_before(stage)}
    return _printed(request, event, "competitions/print/call.html", "检录表", rows)


def _kept(request, pk) -> Event:
    found = Event.objects.editable_by(request.user).select_related("contest__union")
    return get_object_or_404(found, pk=pk)


def _printed(request, event: Event, template: str, title: str, rows: dict):
    """The list as a PDF; back to the event with the reason when it cannot be printed."""
    context = {"event": event, "contest": event.contest, "printed_at": timezone.localtime(), **rows}
    try:
        content = pdf.render(template, context, title=title)
    except pdf.PrintError as error:
        messages.error(request, str(error))
        return redirect(event)
    audit.record(
        request.user,
        "competitions.print_list",
        event.contest,
        category=AuditEntry.Category.ACCESS,
        union_id=event.contest.union_id,
        event=event.pk,
        list=title,
    )
    name = content_disposition_header(True, f"{title}-{event.contest.code}-{event.title}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
