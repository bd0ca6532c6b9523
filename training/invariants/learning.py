"""What must hold for outside learning; run by ``manage.py check_invariants``."""

from core.invariants import unknown_codes
from training.models import OutsideLearning

LIMIT = 20


def _learning_is_about_people() -> list[str]:
    rows = OutsideLearning.objects.exclude(worker__merged_into=None).order_by("pk")
    return [f"OutsideLearning {pk}: of a merged record" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


INVARIANTS = (
    ("kinds of outside learning exist", lambda: unknown_codes(OutsideLearning, "kind", "training_kind")),
    ("outside learning is about people, not signs of merged records", _learning_is_about_people),
)
