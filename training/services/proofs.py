"""What certificates and titles have in common: a union enters them, the town decides (states of ``Certificate``).

The person is locked first, then the row; reach is that of a permission. Callers name the action for the trail.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.errors import RuleError
from core.forms import check_version
from training.models import Certificate
from training.rules.certificates import clean_note
from unions.rules import past_or_today
from workers.models import Worker

State = Certificate.State
DECISION = ("state", "revoked_on", "decided_by", "decided_at", "decision_note", "version")


def locked_worker(pk: int, by: User, permission=Permission.EDIT_TRAINING) -> Worker:
    """Raises PermissionDenied out of reach, and for somebody who was merged away or anonymised."""
    Worker.objects.select_for_update().defer("phone").get(pk=pk)
    reach = Worker.objects.within_reach(by, permission).filter(pk=pk, anonymised_on=None)
    worker = reach.defer("phone").first()
    if worker is None:
        raise PermissionDenied
    return worker


def locked(proof, by: User, permission=Permission.EDIT_TRAINING):
    """The row as stored, with its person, both locked. Raises PermissionDenied out of reach."""
    worker = locked_worker(proof.worker_id, by, permission)
    proof = type(proof).objects.select_for_update().get(pk=proof.pk)
    proof.worker = worker
    return proof


def waiting(proof, version: str, by: User):
    """The row locked for whoever decides. Raises RuleError when it was decided, or is not what was seen."""
    proof = locked(proof, by, Permission.DECIDE_TRAINING)
    check_version(proof, version)
    if proof.state != State.ENTERED:
        raise RuleError(
            f"该{proof._meta.verbose_name}现为“{proof.get_state_display()}”，不是待核验，请刷新页面"
        )
    return proof


def decide(proof, state: str, by: User, action: str, *, note="", **details):
    """Write the decision, and tell the trail."""
    proof.state, proof.decided_by, proof.decided_at = state, by, timezone.now()
    proof.decision_note = note
    proof.version += 1
    proof.save(update_fields=list(DECISION))
    record(by, action, proof, note=note, **details)
    return proof


def revoke(proof, version: str, on: dt.date, note: str, by: User, action: str):
    """A verified one has lost its force; it counts until ``on``. Raises RuleError by field."""
    proof = locked(proof, by, Permission.DECIDE_TRAINING)
    check_version(proof, version)
    if proof.state != State.VERIFIED:
        raise RuleError(
            f"只有已核验的可以登记失效，该{proof._meta.verbose_name}现为“{proof.get_state_display()}”"
        )
    try:
        past_or_today(on)
    except RuleError as error:
        raise RuleError({"on": error})
    if on < proof.issued_on:
        raise RuleError({"on": f"失效日期不能早于发证日期 {proof.issued_on}"})
    proof.revoked_on = on
    return decide(proof, State.REVOKED, by, action, note=reason(note), end=str(on))


def restore(proof, version: str, note: str, by: User, action: str):
    """A revocation was recorded by mistake: verified again, as if it had never been revoked. Raises RuleError without a
    reason."""
    proof = locked(proof, by, Permission.DECIDE_TRAINING)
    check_version(proof, version)
    if proof.state != State.REVOKED:
        raise RuleError(f"该{proof._meta.verbose_name}现为“{proof.get_state_display()}”，没有登记失效")
    was, proof.revoked_on = proof.revoked_on, None
    return decide(proof, State.VERIFIED, by, action, note=reason(note), was=str(was))


def reopen(proof) -> None:
    """Nobody has decided about these facts yet."""
    proof.state, proof.decided_by, proof.decided_at = State.ENTERED, None, None
    proof.decision_note = ""


def reason(note: str) -> str:
    """A reason that the union sees. Raises RuleError for none."""
    note = clean_note(note)
    if not note:
        raise RuleError({"note": "请写明理由，录入的工会会看到"})
    return note


def check(proof) -> None:
    """What one row must hold, and that it was issued after its person was born. Raises ValidationError by field."""
    born = proof.worker.birth_date
    if born and proof.issued_on and proof.issued_on <= born:
        raise RuleError({"issued_on": f"发证日期“{proof.issued_on}”不晚于出生日期，请对照证书核对"})
    proof.full_clean()


def save_new(row, *, exclude=()) -> None:
    """Insert a row that was checked. Where somebody else took the same number in between, raises RuleError with
    the text of the constraint rather than a database error."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        try:
            row.full_clean(exclude=exclude)  # now sees the row that was faster
        except ValidationError as refusal:
            raise RuleError(refusal) from refusal
        raise


def record(by: User, action: str, proof, **details) -> None:
    """One entry about the row."""
    audit.record(by, action, proof, union_id=proof.worker.union_id, worker=proof.worker_id, **details)
