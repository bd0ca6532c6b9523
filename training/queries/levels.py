"""How high somebody stands on the ladder, for apps beside this one (settings.HIGHEST_LEVELS)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from training.models import Certificate


def highest_levels(workers: Sequence[int], day: dt.date) -> dict[int, str]:
    """The code of the highest rung that verified certificates prove on the day, by the key of the person; who has
    none is not in it."""
    held = Certificate.objects.valid_on(day).filter(worker__in=workers).highest_levels()
    return dict(held.values_list("worker", "highest"))


def proofs_of_level() -> QuerySet[Certificate]:
    """The verified certificates of a rung, as rows with ``worker``, ``level``, ``issued_on``, ``number``, ``trade`` and
    a page of their own; one that was revoked is no proof any more (settings.LEVEL_PROOFS)."""
    return (
        Certificate.objects.filter(state=Certificate.State.VERIFIED)
        .exclude(level="")
        .order_by("issued_on", "pk")
    )
