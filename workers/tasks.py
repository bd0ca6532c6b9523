"""Jobs of the roll (settings.JOB_HANDLERS)."""

from core.jobs import Claim
from workers.services import bulk_edits


def apply_bulk_edit(claim: Claim) -> None:
    """Write a confirmed bulk edit."""
    bulk_edits.apply_bulk_edit(edit_id=claim.args["edit"], by=claim.by, finish=claim.finish)


def undo_bulk_edit(claim: Claim) -> None:
    """Take a bulk edit back."""
    bulk_edits.undo_bulk_edit(edit_id=claim.args["edit"], by=claim.by, finish=claim.finish)
