"""Transfers between two unions of the town (会籍接转): the old one releases, the new one accepts (domain facts 3).

Both confirmations are needed, in whatever order; until then both sides see the transfer and the membership
stays where it is. The second confirmation closes the old spell and opens the new one on the same day.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.text import clean_text
from unions.models import Employer, Union
from unions.scoping import require_editable
from workers.matters import keeps
from workers.models import Change, Membership, Transfer, Worker
from workers.services.employments import end_jobs, open_employment
from workers.services.matters import close_open_business
from workers.services.memberships import asked, carry_out, check_home, locked, touch

ORIGIN, DESTINATION = "origin", "destination"
RELATION_CHANGED = "1"
State = Transfer.State


@transaction.atomic
def start_transfer(
    *,
    worker: Worker,
    destination: Union,
    on: dt.date,
    by: User,
    reason: str = "",
    note: str = "",
    confirm: str = "",
) -> Transfer:
    """Ask for the transfer of a member to another union as of ``on``.

    Whoever keeps only the old union's roll releases by asking. Whoever keeps both (town staff) confirms
    nothing unless ``confirm`` says for which side, with a note. ``destination`` may lie outside the user's
    reach. Raises RuleError by field.
    """
    worker = locked(worker.pk)
    require_editable(worker, by)
    origin = _origin(worker, destination, on)
    if worker.transfers.pending().exists():
        raise RuleError("此人的会籍正在接转，请先办结")
    transfer = Transfer(worker=worker, origin=origin, destination=destination, on=on, reason=reason)
    transfer.note, transfer.requested_by = clean_text(note)[:200], by
    side = confirm if keeps_both(by, transfer) else ORIGIN
    if side and side == confirm and not transfer.note:
        raise RuleError({"note": "代一方确认的，请写明依据"})
    _confirm(transfer, side, by)
    transfer.full_clean()
    transfer.save()
    closed = close_open_business([worker.pk], by=by, note="改办会籍接转", transfer=transfer)
    touch(worker)
    require_editable(transfer, by)
    _record("workers.transfer", transfer, by, side=side, closed=closed)
    return transfer


@transaction.atomic
def release_transfer(*, transfer: Transfer, by: User, note: str = "") -> Transfer:
    """Confirm for the old union. Carries the transfer out when the new one has accepted. Raises RuleError."""
    worker, transfer = _locked_pair(transfer, ORIGIN, by)
    if transfer.released_at:
        raise RuleError("转出工会已经确认")
    _need_grounds(transfer, note, by)
    return _confirmed(worker, transfer, ORIGIN, by, note)


@transaction.atomic
def accept_transfer(
    *, transfer: Transfer, by: User, note: str = "", employer: Employer | None = None
) -> Transfer:
    """Confirm for the new union. Carries the transfer out when the old one has released.

    With ``employer``, a firm of the new union, the present main job ends and one there begins the same day;
    without it employments stay as they are. Raises RuleError by field.
    """
    worker, transfer = _locked_pair(transfer, DESTINATION, by)
    if transfer.accepted_at:
        raise RuleError("转入工会已经接收")
    if employer and employer.union_id != transfer.destination_id:
        raise RuleError({"employer": "请选择转入工会的单位"})
    _need_grounds(transfer, note, by)
    if employer and not transfer.released_at:
        raise RuleError({"employer": "转出工会尚未确认，接转完成后再登记就业"})
    return _confirmed(worker, transfer, DESTINATION, by, note, employer)


@transaction.atomic
def refuse_transfer(*, transfer: Transfer, note: str, by: User) -> Transfer:
    """Send the transfer back, as the new union, with the reason. The membership stays where it is."""
    if not clean_text(note):
        raise RuleError({"note": "请写明退回的理由"})
    _, transfer = _locked_pair(transfer, DESTINATION, by)
    _close(transfer, State.REFUSED, by, note)
    require_editable(transfer, by)
    _record("workers.transfer_refuse", transfer, by, note=transfer.closing_note)
    return transfer


@transaction.atomic
def withdraw_transfer(*, transfer: Transfer, by: User, note: str = "") -> Transfer:
    """Take a pending transfer back, as the old union. Raises RuleError when it is over."""
    _, transfer = _locked_pair(transfer, ORIGIN, by)
    _close(transfer, State.CANCELLED, by, note)
    require_editable(transfer, by)
    _record("workers.transfer_cancel", transfer, by, note=transfer.closing_note)
    return transfer


@transaction.atomic
def start_transfer_home(*, worker: Worker, by: User) -> Transfer:
    """Start the transfer of a member at a holding union to the union that covers the present firm by now.

    Released by asking: a holding union keeps members only until their firm has a union. Raises RuleError.
    """
    worker = locked(worker.pk)
    today = timezone.localdate()
    coverage = worker.employer and worker.employer.coverages.on(today).select_related("union").first()
    if not worker.union.is_holding or coverage is None or coverage.union_id == worker.union_id:
        raise RuleError("此人不在代管会籍的工会，或现工作单位还没有建会")
    confirm = ORIGIN if keeps(by, worker.union, coverage.union) else ""
    return start_transfer(
        worker=worker,
        destination=coverage.union,
        on=today,
        reason=RELATION_CHANGED,
        note="代管会籍；现工作单位已建会",
        confirm=confirm,
        by=by,
    )


def keeps_both(user: User, transfer: Transfer) -> bool:
    """Whether the user keeps the rolls of both sides, and so must say for which one to confirm."""
    return keeps(user, transfer.origin, transfer.destination)


def _origin(worker: Worker, destination: Union, on: dt.date) -> Union:
    """The union that holds the running membership, when it can go to ``destination`` as of the day."""
    current = asked(worker, change=Change.TRANSFER_IN, on=on).current
    if current is None:
        raise RuleError("此人目前没有会籍，不能接转；请办理入会申请")
    if current.union_id == destination.pk:
        raise RuleError({"destination": "转入工会就是现在的工会"})
    if on <= current.start:
        raise RuleError({"on": f"接转日期应晚于现有会籍的起始日期 {current.start}"})
    try:
        check_home(destination, on)
    except RuleError as error:
        faults = {
            "destination" if name == "union" else name: texts for name, texts in error.error_dict.items()
        }
        raise RuleError(faults)
    return current.union


def _locked_pair(transfer: Transfer, side: str, by: User) -> tuple[Worker, Transfer]:
    """The person first, then the transfer. 403 for the other side; RuleError when it is over."""
    worker = locked(transfer.worker_id)
    transfer = Transfer.objects.select_related("origin", "destination", "closed_by").get(pk=transfer.pk)
    transfer.worker = worker
    if not keeps(by, getattr(transfer, side)):
        raise PermissionDenied
    if transfer.state != State.PENDING:
        day = timezone.localdate(transfer.closed_at)
        raise RuleError(f"这项接转已由 {transfer.closed_by} 于 {day} 办结：{transfer.get_state_display()}")
    return worker, transfer


def _need_grounds(transfer: Transfer, note: str, by: User) -> None:
    if not clean_text(note) and keeps_both(by, transfer):
        raise RuleError({"note": "代一方确认的，请写明依据"})


def _confirm(transfer: Transfer, side: str, by: User) -> None:
    if side == ORIGIN:
        transfer.released_by, transfer.released_at = by, timezone.now()
    elif side == DESTINATION:
        transfer.accepted_by, transfer.accepted_at = by, timezone.now()


def _confirmed(
    worker: Worker, transfer: Transfer, side: str, by: User, note: str, employer: Employer | None = None
) -> Transfer:
    """Note one confirmation; with both, change the membership."""
    _confirm(transfer, side, by)
    transfer.save()
    if transfer.released_at and transfer.accepted_at:
        _carry_out(worker, transfer, by, note, employer)
        require_editable(transfer, by)
    else:
        require_editable(transfer, by)
        _record("workers.transfer_confirm", transfer, by, side=side, note=clean_text(note)[:200])
    return transfer


def _carry_out(worker: Worker, transfer: Transfer, by: User, note: str, employer: Employer | None) -> None:
    held = Membership.objects.filter(worker=worker, end=None, union=transfer.origin_id)
    if not held.exists():
        raise RuleError("会籍已不在转出工会，不能接转")
    _close(transfer, State.DONE, by, note)
    if employer and not worker.employments.filter(employer=employer, end=None).exists():
        if worker.employer_id:
            end_jobs(worker, transfer.on, worker.employer_id)
        open_employment(worker, employer, start=transfer.on)
    move = asked(
        worker,
        change=Change.TRANSFER_IN,
        on=transfer.on,
        reason=transfer.reason,
        union=transfer.destination,
        note=note,
        transfer=transfer,
    )
    carry_out(move, by)


def _close(transfer: Transfer, state: str, by: User, note: str) -> None:
    transfer.state, transfer.closed_by, transfer.closed_at = state, by, timezone.now()
    transfer.closing_note = clean_text(note)[:200]
    transfer.save()


def _record(action: str, transfer: Transfer, by: User, **details) -> None:
    """In the person's trail, kept with the old union: names of unions are no secret (unions.queries.destinations)."""
    audit.record(
        by,
        action,
        transfer.worker,
        union_id=transfer.origin_id,
        transfer=transfer.pk,
        on=str(transfer.on),
        changes={"transfer": [transfer.origin.name, transfer.destination.name]},
        **{key: value for key, value in details.items() if value},
    )
