"""Changes to records of training and skill. Each is atomic, audited, and gated by the user's reach."""

from training.services.agreements import (
    add_paper,
    edit_agreement,
    end_agreement,
    enter_agreement,
    remove_paper,
)
from training.services.allowances import pay_month, strike_payment
from training.services.apprentices import (
    edit_apprenticeship,
    end_apprenticeship,
    enter_apprenticeship,
    reopen_apprenticeship,
)
from training.services.attendance import note_attendance
from training.services.bases import (
    edit_base,
    edit_evaluation,
    enter_base,
    evaluate_base,
    restore_base,
    withdraw_base,
)
from training.services.candidates import (
    accept_candidate,
    conclude,
    edit_candidate,
    nominate,
    note_year,
    refuse_candidate,
    reopen_candidate,
)
from training.services.certificates import (
    edit_certificate,
    enter_certificate,
    refuse_certificate,
    restore_certificate,
    revoke_certificate,
    verify_certificate,
    verify_certificates,
)
from training.services.classes import (
    add_session,
    cancel_class,
    clone_class,
    edit_class,
    edit_session,
    finish_class,
    open_class,
    plan_class,
    remove_session,
    start_class,
)
from training.services.demand import close_survey, edit_survey, open_survey, reopen_survey, return_demand
from training.services.enrolments import enrol, withdraw
from training.services.evidence import add_evidence, remove_evidence
from training.services.key_post_holders import assign_holder, release_holder, strike_holder
from training.services.key_posts import change_requirements, edit_key_post, end_key_post, enter_key_post
from training.services.leaders import confirm_leader, edit_leader, end_leader, propose_leader, refuse_leader
from training.services.permit_notices import tell_holder
from training.services.permits import edit_permit, enter_permit, review_permit, revoke_permit, strike_review
from training.services.photos import add_photo, remove_photo
from training.services.plans import clone_plan, delete_plan, draft_plan, publish_plan, reopen_plan, write_plan
from training.services.providers import (
    add_qualification,
    edit_provider,
    edit_qualification,
    enter_provider,
    remove_qualification,
)
from training.services.results import record_results
from training.services.sign_in import allow_day_code, rate_class, sign_in

__all__ = [
    "accept_candidate",
    "add_evidence",
    "add_paper",
    "add_photo",
    "add_qualification",
    "add_session",
    "allow_day_code",
    "assign_holder",
    "cancel_class",
    "change_requirements",
    "clone_class",
    "clone_plan",
    "close_survey",
    "conclude",
    "confirm_leader",
    "delete_plan",
    "draft_plan",
    "edit_agreement",
    "edit_apprenticeship",
    "edit_base",
    "edit_candidate",
    "edit_certificate",
    "edit_class",
    "edit_evaluation",
    "edit_key_post",
    "edit_leader",
    "edit_permit",
    "edit_provider",
    "edit_qualification",
    "edit_session",
    "edit_survey",
    "end_agreement",
    "end_apprenticeship",
    "end_key_post",
    "end_leader",
    "enrol",
    "enter_agreement",
    "enter_apprenticeship",
    "enter_base",
    "enter_certificate",
    "enter_key_post",
    "enter_permit",
    "enter_provider",
    "evaluate_base",
    "finish_class",
    "nominate",
    "note_attendance",
    "note_year",
    "open_class",
    "open_survey",
    "pay_month",
    "plan_class",
    "propose_leader",
    "publish_plan",
    "rate_class",
    "record_results",
    "refuse_candidate",
    "refuse_certificate",
    "refuse_leader",
    "release_holder",
    "remove_evidence",
    "remove_paper",
    "remove_photo",
    "remove_qualification",
    "remove_session",
    "reopen_apprenticeship",
    "reopen_candidate",
    "reopen_plan",
    "reopen_survey",
    "restore_base",
    "restore_certificate",
    "return_demand",
    "review_permit",
    "revoke_certificate",
    "revoke_permit",
    "sign_in",
    "start_class",
    "strike_holder",
    "strike_payment",
    "strike_review",
    "tell_holder",
    "verify_certificate",
    "verify_certificates",
    "withdraw",
    "withdraw_base",
    "write_plan",
]
