"""What becomes of the business about two records that are merged: it goes over, or is closed with a note."""

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from workers.models import (
    Change,
    Conflict,
    Membership,
    Proposal,
    RollCallEntry,
    Transfer,
    Worker,
)

NOTE = "两份记录已合并"


def hand_over_matters(kept: Worker, absorbed: Worker, by: User) -> list[str]:
    """Point everything about the absorbed record at the kept one; returns what was closed.

    Of open business one of a kind stays, and only if it still fits where the membership is now.
    """
    running = kept.memberships.filter(end=None).first()
    closed = _proposals(kept, absorbed, running, by)
    closed += _transfers(kept, absorbed, running, by)
    closed += _conflicts(kept, absorbed, running.union_id if running else kept.union_id, by)
    taken = RollCallEntry.objects.filter(worker=kept).values("roll_call")
    RollCallEntry.objects.filter(worker=absorbed).exclude(roll_call__in=taken).update(worker=kept)
    return closed


def _proposals(kept: Worker, absorbed: Worker, running: Membership | None, by: User) -> list[str]:
    Proposal.objects.filter(worker=absorbed).exclude(state=Proposal.State.OPEN).update(worker=kept)
    waiting = list(Proposal.objects.open().filter(worker__in=[kept, absorbed]))
    waiting.sort(key=lambda row: row.worker_id != kept.pk)
    fitting = [row for row in waiting if _fits(row, running)]
    closed = [row for row in waiting if row not in fitting[:1]]
    ending = {"state": Proposal.State.CANCELLED, "decided_by": by, "decided_at": timezone.now()}
    for row in closed:
        Proposal.objects.filter(pk=row.pk).update(worker=kept, decision_note=NOTE, **ending)
    Proposal.objects.filter(pk__in=[row.pk for row in fitting[:1]]).update(worker=kept)
    return [f"proposal:{row.pk}" for row in closed]


def _fits(proposal: Proposal, running: Membership | None) -> bool:
    joins = proposal.source == Proposal.Source.APPLICATION or proposal.change == Change.JOIN
    if running is None:
        return joins
    return not joins and proposal.union_id == running.union_id


def _transfers(kept: Worker, absorbed: Worker, running: Membership | None, by: User) -> list[str]:
    Transfer.objects.filter(worker=absorbed).exclude(state=Transfer.State.PENDING).update(worker=kept)
    waiting = list(Transfer.objects.pending().filter(worker__in=[kept, absorbed]))
    waiting.sort(key=lambda row: row.worker_id != kept.pk)
    fitting = [row for row in waiting if running is not None and row.origin_id == running.union_id]
    closed = [row for row in waiting if row not in fitting[:1]]
    ending = {"state": Transfer.State.CANCELLED, "closed_by": by, "closed_at": timezone.now()}
    for row in closed:
        Transfer.objects.filter(pk=row.pk).update(worker=kept, closing_note=NOTE, **ending)
    Transfer.objects.filter(pk__in=[row.pk for row in fitting[:1]]).update(worker=kept)
    return [f"transfer:{row.pk}" for row in closed]


def _conflicts(kept: Worker, absorbed: Worker, home: int, by: User) -> list[str]:
    """A case that the merge answers is decided by it: the membership is where it is now."""
    answered = Q(claimed__record__in=[str(kept.pk), str(absorbed.pk)]) | Q(claimant=home)
    twice = Q(worker=absorbed, claimant__in=Conflict.objects.open().filter(worker=kept).values("claimant"))
    cases = Conflict.objects.open().filter(worker__in=[kept, absorbed])
    closed = list(cases.filter(answered | twice))
    for case in closed:
        moved = case.claimant_id == home and case.holder_id != home
        decision = Conflict.Decision.TRANSFERRED if moved else Conflict.Decision.KEPT
        ending = {"decision": decision, "decided_by": by, "decided_at": timezone.now(), "note": NOTE}
        Conflict.objects.filter(pk=case.pk).update(**ending)
    Conflict.objects.filter(worker=absorbed).update(worker=kept)
    return [f"conflict:{case.pk}" for case in closed]
