"""Pages of those who keep a contest: the criteria of a stage, how far judging is, and who was absent."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.judging import AbsenceForm, CriterionForm
from competitions.models import Absence, Contest, Criterion, Event, Mark, Stage
from competitions.queries.competing import competing_at
from competitions.queries.marks import panel_of, progress_of, spreads_for
from competitions.rules.judging import plain_number
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from unions.forms import attempt


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def event_judging(request, pk):
    """How far each judge is, who was absent, and how the judges lie apart: no marks before the freeze."""
    found = Event.objects.editable_by(request.user).select_related("contest__union")
    event = get_object_or_404(found, pk=pk)
    panel = panel_of(event)
    is_running = event.contest.state == Contest.State.RUNNING
    context = {
        "event": event,
        "contest": event.contest,
        "stages": panel.stages,
        "sieves": [stage for stage in panel.stages[:-1] if stage.advance is not None or stage.sieved_at],
        "progress": progress_of(panel),
        "spreads": spreads_for(
            panel, [seat for seat in panel.seats if seat.judge.user_id == request.user.pk]
        ),
        "absences": Absence.objects.standing().filter(stage__event=event).select_related("stage", "entry"),
        "keeps": True,
        "is_open": is_running and event.phase == Event.Phase.SCORING,
    }
    return render(request, "competitions/event_judging.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def absence_create(request, pk):
    """Note who did not turn up at a stage, or was excluded from it."""
    stage = _kept_stage(request, pk)
    entries = competing_at(stage).select_related("event").filter(start_number__isnull=False)
    form = AbsenceForm(request.POST or None, entries=entries)
    if attempt(form, services.record_absence, stage=stage, by=request.user):
        messages.success(request, "已登记")
        return redirect("competitions:event_judging", stage.event_id)
    title = f"“{stage.title}”登记缺考或取消成绩"
    return _form(request, form, title, _judging_of(stage.event), "登记")


@requires(Permission.EDIT_CONTESTS)
@require_POST
def absence_delete(request, pk):
    """The entry was there after all."""
    found = Absence.objects.editable_by(request.user).select_related("stage__event__contest")
    absence = get_object_or_404(found, pk=pk)
    event = absence.stage.event
    press(request, "已取消登记", services.withdraw_absence, absence=absence)
    return redirect("competitions:event_judging", event.pk)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def criterion_list(request, pk):
    """The criteria of a stage and what they add up to."""
    stage = _kept_stage(request, pk)
    criteria = list(stage.criteria.all())
    context = {
        "stage": stage,
        "event": stage.event,
        "criteria": criteria,
        "full": plain_number(sum(one.most for one in criteria)) if criteria else "0",
        "can_edit": not stage.event.contest.is_over
        and stage.event.phase == Event.Phase.SCORING
        and not Mark.objects.filter(criterion__stage=stage).exists(),
    }
    return render(request, "competitions/criterion_list.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def criterion_create(request, pk):
    """Add a criterion to a stage."""
    stage = _kept_stage(request, pk)
    last = stage.criteria.order_by("-position").values_list("position", flat=True).first() or 0
    form = CriterionForm(request.POST or None, initial={"position": last + 1})
    if attempt(form, services.add_criterion, stage=stage, by=request.user):
        messages.success(request, "已添加评分项")
        return redirect("competitions:criterion_list", stage.pk)
    return _form(request, form, f"“{stage.title}”添加评分项", _criteria_of(stage), "添加")


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def criterion_edit(request, pk):
    """Change facts of a criterion while nobody has marked by it."""
    criterion = _kept_criterion(request, pk)
    form = CriterionForm(request.POST or None, instance=criterion)
    if attempt(form, services.edit_criterion, criterion=criterion, by=request.user):
        messages.success(request, "已保存")
        return redirect("competitions:criterion_list", criterion.stage_id)
    return _form(request, form, "编辑评分项", _criteria_of(criterion.stage), "保存")


@requires(Permission.EDIT_CONTESTS)
@require_POST
def criterion_delete(request, pk):
    """Take a criterion away while nobody has marked by it."""
    criterion = _kept_criterion(request, pk)
    stage = criterion.stage
    press(request, "已删除评分项", services.remove_criterion, criterion=criterion)
    return redirect("competitions:criterion_list", stage.pk)


def _kept_stage(request, pk) -> Stage:
    return get_object_or_404(Stage.objects.editable_by(request.user).select_related("event__contest"), pk=pk)


def _kept_criterion(request, pk) -> Criterion:
    found = Criterion.objects.editable_by(request.user).select_related("stage__event__contest")
    return get_object_or_404(found, pk=pk)


def _judging_of(event: Event) -> str:
    return reverse("competitions:event_judging", args=[event.pk])


def _criteria_of(stage: Stage) -> str:
    return reverse("competitions:criterion_list", args=[stage.pk])


def _form(request, form, title: str, back: str, submit: str):
    context = {"form": form, "title": title, "back": back, "submit": submit}
    return render(request, "competitions/judging_form.html", context)
