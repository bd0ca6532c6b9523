"""Pages of yearly plans: drafted line by line, published, and what became of each line."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import press, show_refusal, version_of
from core.idempotency import once
from training import queries, services
from training.forms.demand import PlanForm, PlanTextForm, ReopenForm
from training.forms.lines import plan_rows
from training.listings.demand import PlanListing
from training.models import TrainingPlan
from unions.forms import attempt
from unions.list_pages import list_page
from unions.models import Union


@requires(Permission.VIEW_TRAINING)
@require_safe
def plan_list(request):
    """Plans of the unions in reach, and published ones of unions above."""
    may_edit = request.user.has_perm(Permission.EDIT_TRAINING)
    return list_page(request, PlanListing(), "training/plan_list.html", always=("union",), can_edit=may_edit)


@requires(Permission.VIEW_TRAINING)
@require_safe
def plan_detail(request, pk):
    """One plan: each line as planned beside what its classes came to."""
    found = TrainingPlan.objects.visible_to(request.user).select_related("union", "cloned_from")
    plan = get_object_or_404(found, pk=pk)
    context = {
        "plan": plan,
        "lines": plan.lines.with_actual(),
        "names": {"kind": codes.names("training_kind"), "level": codes.names("skill_level")},
        "keeps": TrainingPlan.objects.editable_by(request.user).filter(pk=pk).exists(),
        "can_start": request.user.has_perm(Permission.EDIT_TRAINING)
        and plan.state == TrainingPlan.State.PUBLISHED,
    }
    return render(request, "training/plan_detail.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def plan_create(request):
    """Begin the plan of a union for a year."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    form = PlanForm(request.POST or None, unions=unions, initial={"union": unions.order_by("path").first()})
    if plan := attempt(form, services.draft_plan, by=request.user):
        messages.success(request, "已建立草稿，请填写项目")
        return redirect("training:plan_edit", plan.pk)
    context = {"form": form, "title": "编制年度培训计划", "list_url": "training:plan_list", "about": None}
    return render(request, "training/record_form.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def plan_edit(request, pk):
    """The lines of a draft; ``more`` shows further empty rows and saves nothing."""
    plan = _editable(request, pk)
    if plan.state != TrainingPlan.State.DRAFT:
        messages.error(request, "计划已发布，不能直接修改。请先撤回修改。")
        return redirect(plan)
    data = request.POST if request.method == "POST" else None
    form = PlanTextForm(data, initial={"text": plan.text, "version": version_of(plan)})
    rows = plan_rows(data, list(plan.lines.all()))
    if data is not None and "more" not in data and form.is_valid() and rows.is_valid():
        try:
            services.write_plan(plan=plan, lines=rows.lines, by=request.user, **form.cleaned_data)
            messages.success(request, "已保存")
            return redirect(plan)
        except ValidationError as error:
            show_refusal(form, error)
    context = {"plan": plan, "form": form, "rows": rows, "trades": queries.trades_used(request.user)}
    return render(request, "training/plan_edit.html", context)


@requires(Permission.EDIT_TRAINING)
@require_POST
def plan_publish(request, pk):
    """Make a draft known."""
    plan = _editable(request, pk)
    press(request, "计划已发布", services.publish_plan, plan=plan, version=request.POST.get("version", ""))
    return redirect(plan)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def plan_reopen(request, pk):
    """Take a published plan back to be changed."""
    plan = _editable(request, pk)
    form = ReopenForm(request.POST or None, plan=plan)
    if attempt(form, services.reopen_plan, plan=plan, by=request.user):
        messages.success(request, "已撤回为草稿，改好后请重新发布")
        return redirect(plan)
    context = {"form": form, "title": "撤回修改", "about": plan, "list_url": "training:plan_list"}
    return render(request, "training/record_form.html", context)


@requires(Permission.EDIT_TRAINING)
@require_POST
def plan_delete(request, pk):
    """Delete a draft; on to the list."""
    plan = _editable(request, pk)
    version = request.POST.get("version", "")
    deleted = press(request, f"已删除{plan}的草稿", services.delete_plan, plan=plan, version=version)
    return redirect("training:plan_list" if deleted else plan)


@requires(Permission.EDIT_TRAINING)
@require_POST
@once
def plan_clone(request, pk):
    """Draft the same plan for the next year and go on to its form."""
    plan = _editable(request, pk)
    try:
        made = services.clone_plan(plan=plan, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(plan)
    messages.success(request, f"已沿用为 {made.year} 年度的草稿，请核对")
    return redirect("training:plan_edit", made.pk)


def _editable(request, pk) -> TrainingPlan:
    found = TrainingPlan.objects.editable_by(request.user).select_related("union")
    return get_object_or_404(found, pk=pk)
