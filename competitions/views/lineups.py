"""The page on which the holder confirms who goes on after a stage."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from competitions import services
from competitions.models import Stage
from core.access import Permission, requires


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def lineup_confirm(request, pk):
    """Who goes on by the marks today, who does not, who is open; confirmed as the page showed it (``cut``)."""
    found = Stage.objects.editable_by(request.user).select_related("event__contest__union")
    stage = get_object_or_404(found, pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            services.confirm_lineup(stage=stage, seen=_seen(request), by=request.user)
        except ValidationError as error:
            refused = " ".join(error.messages)
        else:
            messages.success(request, f"已确认“{stage.title}”的晋级名单，后面的环节不再列出未晋级的参赛号")
            return redirect("competitions:event_judging", stage.event_id)
    try:
        lineup = services.look_at_lineup(stage=stage, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("competitions:event_judging", stage.event_id)
    context = {"event": stage.event, "lineup": lineup, "stage": lineup.stage, "refused": refused}
    return render(request, "competitions/lineup_confirm.html", context)


def _seen(request) -> list[int]:
    texts = request.POST.getlist("cut")
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18]
