"""视为自动退会: six months without dues and part in anything, and persuasion in vain (domain facts 3).

The system lists candidates and never decides. A person decides, for each of them, with the grounds in writing.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.codes import legal_number
from core.errors import RuleError
from core.text import clean_text
from unions.scoping import require_editable
from workers.models import Change, Proposal, Worker
from workers.services.memberships import asked, carry_out, locked
from workers.services.proposals import close_proposal, propose, refuse

DEEMED_MONTHS = "membership.deemed_months"


@transaction.atomic
def deem_withdrawn(
    *,
    worker: Worker,
    on: dt.date,
    months: int,
    persuaded_on: dt.date,
    persuaded_by: str,
    by: User,
    note: str = "",
) -> Proposal:
    """Decide that an active member counts as withdrawn as of ``on``; returns the done proposal.

    ``months`` without dues must reach the legal number, and somebody must have tried to persuade the person
    before. An open proposal about the person is settled with it. Raises RuleError by field.
    """
    worker = locked(worker.pk)
    require_editable(worker, by)
    least = int(legal_number(DEEMED_MONTHS, on=on))
    if months < least:
        raise RuleError({"months": f"连续 {least} 个月以上不缴会费、不参加活动，才能视为自动退会"})
    if persuaded_on > on:
        raise RuleError({"persuaded_on": "劝说日期不能晚于退会日期"})
    name = clean_text(persuaded_by)
    if not name:
        raise RuleError({"persuaded_by": "请写明由谁劝说"})
    proposal = _open_proposal(worker, by)
    grounds = f"连续{months}个月未缴会费、未参加活动；{persuaded_on}由{name}劝说无效。{clean_text(note)}"[
        :200
    ]
    move = asked(worker, change=Change.WITHDRAW, on=on, note=grounds, proposal=proposal, is_deemed=True)
    if move.current and move.current.is_retained:
        raise RuleError("保留会籍期间免缴会费，不能视为自动退会")
    close_proposal(proposal, Proposal.State.DONE, by, grounds)
    carry_out(move, by)
    require_editable(worker, by)
    return proposal


@transaction.atomic
def keep_candidate(*, worker: Worker, note: str, by: User) -> Proposal:
    """Decide that the person stays a member, for a reason; the list shows the person again only after the
    same span of months. Raises RuleError without a reason."""
    if not clean_text(note):
        raise RuleError({"note": "请写明保留在籍的理由"})
    worker = locked(worker.pk)
    require_editable(worker, by)
    return refuse(proposal=_open_proposal(worker, by), note=note, by=by)


def _open_proposal(worker: Worker, by: User) -> Proposal:
    """The proposal this decision settles: the open one about the person, or one of its own."""
    found = worker.proposals.open().first()
    if found:
        return found
    return propose(
        worker=worker,
        source=Proposal.Source.CANDIDATE,
        change=Change.WITHDRAW,
        on=timezone.localdate(),
        by=by,
    )
