"""Skill leaders: proposed by a union, confirmed or refused by the town, ended early where need be."""

import datetime as dt
from copy import copy

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import SkillLeader
from training.models.nominations import Proposal
from training.rules.leaders import CLEANERS, after, refuse_amount, refuse_term
from training.services.nominations import decide, keep, refuse_gone, reopen, seen, tell, waiting
from training.services.proofs import locked_worker
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

FACTS = ("trade", "team", "start", "end", "allowance", "document_number")


@transaction.atomic
def propose_leader(*, worker: Worker, by: User, until: dt.date, **facts) -> SkillLeader:
    """Propose a person as skill leader: trade, team, start, ``until`` (the last day), allowance in yuan a month and
    the number of the document. Raises RuleError by field."""
    worker = locked_worker(worker.pk, by)
    refuse_gone(worker)
    leader = SkillLeader(worker=worker, union_id=worker.union_id, entered_by=by, **cleaned(facts, CLEANERS))
    _check(leader, until)
    leader.save()
    require_editable(leader, by)
    tell(leader, by, "training.leader_propose", start=str(leader.start))
    return leader


@transaction.atomic
def edit_leader(*, leader: SkillLeader, version: str, by: User, until: dt.date, **facts) -> SkillLeader:
    """Correct the facts; the town decides anew, about a refused one also where they stay. Raises RuleError by field,
    ``stale`` when somebody was faster."""
    leader = seen(leader, version, by)
    if leader.end_note:
        raise RuleError(f"聘期已于 {leader.end} 提前结束，不能再修改。重新聘任的请另行登记。")
    before = copy(leader)
    for name, value in cleaned(facts, CLEANERS).items():
        setattr(leader, name, value)
    _check(leader, until)
    _refuse_stray_payments(leader)
    changes = audit.differences(before, leader, list(FACTS))
    if not changes and leader.state != Proposal.REFUSED:
        return leader
    reopen(leader)
    leader.full_clean()
    return keep(leader, by, "training.leader_edit", changes=changes, was=before.state)


@transaction.atomic
def confirm_leader(*, leader: SkillLeader, version: str, by: User) -> SkillLeader:
    """The town confirms the appointment as it was seen. Raises RuleError."""
    return decide(waiting(leader, version, by), Proposal.ACCEPTED, by, "training.leader_confirm")


@transaction.atomic
def refuse_leader(*, leader: SkillLeader, version: str, note: str, by: User) -> SkillLeader:
    """The town does not confirm it, for a reason that the union sees. Raises RuleError."""
    leader = waiting(leader, version, by)
    if leader.payments.exists():
        raise RuleError("已登记发放津贴，不能不予确认。请先删去登记错的津贴，或提前结束聘期。")
    return decide(leader, Proposal.REFUSED, by, "training.leader_refuse", note)


@transaction.atomic
def end_leader(*, leader: SkillLeader, version: str, end: dt.date, note: str, by: User) -> SkillLeader:
    """End a term early: ``end`` is the first day it no longer holds, the first day of all for one that was entered by
    mistake. Raises RuleError by field."""
    leader = seen(leader, version, by)
    note = stated_reason(note, "note")
    if leader.state == Proposal.REFUSED:
        raise RuleError("没有通过审定的不必提前结束")
    if leader.end_note:
        raise RuleError(f"聘期已于 {leader.end} 提前结束，请刷新页面")
    if not leader.start <= end < leader.end:
        text = f"提前结束日期应在聘期之内（{leader.start} 至 {leader.until}），现填 {end}"
        raise RuleError({"end": text})
    leader.end, leader.end_note = end, note
    _refuse_stray_payments(leader)
    leader.full_clean()
    return keep(leader, by, "training.leader_end", end=str(end), note=note)


def _check(leader: SkillLeader, until: dt.date) -> None:
    """Term and allowance, then what the database would refuse."""
    leader.clean_fields(exclude=["end"])
    refuse_term(leader.start, until)
    refuse_amount(leader.allowance, "allowance")
    leader.end = after(until)
    leader.full_clean()


def _refuse_stray_payments(leader: SkillLeader) -> None:
    """Raise RuleError when the term no longer touches a month whose allowance was paid."""
    first = leader.start.replace(day=1)
    stray = leader.payments.exclude(month__gte=first, month__lt=leader.end).first()
    if stray:
        text = f"已登记发放 {stray.month:%Y-%m} 的津贴，不在聘期之内。请先删去登记错的津贴，或核对日期。"
        raise RuleError(text)
