"""实训基地: the list, one base with its evaluations and use, and what the town does to it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once
from training import services
from training.forms.bases import BaseForm, EvaluationForm, RestoreForm, WithdrawForm
from training.listings.bases import BaseListing, bases_of, evaluation_sign
from training.models import BaseEvaluation, TrainingBase
from training.queries.bases import use_of, year_to_evaluate
from unions.list_pages import list_page
from unions.models import Employer, Union

YEARS_SHOWN = 3


@requires(Permission.VIEW_TRAINING)
@require_safe
def base_list(request):
    """All bases of the town; a base without the evaluation of the last full year says so."""
    may = request.user.has_perm(Permission.DECIDE_TRAINING)
    return list_page(request, BaseListing(), "training/base_list.html", always=("name",), can_edit=may)


@requires(Permission.VIEW_TRAINING)
@require_safe
def base_detail(request, pk):
    """One base: facts, evaluations, what was held there."""
    base = get_object_or_404(bases_of(request.user), pk=pk)
    today = timezone.localdate()
    context = {
        "base": base,
        "level": codes.names("base_level").get(base.level, base.level),
        "sign": evaluation_sign(base, year_to_evaluate(today)),
        "evaluations": base.evaluations.select_related("entered_by"),
        "use": use_of(base, [today.year - back for back in range(YEARS_SHOWN)]),
        "can_edit": TrainingBase.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "training/base_detail.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def base_create(request):
    """Record a recognised base."""
    form = BaseForm(request.POST or None, **_offers(request.user))
    if base := attempt(form, services.enter_base, by=request.user):
        messages.success(request, "已登记实训基地")
        return redirect(base)
    back = reverse("training:base_list")
    return render(request, "training/base_form.html", {"form": form, "title": "登记实训基地", "back": back})


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
def base_edit(request, pk):
    """Correct the facts of a base."""
    base = _editable(request.user, pk)
    form = BaseForm(request.POST or None, instance=base, **_offers(request.user))
    if attempt(form, services.edit_base, base=base, by=request.user):
        messages.success(request, "已保存")
        return redirect("training:base_detail", pk)
    context = {"form": form, "title": "修改实训基地", "back": base.get_absolute_url()}
    return render(request, "training/base_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def base_withdraw(request, pk):
    """The base is recognised no more."""
    base = _editable(request.user, pk)
    form = WithdrawForm(request.POST or None, base=base)
    if attempt(form, services.withdraw_base, base=base, by=request.user):
        messages.success(request, "已登记撤销")
        return redirect("training:base_detail", pk)
    hint = "撤销后不再计入基地数，新的班次不能再选；以前各期的数字不变。"
    context = {"form": form, "title": "撤销实训基地", "back": base, "submit": "撤销", "hint": hint}
    return render(request, "unions/action_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def base_restore(request, pk):
    """Take back a withdrawal that was recorded by mistake."""
    base = _editable(request.user, pk)
    form = RestoreForm(request.POST or None, base=base)
    if attempt(form, services.restore_base, base=base, by=request.user):
        messages.success(request, "已恢复认定")
        return redirect("training:base_detail", pk)
    hint = "用于登记错了撤销的基地；恢复后视为没有撤销过。已发布的报告不变。"
    context = {"form": form, "title": "恢复实训基地", "back": base, "submit": "恢复", "hint": hint}
    return render(request, "unions/action_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def evaluation_create(request, pk):
    """Record the evaluation of a year."""
    base = _editable(request.user, pk)
    form = EvaluationForm(request.POST or None)
    if evaluation := attempt(form, services.evaluate_base, base=base, by=request.user):
        messages.success(request, f"已登记 {evaluation.year} 年度评估")
        return redirect(base)
    hint = "每年登记一次。评估标准以认定机关的办法为准，平台不另定标准。"
    context = {"form": form, "title": "登记年度评估", "back": base, "submit": "登记", "hint": hint}
    return render(request, "unions/action_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
def evaluation_edit(request, pk, year):
    """Correct an evaluation."""
    base = _editable(request.user, pk)
    evaluation = get_object_or_404(BaseEvaluation.objects.filter(base=base), year=year)
    form = EvaluationForm(request.POST or None, instance=evaluation)
    if attempt(form, services.edit_evaluation, evaluation=evaluation, by=request.user):
        messages.success(request, "已保存")
        return redirect(base)
    context = {"form": form, "title": f"修改 {year} 年度评估", "back": base, "submit": "保存"}
    return render(request, "unions/action_form.html", context)


def _offers(user) -> dict:
    return {"unions": Union.objects.visible_to(user), "employers": Employer.objects.visible_to(user)}


def _editable(user, pk: int) -> TrainingBase:
    return get_object_or_404(TrainingBase.objects.editable_by(user).select_related("union"), pk=pk)
