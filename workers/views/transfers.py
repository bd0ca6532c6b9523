"""会籍接转: starting one, and each side's answer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.errors import RuleError
from core.idempotency import once
from core.text import mask_name
from unions.forms import attempt
from unions.models import Employer
from workers import matters
from workers.forms.matters import AcceptForm, NoteForm, ReleaseForm, TransferForm
from workers.models import Transfer, Worker
from workers.services.transfers import (
    accept_transfer,
    keeps_both,
    refuse_transfer,
    release_transfer,
    start_transfer,
    start_transfer_home,
    withdraw_transfer,
)
from workers.views.memberships import editable_worker


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def transfer_create(request, pk):
    """Start a transfer to another union of the town."""
    worker = editable_worker(request.user, pk)
    several = matters.unions_of(request.user).count() > 1
    form = TransferForm(request.POST or None, may_choose=several)
    if transfer := attempt(form, start_transfer, worker=worker, by=request.user):
        messages.success(request, f"已发起{worker.name}的会籍接转，待{transfer.destination}接收")
        return redirect(transfer)
    context = {
        "form": form,
        "who": worker.name,
        "title": "发起接转",
        "submit": "发起",
        "back": worker.get_absolute_url(),
        "hint": f"会籍现在{worker.union.name}。转入工会接收之后会籍才变动；接收之前双方都能看到，可以撤回。"
        "对方只看到姓氏和证件末四位。",
    }
    return render(request, "workers/matter_action.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_POST
@once
def transfer_home(request, pk):
    """Start the transfer of a member at a holding union to the union of the present firm."""
    worker = editable_worker(request.user, pk)
    try:
        transfer = start_transfer_home(worker=worker, by=request.user)
    except RuleError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(worker)
    messages.success(request, f"已发起{worker.name}的会籍接转，待{transfer.destination}接收")
    return redirect(transfer)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_safe
def transfer_detail(request, pk):
    """One transfer as both sides see it; the new union learns no more of the person than it needs."""
    transfer = _transfer(request.user, pk)
    pending = transfer.state == Transfer.State.PENDING
    is_origin, is_destination = (
        matters.keeps(request.user, transfer.origin),
        matters.keeps(request.user, transfer.destination),
    )
    context = _person(request.user, transfer) | {
        "transfer": transfer,
        "document": transfer.worker.documents.filter(is_current=True).defer("number", "number_index").first(),
        "reasons": codes.names("membership_change_reason"),
        "document_types": codes.names("id_document_type"),
        "may_release": pending and is_origin and not transfer.released_at,
        "may_withdraw": pending and is_origin,
        "may_accept": pending and is_destination and not transfer.accepted_at,
        "may_refuse": pending and is_destination,
    }
    return render(request, "workers/transfer_detail.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def transfer_accept(request, pk):
    """The new union takes the member over."""
    transfer = _of_side(request.user, pk, "destination")
    firms = Employer.objects.within_reach(request.user, Permission.EDIT_ROLL)
    firms = firms.filter(union=transfer.destination_id)
    form = AcceptForm(request.POST or None, employers=firms, note_required=keeps_both(request.user, transfer))
    if request.method == "POST" and (
        done := attempt(form, accept_transfer, transfer=transfer, by=request.user)
    ):
        finished = done.state == Transfer.State.DONE
        messages.success(request, "已接收，会籍已转入" if finished else "已接收，待转出工会确认")
        return redirect(done)
    hint = f"接收后会籍自 {transfer.on} 起在{transfer.destination}。请先与本人核对。"
    return _action(request, transfer, form, "接收会籍", "接收", hint)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def transfer_release(request, pk):
    """The old union lets the member go."""
    transfer = _of_side(request.user, pk, "origin")
    form = ReleaseForm(request.POST or None, note_required=keeps_both(request.user, transfer))
    if request.method == "POST" and (
        done := attempt(form, release_transfer, transfer=transfer, by=request.user)
    ):
        finished = done.state == Transfer.State.DONE
        messages.success(request, "已确认转出，会籍已转出" if finished else "已确认转出，待转入工会接收")
        return redirect(done)
    hint = f"确认会籍自 {transfer.on} 起从{transfer.origin}转出。"
    return _action(request, transfer, form, "确认转出", "确认", hint)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def transfer_refuse(request, pk):
    """The new union sends the transfer back."""
    transfer = _of_side(request.user, pk, "destination")
    form = NoteForm(request.POST or None)
    if attempt(form, refuse_transfer, transfer=transfer, by=request.user):
        messages.success(request, "已退回")
        return redirect(transfer)
    return _action(request, transfer, form, "退回接转", "退回", "会籍留在转出工会。对方可以看到理由。")


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def transfer_withdraw(request, pk):
    """The old union takes the transfer back."""
    transfer = _of_side(request.user, pk, "origin")
    form = NoteForm(request.POST or None, required=False)
    if request.method == "POST" and attempt(form, withdraw_transfer, transfer=transfer, by=request.user):
        messages.success(request, "已撤回")
        return redirect(transfer)
    return _action(request, transfer, form, "撤回接转", "撤回", "会籍留在转出工会。对方可以看到说明。")


def _action(request, transfer: Transfer, form, title: str, submit: str, hint: str):
    context = {
        "form": form,
        "who": _person(request.user, transfer)["shown_name"],
        "title": title,
        "submit": submit,
        "back": transfer.get_absolute_url(),
        "hint": hint,
    }
    return render(request, "workers/matter_action.html", context)


def _person(user, transfer: Transfer) -> dict:
    """The name for those who may open the record, masked for the other side."""
    opens = Worker.objects.visible_to(user).filter(pk=transfer.worker_id).exists()
    name = transfer.worker.name
    return {"opens": opens, "shown_name": name if opens else mask_name(name)}


def _transfer(user, pk) -> Transfer:
    related = ("worker", "origin", "destination", "requested_by", "released_by", "accepted_by", "closed_by")
    rows = Transfer.objects.editable_by(user).select_related(*related)
    return get_object_or_404(rows.defer("worker__phone", "worker__phone_index"), pk=pk)


def _of_side(user, pk, side: str) -> Transfer:
    """The transfer, for whoever keeps that side's roll; the other side's answer is not theirs to find."""
    transfer = _transfer(user, pk)
    if not matters.keeps(user, getattr(transfer, side)):
        raise Http404
    return transfer
