"""What must hold in the audit trail and between accounts; run by ``manage.py check_invariants``."""

from django.db.models import F

from accounts.models import Invitation
from accounts.queries import broken_audit_entries


def _audit_chain_holds() -> list[str]:
    return [f"AuditEntry {pk}: altered, removed or inserted" for pk in broken_audit_entries()]


def _invitations_are_used_in_time() -> list[str]:
    rows = Invitation.objects.filter(used_at__gt=F("expires_at")).order_by("pk")[:20]
    return [f"Invitation {row.pk} was used after it had run out" for row in rows]


INVARIANTS = [
    ("the audit chain is unbroken", _audit_chain_holds),
    ("invitations were used before they ran out", _invitations_are_used_in_time),
]
