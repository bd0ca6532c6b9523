"""Jobs of the roll (settings.JOB_HANDLERS)."""

from celery import shared_task

from core.jobs import Claim
from workers.services import bulk_edits, duplicates


def apply_bulk_edit(claim: Claim) -> None:
    """Write a confirmed bulk edit."""
    bulk_edits.apply_bulk_edit(edit_id=claim.args["edit"], by=claim.by, finish=claim.finish)


def undo_bulk_edit(claim: Claim) -> None:
    """Take a bulk edit back."""
    bulk_edits.undo_bulk_edit(edit_id=claim.args["edit"], by=claim.by, finish=claim.finish)


def find_duplicates(claim: Claim) -> None:
    """Search the whole roll for pairs that may be one person."""
    duplicates.search_roll(finish=claim.finish)


@shared_task(name="workers.tasks.queue_duplicate_search")
def queue_duplicate_search() -> None:
    """Nightly."""
    duplicates.request_search(by=None)
