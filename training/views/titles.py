"""Pages of professional titles, and the list of those who may be eligible for one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.forms import attempt, press_as_seen, version_of
from core.idempotency import once
from training.forms.certificates import RefuseForm, RestoreForm, RevokeForm, VerifyForm
from training.forms.titles import TitleEditForm, TitleForm
from training.listings.crossovers import CrossoverListing, rules_today
from training.listings.titles import TitleListing
from training.models import Title
from training.services.titles import (
    edit_title,
    enter_title,
    refuse_title,
    restore_title,
    revoke_title,
    verify_title,
)
from unions.list_pages import list_page
from workers.models import Worker


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def crossover_list(request):
    """Whose certificate may open the way to a title: rule, day and missing condition beside each name."""
    return list_page(request, CrossoverListing(), "training/crossover_list.html", rules=rules_today())


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def title_list(request):
    """Titles in reach, the latest first."""
    return list_page(request, TitleListing(), "training/title_list.html")


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def title_detail(request, pk):
    """One title and what was decided about it."""
    rows = Title.objects.visible_to(request.user).select_related("worker__union", "entered_by", "decided_by")
    title = get_object_or_404(rows.filter(worker__anonymised_on=None).defer("worker__phone"), pk=pk)
    context = {
        "title": title,
        "worker": title.worker,
        "can_edit": title.state != Title.State.REVOKED and request.user.has_perm(Permission.EDIT_TRAINING),
        "can_decide": request.user.has_perm(Permission.DECIDE_TRAINING),
    }
    return render(request, "training/title_detail.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def title_create(request, worker):
    """Record a title of one person."""
    reach = Worker.objects.within_reach(request.user, Permission.EDIT_TRAINING).filter(anonymised_on=None)
    person = get_object_or_404(reach.defer("phone", "phone_index"), pk=worker)
    form = TitleForm(request.POST or None)
    if title := attempt(form, enter_title, worker=person, by=request.user):
        messages.success(request, "已登记，待镇总工会核验")
        return redirect(title)
    context = {"form": form, "title": "登记职称", "back": person, "submit": "保存"}
    context["hint"] = "请对照职称证书填写。保存后待镇总工会核验。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def title_edit(request, pk):
    """Correct the facts of a title; it waits for the town again."""
    title = _title(request.user, pk, Permission.EDIT_TRAINING)
    form = TitleEditForm(request.POST or None, title=title)
    if attempt(form, edit_title, title=title, by=request.user):
        messages.success(request, "已保存")
        return redirect(title)
    context = {"form": form, "title": "修改职称", "back": title, "submit": "保存"}
    context["hint"] = "已核验的职称修改后，要再核验一次。"
    return render(request, "unions/action_form.html", context)


@requires(Permission.DECIDE_TRAINING)
@require_POST
def title_verify(request, pk):
    """Accept a title as it was seen."""
    title = _title(request.user, pk, Permission.DECIDE_TRAINING)
    form = VerifyForm(request.POST)
    press_as_seen(request, form, "已核验", verify_title, title=title)
    return redirect(title)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def title_refuse(request, pk):
    """Do not accept a title, for a reason that its union sees."""
    title = _title(request.user, pk, Permission.DECIDE_TRAINING)
    form = RefuseForm(request.POST or None, initial={"version": version_of(title)})
    if attempt(form, refuse_title, title=title, by=request.user):
        messages.success(request, "已登记不予认定")
        return redirect(title)
    context = {"form": form, "title": "不予认定", "back": title, "submit": "不予认定"}
    return render(request, "unions/action_form.html", context | {"hint": "录入的工会改正后会再次提交核验。"})


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def title_revoke(request, pk):
    """Record that a verified title was taken away."""
    title = _title(request.user, pk, Permission.DECIDE_TRAINING)
    form = RevokeForm(request.POST or None, initial={"version": version_of(title)})
    if attempt(form, revoke_title, title=title, by=request.user):
        messages.success(request, "已登记失效")
        return redirect(title)
    context = {"form": form, "title": "登记失效", "back": title, "submit": "登记失效"}
    return render(
        request,
        "unions/action_form.html",
        context | {"hint": "用于职称被撤销或查实不实。登记错了的可以恢复。"},
    )


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def title_restore(request, pk):
    """Take back a revocation that was recorded by mistake."""
    title = _title(request.user, pk, Permission.DECIDE_TRAINING)
    form = RestoreForm(request.POST or None, initial={"version": version_of(title)})
    if attempt(form, restore_title, title=title, by=request.user):
        messages.success(request, "已恢复为已核验")
        return redirect(title)
    context = {"form": form, "title": "恢复职称", "back": title, "submit": "恢复"}
    context["hint"] = "用于登记错了失效的职称；恢复后视为没有失效过。已发布的报告不变。"
    return render(request, "unions/action_form.html", context)


def _title(user, pk: int, permission) -> Title:
    rows = Title.objects.within_reach(user, permission).filter(worker__anonymised_on=None)
    return get_object_or_404(rows.select_related("worker__union").defer("worker__phone"), pk=pk)
