"""Changes of membership that somebody proposes and somebody else decides (domain facts 3).

An application (入会申请) waits for the union committee; people missed at a roll call wait for whoever knows
what became of them. Nothing happens to a membership before the decision, and nothing is decided by a clock.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.text import clean_text
from unions.models import Union
from unions.rules import past_or_today
from unions.scoping import require_editable
from workers.models import Change, Proposal, RollCall, Worker
from workers.movements import PENSIONED
from workers.services.employments import end_jobs
from workers.services.memberships import (
    asked,
    carry_out,
    check_age_on,
    check_home,
    death_of,
    locked,
    settle_position,
    touch,
)

Source, State = Proposal.Source, Proposal.State


@transaction.atomic
def propose(
    *,
    worker: Worker,
    source: str,
    by: User,
    change: str = "",
    reason: str = "",
    status: str = "",
    on: dt.date | None = None,
    note: str = "",
    union: Union | None = None,
    roll_call: RollCall | None = None,
) -> Proposal:
    """Put a change of membership up for decision; ``on`` is the day of the application or of the finding.

    An application is a joining by somebody without a membership. Other proposals may leave the change open
    when only the absence is known. Raises RuleError, also while other business about the person is open.
    """
    day = _past_day(on or timezone.localdate())
    worker = locked(worker.pk)
    require_editable(worker, by)
    union = union or worker.union
    if source == Source.APPLICATION:
        change = Change.JOIN
        _check_application(worker, union, day)
    elif change and not worker.memberships.filter(end=None).exists():
        raise RuleError(f"此人目前没有会籍，不能办理“{Change(change).label}”")
    _refuse_while_open(worker, source)
    proposal = Proposal(worker=worker, union=union, source=source, change=change, reason=reason, on=day)
    proposal.status, proposal.note, proposal.roll_call = status, clean_text(note)[:200], roll_call
    proposal.created_by = by
    proposal.full_clean()
    proposal.save()
    touch(worker)
    require_editable(proposal, by)
    _record("workers.proposal", proposal, by, on=str(day), note=proposal.note)
    return proposal


@transaction.atomic
def decide(
    *,
    proposal: Proposal,
    by: User,
    on: dt.date,
    change: str = "",
    reason: str = "",
    status: str = "",
    note: str = "",
    union: Union | None = None,
) -> Proposal:
    """Carry a proposal out as of ``on`` by the rules of ``change_membership`` and close it as done.

    For an application ``on`` is the day of the committee's approval, with which the membership starts.
    ``change``, ``reason`` and ``status`` replace what was proposed. A missed person without a membership and
    without a change loses the job. Raises RuleError by field.
    """
    worker, proposal = _locked_pair(proposal, by)
    _check_decision(worker, proposal, change, _past_day(on))
    change = change or proposal.change
    union = proposal.union if proposal.source == Source.APPLICATION else union
    facts = {"reason": reason or proposal.reason, "status": status or proposal.status, "note": note}
    close_proposal(proposal, State.DONE, by, _outcome(proposal, change, on, note))
    if not change:
        _leave_job(worker, proposal, on, by)
        return proposal
    move = asked(worker, change=change, on=on, union=union, proposal=proposal, **facts)
    carry_out(move, by)
    require_editable(worker, by)
    require_editable(proposal, by)
    return proposal


@transaction.atomic
def refuse(*, proposal: Proposal, note: str, by: User) -> Proposal:
    """Decide that nothing is done, for a reason. Raises RuleError without one, or when it was decided before."""
    if not clean_text(note):
        raise RuleError({"note": "请写明不予办理的理由"})
    _, proposal = _locked_pair(proposal, by)
    close_proposal(proposal, State.REFUSED, by, note)
    _record("workers.proposal_refuse", proposal, by, note=proposal.decision_note)
    return proposal


@transaction.atomic
def cancel(*, proposal: Proposal, by: User, note: str = "") -> Proposal:
    """Take a proposal back: the applicant withdrew, or it was entered by mistake."""
    _, proposal = _locked_pair(proposal, by)
    close_proposal(proposal, State.CANCELLED, by, note)
    _record("workers.proposal_cancel", proposal, by, note=proposal.decision_note)
    return proposal


def check_applicant(worker: Worker) -> None:
    """Raise RuleError for somebody who has a membership or may not join any more."""
    running = worker.memberships.filter(end=None).first()
    if running:
        raise RuleError(f"此人自 {running.start} 起已有会籍，不能再申请入会；从其他工会来的请办理接转")
    if worker.employment_status in PENSIONED:
        raise RuleError("已退休、离休人员不能新入会；如就业状况有误，请先更正")
    if died_on := death_of(worker):
        raise RuleError(f"名册登记此人已于 {died_on} 死亡；如登记有误，请在“会籍变化”中更正")


def close_proposal(proposal: Proposal, state: str, by: User, note: str) -> None:
    """Write the outcome of a proposal that the caller has locked with its person."""
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.decision_note = clean_text(note)[:200]
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])


def _outcome(proposal: Proposal, change: str, on: dt.date, note: str) -> str:
    """The note, after what was done where that was not settled by the proposal itself."""
    if proposal.source == Source.APPLICATION:
        return note
    done = Change(change).label if change else "登记离职"
    return f"{done}，{on} 起。{note}"


def _check_application(worker: Worker, union: Union, day: dt.date) -> None:
    check_applicant(worker)
    check_home(union, day)
    check_age_on(worker, day)


def _check_decision(worker: Worker, proposal: Proposal, change: str, day: dt.date) -> None:
    if proposal.source == Source.APPLICATION:
        if change not in ("", Change.JOIN):
            raise RuleError({"change": "入会申请只能批准入会、不予批准或撤回"})
        if day < proposal.on:
            raise RuleError({"on": f"批准日期不能早于申请日期 {proposal.on}"})
    elif not change and not proposal.change and worker.memberships.filter(end=None).exists():
        raise RuleError({"change": "请选择会籍变化类型"})


def _leave_job(worker: Worker, proposal: Proposal, on: dt.date, by: User) -> None:
    """Somebody on the roll without a membership is gone: the jobs at the firms of the union end."""
    end_jobs(worker, on)
    settle_position(worker)
    require_editable(proposal, by)
    audit.record(
        by, "workers.unemploy", worker, union_id=worker.union_id, end=str(on), proposal=proposal.pk,
        note=proposal.decision_note,
    )  # fmt: skip


def _refuse_while_open(worker: Worker, source: str) -> None:
    """A finding of a roll call or list stands beside a transfer, which closes it when it is carried out."""
    if source not in (Source.ROLL_CALL, Source.LIST) and worker.transfers.pending().exists():
        raise RuleError("此人的会籍正在接转，请先办结接转")
    if worker.proposals.open().exists():
        raise RuleError("此人已有一项待决定的会籍变化，请先办结")


def _locked_pair(proposal: Proposal, by: User) -> tuple[Worker, Proposal]:
    """The person first, then the proposal, in the order of every service. Raises RuleError when decided."""
    worker = locked(proposal.worker_id)
    proposal = Proposal.objects.select_related("union", "decided_by").get(pk=proposal.pk)
    proposal.worker = worker
    require_editable(proposal, by)
    if proposal.state != State.OPEN:
        raise RuleError(
            f"这一项已由 {proposal.decided_by} 于 {timezone.localdate(proposal.decided_at)} 办结："
            f"{proposal.get_state_display()}"
        )
    return worker, proposal


def _record(action: str, proposal: Proposal, by: User, **details) -> None:
    audit.record(
        by,
        action,
        proposal.worker,
        union_id=proposal.union_id,
        proposal=proposal.pk,
        source=str(proposal.source),
        change=str(proposal.change),
        **details,
    )


def _past_day(day: dt.date) -> dt.date:
    try:
        return past_or_today(day)
    except RuleError as error:
        raise RuleError({"on": error})
