"""Reads over competitions."""

from competitions.models import Event

OFFERED = 200


def trades_used(user) -> list[str]:
    """Trades of events in the user's reach, for forms to offer."""
    found = Event.objects.visible_to(user).exclude(trade="").order_by("trade")
    return list(found.values_list("trade", flat=True).distinct()[:OFFERED])
