"""What must hold of apprenticeships; run by ``manage.py check_invariants``."""

from django.db.models import F, Q

from core.invariants import unknown_codes
from training.models import Apprenticeship

LIMIT = 20


def _pairs_are_about_people() -> list[str]:
    gone = Q(master__merged_into__isnull=False) | Q(apprentice__merged_into__isnull=False)
    rows = Apprenticeship.objects.filter(gone).order_by("pk").values_list("pk", flat=True)
    return [f"Apprenticeship {pk}: of a merged record" for pk in rows[:LIMIT]]


def _certificates_are_the_apprentices() -> list[str]:
    rows = Apprenticeship.objects.exclude(certificate=None).exclude(certificate__worker=F("apprentice"))
    keys = rows.order_by("pk").values_list("pk", flat=True)
    return [f"Apprenticeship {pk}: its certificate is somebody else's" for pk in keys[:LIMIT]]


INVARIANTS = (
    ("apprenticeships are about people, not signs of merged records", _pairs_are_about_people),
    ("certificates of apprenticeships are the apprentice's", _certificates_are_the_apprentices),
    (
        "goals of apprenticeships are known levels",
        lambda: unknown_codes(Apprenticeship, "goal_level", "skill_level"),
    ),
)
