"""The audit trail for services of this floor: the trail itself belongs to the accounts above."""

from django.conf import settings
from django.utils.module_loading import import_string

ACCESS = "access"  # the category of entries about looks, as the trail names it


def record(by, action: str, obj=None, **details) -> None:
    """Append one entry through ``settings.AUDIT_RECORDER``; call it last in a transaction."""
    import_string(settings.AUDIT_RECORDER)(by, action, obj, **details)
