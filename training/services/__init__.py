"""Changes to records of training and skill. Each is atomic, audited, and gated by the user's reach."""

from training.services.certificates import (
    edit_certificate,
    enter_certificate,
    refuse_certificate,
    revoke_certificate,
    verify_certificate,
)
from training.services.evidence import add_evidence, remove_evidence

__all__ = [
    "add_evidence",
    "edit_certificate",
    "enter_certificate",
    "refuse_certificate",
    "remove_evidence",
    "revoke_certificate",
    "verify_certificate",
]
