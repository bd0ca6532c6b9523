"""What must hold of candidates; run by ``manage.py check_invariants``."""

from django.db.models import Q

from core.invariants import unknown_codes
from training.models import Candidate

LIMIT = 20


def _candidates_are_people() -> list[str]:
    gone = Q(worker__merged_into__isnull=False) | Q(mentor__merged_into__isnull=False)
    rows = Candidate.objects.filter(gone).order_by("pk").values_list("pk", flat=True)
    return [f"Candidate {pk}: of a merged record" for pk in rows[:LIMIT]]


INVARIANTS = (
    ("candidates and mentors are people, not signs of merged records", _candidates_are_people),
    (
        "goals of candidates are known levels",
        lambda: unknown_codes(Candidate, "goal_level", "skill_level"),
    ),
)
