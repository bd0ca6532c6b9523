"""Professional titles of the demo town: some of those with a high rung hold one, a few wait for the town."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from training.models import Certificate, Title

NAMES = {"L4": ("助理工程师", "2"), "L5": ("工程师", "3"), "L6": ("高级工程师", "4")}
EVERY, WAITS = 6, 4


def fill_titles(*, by: User, today: dt.date) -> int:
    """A title for every sixth person with a verified certificate of a high rung, every fourth of them waiting."""
    held = Certificate.objects.valid_on(today).filter(level__in=NAMES).order_by("worker", "-level", "pk")
    holders = list(held.distinct("worker").values_list("worker", "level", "issued_on"))[::EVERY]
    rows = []
    for place, (worker, level, issued_on) in enumerate(holders):
        name, rank = NAMES[level]
        waits = place % WAITS == WAITS - 1
        rows.append(
            Title(
                worker_id=worker, name=name, rank=rank, series="工程技术", issuer="演示市职称评审委员会",
                issued_on=min(issued_on + dt.timedelta(days=365), today), entered_by=by,
                state=Title.State.ENTERED if waits else Title.State.VERIFIED,
                decided_by=None if waits else by, decided_at=None if waits else timezone.now(),
            )
        )  # fmt: skip
    Title.objects.bulk_create(rows)
    return len(rows)
