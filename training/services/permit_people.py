"""What becomes of permits when two records of a person are merged, and when a person is forgotten."""

from training.models import Permit, PermitReview
from training.services.permits import chain
from workers.models import Worker


def move_permits(kept: Worker, absorbed: Worker) -> None:
    """The cards of the absorbed record go over; of one category and item the newest stays in use."""
    if Permit.objects.filter(worker=absorbed).update(worker=kept):
        chain(kept.pk)


def erase_permits(worker_ids: list[int], keys: list[bytes]) -> None:
    """Numbers, issuers and notes go; category, dates and reviews stay for past figures."""
    gone = {"number": None, "number_index": None, "number_tail": "", "issuer": "", "item": "", "end_note": ""}
    Permit.objects.filter(worker__in=worker_ids).update(**gone)
    PermitReview.objects.filter(permit__worker__in=worker_ids).update(note="")
