"""What the town decides about people whom unions propose: accepted, or refused with a reason the union sees."""

from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.errors import RuleError
from core.forms import check_version
from training.models.nominations import Nomination, Proposal
from training.services.proofs import locked
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

DECISION = ("state", "decided_by", "decided_at", "decision_note")


def refuse_gone(worker: Worker, field: str | None = None) -> None:
    """Raise RuleError for a person who has left."""
    if worker.standing == "left":
        text = "此人已离会，不能再登记。请核对人员。"
        raise RuleError({field: text} if field else text)


def seen(nomination: Nomination, version: str, by: User, permission=Permission.EDIT_TRAINING):
    """The row as stored, with its person locked first. Raises RuleError ``stale``; PermissionDenied out of reach."""
    nomination = locked(nomination, by, permission)
    check_version(nomination, version)
    return nomination


def waiting(nomination: Nomination, version: str, by: User):
    """The row locked for the town. Raises RuleError when it was decided already."""
    nomination = seen(nomination, version, by, Permission.DECIDE_TRAINING)
    if nomination.state != Proposal.PROPOSED:
        raise RuleError(f"现为“{nomination.get_state_display()}”，不是待审定。请刷新页面。")
    return nomination


def decide(nomination: Nomination, state: str, by: User, action: str, note: str = "", **details):
    """Write the decision, and tell the trail. A refusal needs a reason (RuleError at ``note``)."""
    nomination.decision_note = stated_reason(note, "note") if state == Proposal.REFUSED else ""
    nomination.state, nomination.decided_by, nomination.decided_at = state, by, timezone.now()
    return keep(nomination, by, action, note=nomination.decision_note, **details)


def reopen(nomination: Nomination) -> None:
    """The town has not decided about these facts yet."""
    nomination.state, nomination.decided_by, nomination.decided_at = Proposal.PROPOSED, None, None
    nomination.decision_note = ""


def keep(nomination: Nomination, by: User, action: str, **details):
    """Save a changed row, once more inside the reach, and tell the trail."""
    nomination.version += 1
    nomination.save()
    require_editable(nomination, by)
    tell(nomination, by, action, **details)
    return nomination


def tell(nomination: Nomination, by: User, action: str, **details) -> None:
    """One entry about the row."""
    audit.record(by, action, nomination, union_id=nomination.union_id, worker=nomination.worker_id, **details)
