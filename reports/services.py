"""Asking for reports, publishing them, and what staff enter about them."""

from django.utils import timezone

from core.reporting import PeriodKind
from reports.models import ReportSchedule

# Day and hour of the schedules that come with the software; staff change them.
FIRST_SCHEDULES = {PeriodKind.MONTHLY: (3, 6), PeriodKind.QUARTERLY: (5, 6), PeriodKind.ANNUAL: (10, 6)}


def load_schedules() -> dict[str, int]:
    """Make the town's three schedules where they are missing; those staff have changed stay."""
    for kind, (day, hour) in FIRST_SCHEDULES.items():
        ReportSchedule.objects.get_or_create(
            kind=kind, union=None, defaults={"day": day, "hour": hour, "since": timezone.now()}
        )
    return {"report schedules": len(FIRST_SCHEDULES)}
