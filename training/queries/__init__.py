"""Reads over records of training and skill."""

from training.models import Certificate, TrainingClass

OFFERED = 200


def only_union(unions) -> int | None:
    """The key of the union of somebody who keeps only one, for a form to begin with."""
    keys = list(unions.order_by().values_list("pk", flat=True)[:2])
    return keys[0] if len(keys) == 1 else None


def trades_used(user) -> list[str]:
    """Trades of certificates and classes in the user's reach, for forms to offer."""
    held = Certificate.objects.visible_to(user).order_by().values_list("trade", flat=True)
    taught = TrainingClass.objects.visible_to(user).exclude(trade="").order_by()
    return list(held.union(taught.values_list("trade", flat=True)).order_by("trade")[:OFFERED])
