"""What the roll's own tables forget of a person (settings.PERSON_ERASERS); the dated rows and codes stay."""

from django.db.models import Q

from workers.models import (
    BulkEditRow,
    Conflict,
    DuplicatePair,
    Employment,
    IdentityDocument,
    Merge,
    Proposal,
    Transfer,
)


def erase_roll(worker_ids: list[int], keys: list[bytes]) -> None:
    """Documents go; free texts and what somebody stated about these people become empty."""
    IdentityDocument.objects.filter(worker__in=worker_ids).delete()
    Employment.objects.filter(worker__in=worker_ids).update(occupation="", team="", staff_number="")
    Proposal.objects.filter(worker__in=worker_ids).update(note="", decision_note="")
    Transfer.objects.filter(worker__in=worker_ids).update(note="", closing_note="")
    stated = Q(worker__in=worker_ids) | Q(claimed__record__in=[str(pk) for pk in worker_ids])
    Conflict.objects.filter(stated).update(claimed={}, note="")
    DuplicatePair.objects.filter(Q(low__in=worker_ids) | Q(high__in=worker_ids)).update(note="")
    Merge.objects.filter(Q(kept__in=worker_ids) | Q(absorbed__in=worker_ids)).update(rows={}, note="")
    BulkEditRow.objects.filter(worker__in=worker_ids).update(before="")
