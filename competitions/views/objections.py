"""Pages of objections: file one, read it with what it changed, decide it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from competitions import services
from competitions.forms.results import AnswerForm, ObjectionForm
from competitions.models import Criterion, Event, Objection, Seat
from competitions.queries import results as result_queries
from core.access import Permission, requires
from core.forms import show_refusal
from core.idempotency import once
from unions.forms import attempt


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def objection_create(request, pk):
    """Object to the preliminary result of an entry of one's own; the holder may write down one that came on paper."""
    event = get_object_or_404(Event.objects.visible_to(request.user).select_related("contest__union"), pk=pk)
    entries = result_queries.objectionable(event, request.user)
    form = ObjectionForm(request.POST or None, entries=entries)
    if objection := attempt(form, services.file_objection, by=request.user):
        messages.success(request, "异议已提交，主办工会处理后可在这里看到处理意见")
        return redirect("competitions:objection_detail", objection.pk)
    hint = "" if entries.exists() else "现在没有可以提出异议的报名：不在异议期内，或者已有待处理的异议。"
    context = {"form": form, "title": "提出异议", "hint": hint, "back": event, "submit": "提交异议"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def objection_detail(request, pk):
    """One objection: what was said, the answer, and what changed."""
    rows = Objection.objects.visible_to(request.user)
    rows = rows.select_related("event__contest__union", "entry__union", "union", "decided_by")
    objection = get_object_or_404(rows, pk=pk)
    keeps = result_queries.keeps(objection.event, request.user)
    is_told = keeps or objection.entry.union_id == objection.union_id
    context = {
        "objection": objection,
        "event": objection.event,
        "marks": _marks_changed(objection) if is_told else [],
        "absences": _absences_changed(objection) if is_told else [],
        "results": _results_changed(objection, request.user),
        "can_decide": keeps and objection.state == Objection.State.OPEN,
    }
    return render(request, "competitions/objection_detail.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def objection_decide(request, pk):
    """Answer an objection: it is rejected, or upheld with the marks as corrected (``p<seat>-<criterion>``) and with
    absences lifted (``lift``: stages) and added (``absent-<stage>``: the reason)."""
    held = Event.objects.editable_by(request.user).values("pk")
    rows = Objection.objects.filter(event__in=held).select_related("event__contest__union", "entry__result")
    objection = get_object_or_404(rows.select_related("entry__union", "union"), pk=pk)
    if request.method != "POST" and objection.state != Objection.State.OPEN:
        return redirect("competitions:objection_detail", objection.pk)
    form = AnswerForm(request.POST or None)
    cells = services.cells_of(objection)
    typed = {(seat.pk, one.pk): request.POST.get(f"p{seat.pk}-{one.pk}", "") for seat, one in cells}
    absences = _absences(request, objection)
    if request.method == "POST" and form.is_valid() and _decided(request, objection, form, typed, absences):
        return redirect("competitions:objection_detail", objection.pk)
    marks = {(mark.seat_id, mark.criterion_id): mark.points for mark in objection.entry.marks.all()}
    lines = [
        (seat, one, marks.get((seat.pk, one.pk)), f"p{seat.pk}-{one.pk}", typed[seat.pk, one.pk])
        for seat, one in cells
    ]
    context = {"objection": objection, "event": objection.event, "form": form}
    context |= {"lines": lines, "absences": absences}
    return render(request, "competitions/objection_decide.html", context)


def _absences(request, objection: Objection) -> list[tuple]:
    """(stage, its standing absence or None, whether the absence is ticked to be lifted, reason typed for a new one)."""
    standing = {row.stage_id: row for row in objection.entry.absences.standing()}
    ticked = request.POST.getlist("lift")
    return [
        (stage, standing.get(stage.pk), str(stage.pk) in ticked, request.POST.get(f"absent-{stage.pk}", ""))
        for stage in services.stages_of(objection)
    ]


def _decided(request, objection: Objection, form: AnswerForm, typed: dict, absences: list[tuple]) -> bool:
    facts = {"objection": objection, "answer": form.cleaned_data["answer"], "by": request.user}
    try:
        if request.POST.get("verdict") == "uphold":
            facts["lifted"] = {stage.pk for stage, _, is_ticked, _ in absences if is_ticked}
            facts["absent"] = {stage.pk: reason for stage, _, _, reason in absences}
            done = services.uphold_objection(**facts, points=typed)
            changed = len(done.effect["results"])
            messages.success(request, f"异议成立，已更正并重新计算成绩，{changed} 项报名的成绩有变化")
        else:
            services.reject_objection(**facts)
            messages.success(request, "已答复：异议不成立，成绩不变")
    except ValidationError as error:
        show_refusal(form, error)
        return False
    return True


def _marks_changed(objection: Objection) -> list[tuple]:
    """(stage, criterion, before, after) of each mark; never which judge."""
    changes = objection.effect.get("marks", [])
    seats = Seat.objects.select_related("stage").in_bulk([one["seat"] for one in changes])
    criteria = Criterion.objects.in_bulk([one["criterion"] for one in changes])
    return [
        (seats[one["seat"]].stage.title, criteria[one["criterion"]].title, *one["points"]) for one in changes
    ]


def _absences_changed(objection: Objection) -> list[tuple]:
    """(stage, absent before, absent after) of each stage at which that changed."""
    changes = objection.effect.get("absences", [])
    titles = dict(objection.event.stages.values_list("pk", "title"))
    return [(titles[one["stage"]], *one["absent"]) for one in changes]


def _results_changed(objection: Objection, user) -> list[dict]:
    """Rank and total before and after, of the entries whose scores the user may see."""
    changes = {one["entry"]: one for one in objection.effect.get("results", [])}
    seen = objection.event.entries.visible_to(user).filter(pk__in=changes).select_related("union")
    return [{**changes[entry.pk], "entry": entry} for entry in seen.order_by("start_number", "pk")]
