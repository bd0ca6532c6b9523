"""Reads over the audit trail."""

from django.db import connection

from accounts.models import AuditEntry

BROKEN = """
SELECT id FROM (
    SELECT entry.id, entry.hash, entry.previous_hash, accounts_audit_digest(entry) AS digest,
           lag(entry.hash, 1, '\\x'::bytea) OVER (ORDER BY entry.id) AS last_hash,
           row_number() OVER (ORDER BY entry.id) AS place
    FROM accounts_auditentry entry
) chain
WHERE hash <> digest OR previous_hash <> last_hash OR id <> place
ORDER BY id LIMIT 20
"""


def broken_audit_entries() -> list[int]:
    """Ids (at most 20) where the chain does not hold: altered, removed or inserted entries."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        return [row[0] for row in cursor.fetchall()]


def history_of(obj):
    """The audit entries about one object, newest first."""
    return AuditEntry.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk).select_related(
        "actor"
    )
