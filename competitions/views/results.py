"""Pages of an event's results: the list by phase, the steps from the freeze to the final list, and the tables."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.results import FinalForm, FreezeForm, PreliminaryForm
from competitions.listings.results import MedalListing, ResultListing
from competitions.models import Event, Result
from competitions.queries import results as result_queries
from core.access import Permission, public, requires
from core.forms import press
from core.idempotency import once
from core.pages import paginate
from unions.forms import attempt
from unions.list_pages import list_page

STEPS = ("评分", "封存", "初步成绩与异议", "最终成绩")
SHOWN_GAPS = 100


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def event_results(request, pk):
    """The results of an event as far as its phase shows them to the user, the objections in reach, and the next step
    for the holder."""
    event = _visible(request, pk)
    keeps = result_queries.keeps(event, request.user)
    page = paginate(request, result_queries.seen_results(event, request.user))
    objections = event.objections.visible_to(request.user).select_related("entry__union", "union")
    context = {
        "event": event,
        "steps": STEPS,
        "step": list(Event.Phase.values).index(event.phase) + 1,
        "stages": event.stages.all(),
        "page": page,
        "lines": result_queries.lines_of(event, page, request.user),
        "objections": objections,
        "keeps": keeps,
        "lacking": result_queries.missing_results(event) if keeps else [],
        "can_object": result_queries.objectionable(event, request.user).exists(),
    }
    return render(request, "competitions/event_results.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def event_freeze(request, pk):
    """Name the gaps, and freeze; what was confirmed are the gaps that the page showed."""
    event = _kept(request, pk)
    gaps = _gaps(request, event)
    sent = request.POST if request.method == "POST" else None
    form = FreezeForm(sent, gaps=gaps, initial={"seen": services.fingerprint(gaps)})
    if attempt(form, services.freeze, event=event, by=request.user):
        messages.success(request, "成绩已封存，不再接受评分。请核对名次，再公布初步成绩。")
        return redirect("competitions:event_results", event.pk)
    if form.has_error(NON_FIELD_ERRORS, "gaps"):
        gaps = _gaps(request, event)
        form.data = form.data.copy()
        form.data["seen"] = services.fingerprint(gaps)
    context = {
        "event": event,
        "form": form,
        "gaps": gaps[:SHOWN_GAPS],
        "more": max(len(gaps) - SHOWN_GAPS, 0),
    }
    return render(request, "competitions/event_freeze.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def event_preliminary(request, pk):
    """Say until when objections are taken, and publish the preliminary results to the unions that entered."""
    event = _kept(request, pk)
    form = PreliminaryForm(
        request.POST or None, initial={"objections_until": services.first_end_of_objections()}
    )
    if attempt(form, services.publish_preliminary, event=event, by=request.user):
        messages.success(
            request, "初步成绩已公布，参赛工会可以查看本工会的成绩和名次，异议期内可以提出异议。"
        )
        return redirect("competitions:event_results", event.pk)
    hint = f"公布之后，参赛工会看得到本工会的成绩和全部名次。异议截止日期最早为 {services.first_end_of_objections()}。"
    return _step(request, event, form, "公布初步成绩", hint)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def event_final(request, pk):
    """Publish the final results, with or without the public list."""
    event = _kept(request, pk)
    form = FinalForm(request.POST if request.method == "POST" else None)
    if attempt(form, services.publish_final, event=event, by=request.user):
        messages.success(request, "最终成绩已公布，不能再更改。")
        return redirect("competitions:event_results", event.pk)
    hint = "异议期结束、异议都已处理之后才能公布。公布之后成绩不能再更改，看得到这项竞赛的工会都能看到名次和总成绩。"
    return _step(request, event, form, "公布最终成绩", hint)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def event_publicity(request, pk):
    """``public`` is ``yes`` or ``no``: open the final list to everybody, or close it."""
    event = _kept(request, pk)
    is_public = request.POST.get("public") == "yes"
    press(
        request,
        "名单已公开" if is_public else "名单已不再公开",
        services.show_publicly,
        event=event,
        is_public=is_public,
    )
    return redirect("competitions:event_results", event.pk)


@requires(Permission.VIEW_CONTESTS)
@require_safe
def result_list(request):
    """Results over all contests in reach, and where results have come out."""
    news = result_queries.published_for(request.user)[:10]
    return list_page(request, ResultListing(), "competitions/result_list.html", always=("name",), news=news)


@requires(Permission.VIEW_CONTESTS)
@require_safe
def medal_list(request):
    """First, second and third places per union, in the final results of the events asked for."""
    listing = MedalListing()
    asked = listing.kept(request.GET).urlencode()
    print_url = reverse("competitions:medal_print") + (f"?{asked}" if asked else "")
    rows = listing.kept(request.GET)  # the results that a line counts; without the union
    rows.update({"standing": Result.Standing.RANKED, "phase": Event.Phase.FINAL})
    more = {"print_url": print_url, "rows_query": rows.urlencode()}
    return list_page(request, listing, "competitions/medal_list.html", always=("name",), **more)


@public
@never_cache
@require_safe
def public_results(request, pk):
    """The final list for everybody, where the holder opened it: rank, start number, union, team and prize. Everything
    else is the same 404."""
    found = result_queries.public_results(pk)
    if found is None:
        raise Http404
    event, results = found
    response = render(request, "competitions/public_results.html", {"event": event, "results": results})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _visible(request, pk) -> Event:
    found = Event.objects.visible_to(request.user).select_related("contest__union")
    return get_object_or_404(found, pk=pk)


def _kept(request, pk) -> Event:
    found = Event.objects.editable_by(request.user).select_related("contest__union")
    return get_object_or_404(found, pk=pk)


def _gaps(request, event: Event) -> list:
    is_scored = event.phase == Event.Phase.SCORING
    return services.look_at_gaps(event=event, by=request.user) if is_scored else []


def _step(request, event: Event, form, title: str, hint: str):
    context = {"form": form, "title": title, "hint": hint, "back": event, "submit": title}
    return render(request, "unions/action_form.html", context)
