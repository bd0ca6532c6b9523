"""Writing the audit trail."""

from collections.abc import Iterable

from django.db import models

from accounts.models import AuditEntry, User
from core.fields import EncryptedTextField

CHANGED = "（已变更，加密保存）"


def record(
    by: User | None,
    action: str,
    obj: models.Model | None = None,
    *,
    category: str = AuditEntry.Category.BUSINESS,
    union_id: int | None = None,
    ip: str | None = None,
    **details,
) -> AuditEntry:
    """Append one entry. ``details`` must be JSON-ready and hold no identity or phone number.

    Call it last in a transaction: the chain is locked until commit.
    """
    return AuditEntry.objects.create(
        category=category,
        action=action,
        actor=by,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        union_id=union_id,
        ip=ip,
        details=details,
    )


def record_each(by: User, action: str, told: Iterable[tuple[models.Model, int | None, dict]]) -> None:
    """Append one entry for each (object, union, details), in their order, by one statement; details as for ``record``."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            category=AuditEntry.Category.BUSINESS,
            action=action,
            actor=by,
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            union_id=union_id,
            details=details,
        )
        for obj, union_id, details in told
    )


def differences(before: models.Model | None, after: models.Model, fields: list[str]) -> dict:
    """``{field: [before, after]}`` for the fields that differ; encrypted values appear as CHANGED."""
    changes = {}
    for name in fields:
        field = after._meta.get_field(name)
        old = getattr(before, field.attname) if before is not None else None
        new = getattr(after, field.attname)
        if old == new:
            continue
        if isinstance(field, EncryptedTextField | models.BinaryField):
            changes[name] = CHANGED
        else:
            changes[name] = [_plain(old), _plain(new)]
    return changes


def _plain(value):
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
