"""Pages of classes: the list, one class with its sessions and people, and its way from plan to end."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import YearForm, press, press_move
from core.idempotency import once
from core.pages import paginate
from training import queries, services
from training.forms.classes import CancelForm, ClassForm, SessionForm
from training.listings.classes import ClassListing
from training.models import Session, TrainingClass
from training.queries import class_sums, classes as class_queries
from training.rules.providers import doubts_of_class
from unions.forms import attempt
from unions.list_pages import list_page
from unions.models import Union

MOVES = {
    "open": (services.open_class, "已开放报名"),
    "start": (services.start_class, "已开课，可以登记考勤和结论"),
    "resume": (services.start_class, "已恢复为进行中，可以报名、登记考勤和结论"),
    "finish": (services.finish_class, "班次已结束，还可以补登结论"),
}


@requires(Permission.VIEW_TRAINING)
@require_safe
def class_list(request):
    """Classes of the unions in reach and those of unions above that take their people."""
    may_edit = request.user.has_perm(Permission.EDIT_TRAINING)
    return list_page(
        request, ClassListing(), "training/class_list.html", always=("title",), can_edit=may_edit
    )


@requires(Permission.VIEW_TRAINING)
@require_safe
def class_summary(request):
    """What a year of training adds up to (``?year=``, this one by default), by month and by kind of class."""
    form = YearForm({"year": request.GET.get("year") or timezone.localdate().year})
    year = int(form.cleaned_data["year"]) if form.is_valid() else timezone.localdate().year
    rows = class_sums.completed_in(year, request.user)
    context = {
        "form": form,
        "year": year,
        "lines": [*class_sums.by_kind(rows), class_sums.whole(rows)],
        "chart": class_sums.chart_of(rows, year),
    }
    return render(request, "training/class_summary.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def class_detail(request, pk):
    """One class: its facts, sessions, and of its people those whom the user may see."""
    training_class = _visible(request, pk)
    keeps = TrainingClass.objects.editable_by(request.user).filter(pk=pk).exists()
    may_withdraw = request.user.has_perm(Permission.EDIT_TRAINING) and training_class.takes_enrolments
    offered = TrainingClass.objects.open_to(request.user).filter(pk=pk, state=TrainingClass.State.OPEN)
    rows = class_queries.participants(training_class, request.user)
    least = int(codes.legal_number(class_queries.SMALL, on=timezone.localdate()))
    context = {
        "training_class": training_class,
        "sessions": training_class.sessions.with_attendance(),
        "hours": class_queries.hours_held(training_class),
        "page": paginate(request, rows),
        "satisfaction": class_queries.satisfaction_of(training_class, least),
        "least": least,
        "turnout": class_queries.turnout_of(training_class.enrolments.visible_to(request.user)),
        "names": {"kind": codes.names("training_kind"), "level": codes.names("skill_level")},
        "keeps": keeps,
        "sees_photos": TrainingClass.objects.within_reach(request.user, Permission.VIEW_TRAINING)
        .filter(pk=pk)
        .exists(),
        "doubts": doubts_of_class(training_class) if keeps else [],
        "can_edit": keeps and training_class.state != TrainingClass.State.CANCELLED,
        "can_enrol": may_withdraw and (keeps or offered.exists()),
        "can_withdraw": may_withdraw,
    }
    return render(request, "training/class_detail.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def class_create(request):
    """Plan a class. The query string may fill the form: from demand, or with ``plan_line`` from a line of a plan."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    initial = {"union": queries.only_union(unions)} | class_queries.facts_asked(request.GET, request.user)
    form = ClassForm(request.POST or None, unions=unions, initial=initial)
    if planned := attempt(form, services.plan_class, by=request.user):
        messages.success(request, f"已登记班次 {planned.code}，开放报名后才接受报名")
        _warn(request, planned)
        return redirect(planned)
    return _form(request, form, "新增培训班次", None)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def class_edit(request, pk):
    """Change facts of a class."""
    training_class = _editable(request, pk)
    form = ClassForm(request.POST or None, instance=training_class)
    if saved := attempt(form, services.edit_class, training_class=training_class, by=request.user):
        messages.success(request, "已保存")
        _warn(request, saved)
        return redirect(training_class)
    return _form(request, form, "编辑培训班次", training_class)


@requires(Permission.EDIT_TRAINING)
@require_POST
@once
def class_clone(request, pk):
    """Plan the same class a year later and go on to its form."""
    training_class = _editable(request, pk)
    planned = press(request, "", services.clone_class, training_class=training_class)
    if planned is None:
        return redirect(training_class)
    messages.success(request, f"已按原班次新建 {planned.code}，日期顺延一年，请核对后保存")
    return redirect("training:class_edit", planned.pk)


@requires(Permission.EDIT_TRAINING)
@require_POST
def class_move(request, pk):
    """``move`` says where to: ``open``, ``start``, ``finish`` or ``resume``."""
    training_class = _editable(request, pk)
    press_move(request, MOVES, training_class=training_class)
    return redirect(training_class)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def class_cancel(request, pk):
    """Say why a class does not take place."""
    training_class = _editable(request, pk)
    form = CancelForm(request.POST or None)
    if attempt(form, services.cancel_class, training_class=training_class, by=request.user):
        messages.success(request, "班次已取消")
        return redirect(training_class)
    context = {"form": form, "title": "取消培训班次", "back": training_class, "submit": "取消班次"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def session_create(request, pk):
    """Add a meeting of a class."""
    training_class = _editable(request, pk)
    form = SessionForm(request.POST or None, initial=class_queries.next_session(training_class))
    if attempt(form, services.add_session, training_class=training_class, by=request.user):
        messages.success(request, "已添加课次")
        return redirect(training_class)
    context = {"form": form, "title": "添加课次", "back": training_class, "submit": "添加"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def session_edit(request, pk, session):
    """Correct a meeting of a class."""
    held = _session(request, pk, session)
    form = SessionForm(request.POST or None, instance=held)
    if attempt(form, services.edit_session, session=held, by=request.user):
        messages.success(request, "已保存")
        return redirect(held.training_class)
    context = {"form": form, "title": "修改课次", "back": held.training_class, "submit": "保存"}
    if count := held.attendances.count():
        context["hint"] = f"已登记 {count} 人到课，改后保留；学时按改后的计算。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@require_POST
def session_delete(request, pk, session):
    """Take a meeting away."""
    held = _session(request, pk, session)
    press(request, "已删除课次", services.remove_session, session=held)
    return redirect(held.training_class)


def _warn(request, training_class: TrainingClass) -> None:
    """Say what does not fit; the class is saved all the same."""
    for text in doubts_of_class(training_class):
        messages.warning(request, text)


def _visible(request, pk) -> TrainingClass:
    related = ("union", "base", "cloned_from", "provider", "agreement__partner", "plan_line__plan")
    found = TrainingClass.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(found.with_counts(), pk=pk)


def _editable(request, pk) -> TrainingClass:
    related = ("union", "provider", "agreement", "plan_line__plan")
    found = TrainingClass.objects.editable_by(request.user).select_related(*related)
    return get_object_or_404(found, pk=pk)


def _session(request, pk, session) -> Session:
    found = Session.objects.select_related("training_class")
    return get_object_or_404(found, pk=session, training_class=_editable(request, pk))


def _form(request, form, title: str, training_class):
    context = {
        "form": form,
        "title": title,
        "training_class": training_class,
        "trades": queries.trades_used(request.user),
        "doubts": doubts_of_class(training_class) if training_class else [],
    }
    return render(request, "training/class_form.html", context)
