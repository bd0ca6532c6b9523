"""Pages of the events of a contest and their stages."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import queries, services
from competitions.forms.contests import EventForm, StageForm
from competitions.models import Contest, Event, Stage
from competitions.queries import entries as entry_queries, follow
from competitions.views.contests import editable_contest
from core import codes
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from core.pages import paginate
from unions.forms import attempt


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def event_detail(request, pk):
    """One event: who may enter, its stages with their shares, and of its entries those that the user may see."""
    return event_page(request, pk)


def event_page(request, pk, *, ticks=(), note=""):
    """The page of an event; ``ticks`` (keys of entries) and ``note`` are what a refused decision had."""
    found = Event.objects.visible_to(request.user).select_related("contest__union").with_weights()
    event = get_object_or_404(found, pk=pk)
    contest, keeps = event.contest, entry_queries.keeps(event.contest, request.user)
    may = request.user.has_perm(Permission.EDIT_CONTESTS)
    page = paginate(request, entry_queries.entries_of(event, request.user))
    context = {
        "event": event,
        "stages": event.stages.all(),
        "skills": codes.names("skill_level"),
        "page": page,
        "ticks": ticks,
        "note": note,
        "lines": entry_queries.lines_of(event, page),
        "draws": event.draws.select_related("drawn_by"),
        "counts": entry_queries.counts_of(event, request.user),
        "keeps": keeps,
        "can_edit": keeps and not contest.is_over,
        "can_enter": contest.state == Contest.State.OPEN and may,
        "can_change": not contest.is_over and event.phase == Event.Phase.SCORING and may,
        "follow": follow.panel_of(event, request.user, keeps=keeps, day=timezone.localdate()),
    }
    return render(request, "competitions/event_detail.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def event_create(request, pk):
    """Add an event to a contest."""
    contest = editable_contest(request, pk)
    form = EventForm(request.POST or None, initial={"employed_only": True})
    if event := attempt(form, services.add_event, contest=contest, by=request.user):
        messages.success(request, "已添加比赛项目，请添加环节")
        return redirect(event)
    return _form(request, form, "添加比赛项目", contest)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def event_edit(request, pk):
    """Change facts of an event."""
    event = _editable(request, pk)
    form = EventForm(request.POST or None, instance=event)
    if attempt(form, services.edit_event, event=event, by=request.user):
        messages.success(request, "已保存")
        return redirect(event)
    return _form(request, form, "编辑比赛项目", event)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def event_delete(request, pk):
    """Take an event away while its contest is planned."""
    event = _editable(request, pk)
    try:
        contest = services.remove_event(event=event, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(event)
    messages.success(request, "已删除比赛项目")
    return redirect(contest)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def stage_create(request, pk):
    """Add a stage to an event."""
    event = _editable(request, pk)
    last = event.stages.order_by("-position").values_list("position", flat=True).first() or 0
    form = StageForm(request.POST or None, initial={"position": last + 1})
    if attempt(form, services.add_stage, event=event, by=request.user):
        messages.success(request, "已添加环节")
        return redirect(event)
    context = {"form": form, "title": "添加环节", "back": event, "submit": "添加"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def stage_edit(request, pk):
    """Change facts of a stage."""
    stage = _editable_stage(request, pk)
    form = StageForm(request.POST or None, instance=stage)
    if attempt(form, services.edit_stage, stage=stage, by=request.user):
        messages.success(request, "已保存")
        return redirect(stage.event)
    context = {"form": form, "title": "编辑环节", "back": stage.event, "submit": "保存"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def stage_delete(request, pk):
    """Take a stage away."""
    stage = _editable_stage(request, pk)
    press(request, "已删除环节", services.remove_stage, stage=stage)
    return redirect(stage.event)


def _editable(request, pk) -> Event:
    return get_object_or_404(Event.objects.editable_by(request.user).select_related("contest"), pk=pk)


def _editable_stage(request, pk) -> Stage:
    found = Stage.objects.editable_by(request.user).select_related("event__contest")
    return get_object_or_404(found, pk=pk)


def _form(request, form, title: str, back):
    context = {"form": form, "title": title, "back": back, "trades": queries.trades_used(request.user)}
    return render(request, "competitions/event_form.html", context)
