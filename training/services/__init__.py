"""Changes to records of training and skill. Each is atomic, audited, and gated by the user's reach."""

from training.services.certificates import (
    edit_certificate,
    enter_certificate,
    refuse_certificate,
    revoke_certificate,
    verify_certificate,
)
from training.services.evidence import add_evidence, remove_evidence
from training.services.permits import (
    edit_permit,
    enter_permit,
    review_permit,
    revoke_permit,
    strike_review,
)

__all__ = [
    "add_evidence",
    "edit_certificate",
    "edit_permit",
    "enter_certificate",
    "enter_permit",
    "refuse_certificate",
    "remove_evidence",
    "review_permit",
    "revoke_certificate",
    "revoke_permit",
    "strike_review",
    "verify_certificate",
]
