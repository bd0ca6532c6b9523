"""What must hold between inspections and hazards."""

from django.db.models import F, Q

from core.invariants import unknown_codes
from rights.models import Hazard

LIMIT = 20


def _days_follow_the_visit() -> list[str]:
    visit = F("inspection__on")
    rows = Hazard.objects.filter(Q(due_on__lt=visit) | Q(replied_on__lt=visit) | Q(closed_on__lt=visit))
    keys = rows.order_by("pk").values_list("pk", flat=True)[:LIMIT]
    return [f"Hazard {pk}: a day of it lies before the visit" for pk in keys]


def _levels_are_known() -> list[str]:
    return unknown_codes(Hazard, "level", "hazard_level")


INVARIANTS = [
    ("days of a hazard follow the visit that found it", _days_follow_the_visit),
    ("levels of hazards exist", _levels_are_known),
]
