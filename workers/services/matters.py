"""Open business about a person: what else changes the membership closes it, so that nobody decides on it twice."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from workers.models import Proposal, Transfer

NOTE_LENGTH = 200


def close_open_business(
    workers: Iterable[int],
    *,
    by: User,
    note: str,
    proposal: Proposal | None = None,
    transfer: Transfer | None = None,
) -> list[str]:
    """Cancel the open proposals and pending transfers of these people, but the one that is being carried out.

    The caller has locked the people and writes the audit entry; returns what was closed, for its details.
    """
    proposals = Proposal.objects.open().filter(worker__in=list(workers))
    transfers = Transfer.objects.pending().filter(worker__in=list(workers))
    if proposal is not None:
        proposals = proposals.exclude(pk=proposal.pk)
    if transfer is not None:
        transfers = transfers.exclude(pk=transfer.pk)
    closed = [f"proposal:{pk}" for pk in proposals.order_by("pk").values_list("pk", flat=True)]
    closed += [f"transfer:{pk}" for pk in transfers.order_by("pk").values_list("pk", flat=True)]
    now, text = timezone.now(), note[:NOTE_LENGTH]
    proposals.update(state=Proposal.State.CANCELLED, decided_by=by, decided_at=now, decision_note=text)
    transfers.update(state=Transfer.State.CANCELLED, closed_by=by, closed_at=now, closing_note=text)
    return closed
