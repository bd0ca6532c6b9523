"""Pages of entries: enter people, decide, draw numbers, take out, substitute."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.entries import EntryForm, LeaveForm, ReasonForm, SubstituteForm
from competitions.listings.entries import EntrantListing
from competitions.models import Entrant, Entry, Event
from competitions.queries import entries as entry_queries
from competitions.views.events import event_page
from core.access import Permission, requires
from core.forms import show_refusal
from core.idempotency import once
from unions.forms import attempt
from unions.list_pages import list_page
from workers.forms.finding import FindForm
from workers.picking import OFFERED, pick, ticked


@requires(Permission.VIEW_CONTESTS)
@require_safe
def entrant_list(request):
    """Who competes, over all contests in reach."""
    return list_page(request, EntrantListing(), "competitions/entrant_list.html", always=("name",))


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def entry_create(request, pk):
    """Tick people and enter them, each alone or all as one team. They are looked for by POST."""
    event = _visible_event(request, pk)
    unions = entry_queries.unions_that_enter(event, request.user)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    entering = request.method == "POST" and not finding
    form = FindForm(request.POST if finding else None, unions=unions)
    about = EntryForm(request.POST if entering else None, is_team=event.is_team)
    if entering and _enter(request, event, about):
        return redirect(event)
    picked = pick(form, entry_queries.candidates(event, request.user), request.user)
    context = {
        "event": event,
        "form": form,
        "about": about,
        "places": entry_queries.places_of(event, unions),
        "picked": picked,
        "unmet": entry_queries.unmet_of(event, picked.people),
        "offered": OFFERED,
        "ticked": set(ticked(request)),
    }
    return render(request, "competitions/entry_create.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def entry_decide(request, pk):
    """Admit or refuse the entries ticked (``entry``), with a note where one is needed."""
    event = _kept_event(request, pk)
    keys, note = ticked(request, "entry"), request.POST.get("note", "")
    try:
        if request.POST.get("verdict") == "refuse":
            done = services.refuse(event=event, entries=keys, note=note, by=request.user)
            messages.success(request, f"{done} 项报名不予通过")
        else:
            done = services.admit(event=event, entries=keys, note=note, by=request.user)
            messages.success(request, f"{done} 项报名审核通过")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return event_page(request, event.pk, ticks=keys, note=note)
    return redirect(event)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def number_draw(request, pk):
    """Draw start numbers for those who have none."""
    event = _kept_event(request, pk)
    try:
        messages.success(request, f"已抽签编号 {services.draw_numbers(event=event, by=request.user)} 项")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(event)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def entry_withdraw(request, pk):
    """Say why an entry is taken out."""
    found = Entry.objects.editable_by(request.user).select_related("event__contest", "union")
    entry = get_object_or_404(found, pk=pk)
    form = ReasonForm(request.POST or None)
    if attempt(form, services.withdraw_entry, entry=entry, by=request.user):
        messages.success(request, "已退赛")
        return redirect(entry.event)
    context = {"form": form, "title": "退赛", "back": entry.event, "submit": "退赛"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def entrant_substitute(request, pk):
    """Choose who takes somebody's place, and say why."""
    found = Entrant.objects.editable_by(request.user).competing()
    found = found.select_related("event__contest__union", "entry__union", "worker")
    entrant = get_object_or_404(found.defer("worker__phone", "worker__phone_index"), pk=pk)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    reason = SubstituteForm(request.POST if request.method == "POST" and not finding else None)
    unions = entry_queries.unions_that_enter(entrant.event, request.user).filter(pk=entrant.entry.union_id)
    form = FindForm(request.POST if finding else None, unions=unions)
    if reason.is_bound and reason.is_valid() and _substitute(request, entrant, reason):
        return redirect(entrant.event)
    people = entry_queries.candidates(entrant.event, request.user).filter(union=entrant.entry.union_id)
    picked = pick(form, people, request.user)
    context = {
        "entrant": entrant,
        "event": entrant.event,
        "form": form,
        "reason": reason,
        "picked": picked,
        "unmet": entry_queries.unmet_of(entrant.event, picked.people),
        "offered": OFFERED,
        "ticked": set(ticked(request)),
    }
    return render(request, "competitions/entrant_substitute.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def entrant_leave(request, pk):
    """Say why somebody leaves a team that goes on without another one."""
    found = Entrant.objects.editable_by(request.user).competing()
    found = found.select_related("event__contest", "entry", "worker").defer(
        "worker__phone", "worker__phone_index"
    )
    entrant = get_object_or_404(found, pk=pk)
    form = LeaveForm(request.POST or None)
    if attempt(form, services.leave_team, entrant=entrant, by=request.user):
        messages.success(request, f"{entrant.worker.name}已退出{entrant.entry.team_name}")
        return redirect(entrant.event)
    context = {"form": form, "title": "退出参赛队", "back": entrant.event, "submit": "退出"}
    context["hint"] = f"{entrant.worker.name}退出后，{entrant.entry.team_name}以其余的人参赛。"
    return render(request, "unions/action_form.html", context)


def _visible_event(request, pk) -> Event:
    found = Event.objects.visible_to(request.user).select_related("contest__union")
    return get_object_or_404(found, pk=pk)


def _kept_event(request, pk) -> Event:
    return get_object_or_404(Event.objects.editable_by(request.user).select_related("contest"), pk=pk)


def _enter(request, event: Event, about: EntryForm) -> bool:
    """Enter those ticked; a refusal stands on the form."""
    done = attempt(about, services.enter, event=event, workers=ticked(request), by=request.user)
    if done is None:
        return False
    messages.success(request, f"已报名 {done[0].team_name or f'{len(done)} 人'}，待主办工会审核")
    return True


def _substitute(request, entrant: Entrant, reason: SubstituteForm) -> bool:
    keys = ticked(request)
    if len(keys) != 1:
        reason.add_error(None, "请选择一个替换的人")
        return False
    try:
        facts = reason.cleaned_data
        services.substitute(entrant=entrant, worker=keys[0], reason=facts["reason"], by=request.user)
    except ValidationError as error:
        show_refusal(reason, error)
        return False
    messages.success(request, "已替换，原来的人保留在报名记录里")
    return True
