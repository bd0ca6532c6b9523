"""Prizes of an event, and giving them once the results are final."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from competitions import services
from competitions.forms.follow import GiveForm, PrizeForm
from competitions.models import Event, Prize
from competitions.queries.follow import prize_lines
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from unions.forms import attempt


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def prize_create(request, pk):
    """Add a prize to an event."""
    event = kept_event(request, pk)
    form = PrizeForm(request.POST or None, initial={"position": event.prizes.count() + 1})
    if attempt(form, services.add_prize, event=event, by=request.user):
        messages.success(request, "已添加奖项")
        return redirect(event)
    return _form(request, form, "添加奖项", event)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def prize_edit(request, pk):
    """Change a prize."""
    prize = _kept_prize(request, pk)
    form = PrizeForm(request.POST or None, instance=prize)
    if attempt(form, services.edit_prize, prize=prize, by=request.user):
        messages.success(request, "已保存")
        return redirect(prize.event)
    return _form(request, form, "编辑奖项", prize.event)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def prize_delete(request, pk):
    """Take a prize away."""
    prize = _kept_prize(request, pk)
    press(request, "已删除奖项", services.remove_prize, prize=prize)
    return redirect(prize.event)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def award_give(request, pk):
    """Say when the prizes are given; before that, how many get which."""
    event = kept_event(request, pk)
    form = GiveForm(request.POST or None)
    if awards := attempt(form, services.give_awards, event=event, by=request.user):
        messages.success(request, f"已颁发 {len(awards)} 个奖项，可以打印获奖证书")
        return redirect(event)
    context = {"form": form, "event": event, "lines": prize_lines(event)}
    return render(request, "competitions/award_give.html", context)


def kept_event(request, pk) -> Event:
    """The event, if the user keeps its contest; otherwise 404."""
    return get_object_or_404(Event.objects.editable_by(request.user).select_related("contest__union"), pk=pk)


def _kept_prize(request, pk) -> Prize:
    found = Prize.objects.editable_by(request.user).select_related("event__contest")
    return get_object_or_404(found, pk=pk)


def _form(request, form, title: str, event: Event):
    context = {"form": form, "title": title, "back": event, "submit": "保存"}
    return render(request, "unions/action_form.html", context)
