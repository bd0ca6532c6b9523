"""师带徒: the list, one pair, and what is done to it."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once
from training import queries, services
from training.forms.apprentices import EditPairForm, EndPairForm, MasterForm, PairForm, ReopenForm
from training.listings.apprentices import ApprenticeshipListing
from training.models import Apprenticeship
from training.queries.apprentices import load_of, pairs_of, standing, tone
from training.queries.candidates import candidates_of
from training.queries.leaders import leaders_of
from training.views.candidates import paint as paint_candidates
from training.views.leaders import paint as paint_leaders
from workers.list_pages import people_list_page
from workers.models import Worker
from workers.picking import person_kept


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def apprenticeship_list(request):
    """Pairs in reach, what ends first. The search box is posted and comes back sealed in the address."""
    listing = ApprenticeshipListing()
    may = request.user.has_perm(Permission.EDIT_TRAINING)
    return people_list_page(
        request,
        listing,
        "training/apprenticeship_list.html",
        search="师傅或徒弟的姓名 / 拼音 / 号码末四位",
        paint=_paint,
        can_edit=may,
    )


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def apprenticeship_detail(request, pk):
    """One pair: what was agreed, what came of it, and how many apprentices the master has."""
    pair = get_object_or_404(pairs_of(request.user).select_related("certificate", "entered_by"), pk=pk)
    _paint([pair])
    people = Worker.objects.visible_to(request.user).filter(pk__in=[pair.master_id, pair.apprentice_id])
    context = {
        "pair": pair,
        "level": codes.names("skill_level").get(pair.goal_level, pair.goal_level),
        "load": load_of(pair.master, timezone.localdate()),
        "opened": set(people.values_list("pk", flat=True)),
        "can_edit": Apprenticeship.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "training/apprenticeship_detail.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def worker_talent(request, pk):
    """The pairs of one person, as master and as apprentice, the terms as skill leader, the nominations: a part of the person's page."""
    worker = get_object_or_404(Worker.objects.visible_to(request.user).only("pk", "name", "union"), pk=pk)
    mine = pairs_of(request.user).filter(Q(apprentice=worker) | Q(master=worker)).order_by("-start", "-pk")
    may_edit = Worker.objects.within_reach(request.user, Permission.EDIT_TRAINING)
    context = {
        "worker": worker,
        "pairs": _paint(mine),
        "candidates": paint_candidates(candidates_of(request.user).filter(worker=worker)),
        "leaders": paint_leaders(leaders_of(request.user).filter(worker=worker)),
        "levels": codes.names("skill_level"),
        "can_edit": may_edit.filter(pk=pk, anonymised_on=None).exists(),
    }
    return render(request, "training/_worker_talent.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def apprenticeship_create(request, pk=None):
    """Record a pair; with ``pk`` the apprentice is that person. Names and numbers are posted, never in addresses."""
    back = person_kept(request.user, pk, Permission.EDIT_TRAINING) if pk is not None else None
    fixed = {"apprentice": back} if back else {}
    form_class = MasterForm if back else PairForm
    form = form_class(request.POST or None, by=request.user)
    if pair := attempt(form, services.enter_apprenticeship, by=request.user, **fixed):
        messages.success(request, f"已登记：{pair.master.name} 带 {pair.apprentice.name}，请核对")
        return redirect(pair)
    hint = "按师徒协议填写。师傅在其他工会的，请联系镇总工会登记。"
    return _form(request, form, title="登记师带徒", submit="登记", hint=hint, back=back, about=back)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def apprenticeship_edit(request, pk):
    """Correct what was agreed."""
    pair = _editable(request.user, pk)
    form = EditPairForm(request.POST or None, pair=pair)
    if attempt(form, services.edit_apprenticeship, apprenticeship=pair, by=request.user):
        messages.success(request, "已保存")
        return redirect(pair)
    hint = (
        "用于更正录入错误，或双方同意延长。人员登记错的，请登记结果为中止、结束日期填开始日期，再重新登记。"
    )
    return _form(
        request, form, title="修改师带徒", submit="保存", hint=hint, back=pair, about=pair.apprentice
    )


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def apprenticeship_end(request, pk):
    """Record what came of a pair."""
    pair = _editable(request.user, pk)
    form = EndPairForm(request.POST or None, pair=pair)
    if attempt(form, services.end_apprenticeship, apprenticeship=pair, by=request.user):
        messages.success(request, "已登记结果")
        return redirect(pair)
    hint = f"约定 {pair.start} 至 {pair.until}。徒弟在此期间取得技能证书的，请附上作为出师的证明。"
    return _form(request, form, title="登记结果", submit="登记", hint=hint, back=pair, about=pair.apprentice)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def apprenticeship_reopen(request, pk):
    """Take back an outcome that was recorded by mistake."""
    pair = _editable(request.user, pk)
    form = ReopenForm(request.POST or None, row=pair)
    if attempt(form, services.reopen_apprenticeship, apprenticeship=pair, by=request.user):
        messages.success(request, "已撤回结果")
        return redirect(pair)
    hint = f"登记的结果是“{pair.get_outcome_display()}”，{pair.end} 结束。只用于更正登记错误。"
    return _form(request, form, title="撤回结果", submit="撤回", hint=hint, back=pair, about=pair.apprentice)


def _editable(user, pk) -> Apprenticeship:
    rows = Apprenticeship.objects.editable_by(user).select_related("apprentice").defer("apprentice__phone")
    return get_object_or_404(rows, pk=pk)


def _form(request, form, *, title: str, submit: str, hint: str, back, about: Worker | None):
    context = {"form": form, "worker": about, "title": title, "submit": submit, "hint": hint, "back": back}
    context |= {"trades": queries.trades_used(request.user), "list_url": "training:apprenticeship_list"}
    return render(request, "training/people_form.html", context)


def _paint(pairs) -> list[Apprenticeship]:
    """Set ``standing`` and ``tone`` on each pair."""
    today, found = timezone.localdate(), list(pairs)
    for pair in found:
        pair.standing, pair.tone = standing(pair, today), tone(pair, today)
    return found
