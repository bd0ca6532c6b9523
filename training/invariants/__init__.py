"""What must hold between the rows of this app; run by ``manage.py check_invariants``."""

from core.invariants import unknown_codes
from training.invariants.permits import PERMIT_INVARIANTS
from training.models import Certificate, Title

LIMIT = 20


def _certificates_belong_to_people() -> list[str]:
    found = []
    for model in (Certificate, Title):
        rows = model.objects.exclude(worker__merged_into=None).order_by("pk")
        keys = rows.values_list("pk", flat=True)[:LIMIT]
        found += [f"{model._meta.label} {pk}: its person was merged away" for pk in keys]
    return found


def _levels_are_known() -> list[str]:
    return unknown_codes(Certificate, "level", "skill_level")


INVARIANTS = [
    (
        "certificates and titles belong to people, not to signs of merged records",
        _certificates_belong_to_people,
    ),
    ("levels of certificates exist", _levels_are_known),
    *PERMIT_INVARIANTS,
]
