"""推荐评选: the list, one selection with its shares and nominations, and its way from plan to the list sent up."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.forms.selections import (
    NoticeForm,
    PlaceForm,
    ReasonForm,
    SelectionForm,
    SendForm,
    SharesForm,
)
from competitions.listings.selections import SelectionListing
from competitions.models import Selection
from competitions.queries import nominations as queries
from competitions.services import selections as services
from core import codes
from core.access import Permission, requires
from core.forms import attempt, press_move
from core.idempotency import once
from core.pages import paginate
from unions.forms import only_one
from unions.list_pages import list_page
from unions.models import Union
from workers.picking import ticked

MOVES = {
    "open": (services.open_selection, "已开放推荐，下级工会现在可以推荐"),
    "decide": (services.decide_selection, "已确定推荐名单"),
}


@requires(Permission.VIEW_CONTESTS)
@require_safe
def selection_list(request):
    """Selections of the unions in reach and announced ones of the unions above."""
    may = request.user.has_perm(Permission.DECIDE_CONTESTS)
    return list_page(
        request, SelectionListing(), "competitions/selection_list.html", always=("title",), can_plan=may
    )


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def selection_detail(request, pk):
    """One selection: its facts, the shares as they stand, and the nominations that the user sees."""
    return selection_page(request, pk)


def selection_page(request, pk, *, ticks=(), note=""):
    """The page of a selection; ``ticks`` (keys of nominations) and ``note`` are what a refused decision had."""
    selection, user = _seen(request, pk), request.user
    keeps = queries.keeps(selection, user)
    page = paginate(request, queries.in_selection(selection, user))
    today = timezone.localdate()
    context = {
        "selection": selection,
        "honours": codes.names("honour_type"),
        "shares": queries.shares(selection, user, ticks),
        "counts": queries.counts_of(selection, user),
        "places": selection.union_places.visible_to(user).select_related("union"),
        "page": page,
        "ticks": ticks,
        "note": note,
        "tones": queries.TONES,
        "keeps": keeps,
        "can_nominate": selection.phase == Selection.Phase.OPEN and user.has_perm(Permission.EDIT_CONTESTS),
        "can_change": keeps and selection.phase in (Selection.Phase.PLANNED, Selection.Phase.OPEN),
        "can_decide": keeps and selection.phase == Selection.Phase.NOTICE and today > selection.notice_until,
        "can_cancel": keeps and selection.phase in ("planned", "open", "notice"),
        "has_notice": queries.is_public(selection, today) or (keeps and bool(selection.notice_from)),
    }
    return render(request, "competitions/selection_detail.html", context)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def selection_shares(request, pk):
    """The shares with the nominations ticked (``nomination``) on the list, for the page to show while ticking."""
    selection = _seen(request, pk)
    texts = request.GET.getlist("nomination")
    keys = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18]
    found = queries.shares(selection, request.user, keys)
    return render(request, "competitions/_selection_shares.html", {"selection": selection, "shares": found})


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def selection_create(request):
    """Plan a selection."""
    unions = Union.objects.within_reach(request.user, Permission.DECIDE_CONTESTS)
    first = unions.order_by("path").first()
    initial = {"union": only_one(unions) or (first and first.pk), "year": timezone.localdate().year}
    form = SelectionForm(request.POST or None, unions=unions, initial=initial)
    if planned := attempt(form, services.plan_selection, by=request.user):
        messages.success(request, "已登记。请核对要求比例和名额，再开放推荐。")
        return redirect(planned)
    return _form(request, form, "新增推荐评选", None)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def selection_edit(request, pk):
    """Change facts of a selection."""
    selection = kept_selection(request, pk)
    form = SelectionForm(request.POST or None, instance=selection)
    if attempt(form, services.edit_selection, selection=selection, by=request.user):
        messages.success(request, "已保存")
        return redirect(selection)
    return _form(request, form, "修改推荐评选", selection)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def selection_required(request, pk):
    """Which shares the selection asks for."""
    selection = kept_selection(request, pk)
    form = SharesForm(request.POST or None, selection=selection)
    if attempt(form, services.set_shares, selection=selection, by=request.user):
        messages.success(request, "已保存要求比例")
        return redirect(selection)
    return render(request, "competitions/selection_required.html", {"form": form, "selection": selection})


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def selection_place(request, pk):
    """How many one union may put forward."""
    selection = kept_selection(request, pk)
    unions = queries.unions_that_nominate(selection, request.user).filter(dissolved_on=None)
    form = PlaceForm(request.POST or None, unions=unions)
    if attempt(form, services.set_place, selection=selection, by=request.user):
        messages.success(request, "已保存名额")
        return redirect(selection)
    return _action(request, form, "设置工会名额", selection, "保存")


@requires(Permission.DECIDE_CONTESTS)
@require_POST
def selection_move(request, pk):
    """``move`` says where to: ``open`` or ``decide``."""
    selection = kept_selection(request, pk)
    press_move(request, MOVES, selection=selection)
    return redirect(selection)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def selection_notice_start(request, pk):
    """Say from when to when the list hangs."""
    selection = kept_selection(request, pk)
    form = NoticeForm(request.POST or None, selection=selection)
    if attempt(form, services.start_notice, selection=selection, by=request.user):
        messages.success(request, "已开始公示，可以打印公示")
        return redirect(selection)
    days = f"{selection.notice_days} 个{selection.get_notice_unit_display()}"
    hint = f"要求公示不少于 {days}。开始公示之后名单不能再增加，公示期满、没有待核查的异议才能确定。"
    return _action(request, form, "开始公示", selection, "开始公示", hint)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def selection_retract(request, pk):
    """Say why the list is taken back from public notice."""
    selection = kept_selection(request, pk)
    form = ReasonForm(request.POST or None)
    if attempt(form, services.retract_notice, selection=selection, by=request.user):
        messages.success(request, "已撤回公示，名单改好后请重新公示")
        return redirect(selection)
    hint = "撤回后回到推荐阶段：截止日期之前可以继续推荐，名单可以调整。已张贴的公示请同时撤下；重新公示的天数从头计算。"
    return _action(request, form, "撤回公示", selection, "撤回公示", hint)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def selection_send(request, pk):
    """Note the letter with which the list went up."""
    selection = kept_selection(request, pk)
    form = SendForm(request.POST or None)
    if attempt(form, services.send_selection, selection=selection, by=request.user):
        messages.success(request, "已登记上报")
        return redirect(selection)
    return _action(request, form, "登记上报", selection, "登记")


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def selection_cancel(request, pk):
    """Say why a selection is called off."""
    selection = kept_selection(request, pk)
    form = ReasonForm(request.POST or None)
    if attempt(form, services.cancel_selection, selection=selection, by=request.user):
        messages.success(request, "已取消")
        return redirect(selection)
    return _action(request, form, "取消推荐评选", selection, "取消推荐评选")


def kept_selection(request, pk) -> Selection:
    """The selection, if the user holds it; otherwise 404."""
    return get_object_or_404(Selection.objects.editable_by(request.user).select_related("union"), pk=pk)


def ticked_nominations(request) -> list[int]:
    """The keys of the nominations ticked."""
    return ticked(request, "nomination")


def _seen(request, pk) -> Selection:
    found = Selection.objects.visible_to(request.user).select_related("union", "created_by")
    return get_object_or_404(found, pk=pk)


def _form(request, form, title: str, selection: Selection | None):
    return render(
        request, "competitions/selection_form.html", {"form": form, "title": title, "selection": selection}
    )


def _action(request, form, title: str, selection: Selection, submit: str, hint: str = ""):
    context = {"form": form, "title": title, "back": selection, "submit": submit, "hint": hint}
    return render(request, "unions/action_form.html", context)
