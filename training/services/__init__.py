"""Changes to records of training and skill. Each is atomic, audited, and gated by the user's reach."""

from training.services.attendance import note_attendance
from training.services.certificates import (
    edit_certificate,
    enter_certificate,
    refuse_certificate,
    revoke_certificate,
    verify_certificate,
)
from training.services.classes import (
    add_session,
    cancel_class,
    clone_class,
    edit_class,
    finish_class,
    open_class,
    plan_class,
    remove_session,
    start_class,
)
from training.services.enrolments import enrol, withdraw
from training.services.evidence import add_evidence, remove_evidence
from training.services.permit_notices import tell_holder
from training.services.permits import (
    edit_permit,
    enter_permit,
    review_permit,
    revoke_permit,
    strike_review,
)
from training.services.results import record_results

__all__ = [
    "add_evidence",
    "add_session",
    "cancel_class",
    "clone_class",
    "edit_certificate",
    "edit_class",
    "edit_permit",
    "enrol",
    "enter_certificate",
    "enter_permit",
    "finish_class",
    "note_attendance",
    "open_class",
    "plan_class",
    "record_results",
    "refuse_certificate",
    "remove_evidence",
    "remove_session",
    "review_permit",
    "revoke_certificate",
    "revoke_permit",
    "start_class",
    "strike_review",
    "tell_holder",
    "verify_certificate",
    "withdraw",
]
