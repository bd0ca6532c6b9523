"""Reads over records of training and skill."""

from training.models import Certificate

OFFERED = 200


def trades_used(user) -> list[str]:
    """Trades of certificates in the user's reach, for forms to offer."""
    rows = Certificate.objects.visible_to(user).order_by("trade").values_list("trade", flat=True)
    return list(rows.distinct()[:OFFERED])
