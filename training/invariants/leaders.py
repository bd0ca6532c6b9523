"""What must hold between skill leaders and their allowances; run by ``manage.py check_invariants``."""

from django.db.models import F, Q
from django.db.models.functions import TruncMonth

from training.models import AllowancePayment, SkillLeader

LIMIT = 20


def _leaders_are_people() -> list[str]:
    rows = SkillLeader.objects.exclude(worker__merged_into=None).order_by("pk").values_list("pk", flat=True)
    return [f"SkillLeader {pk}: of a merged record" for pk in rows[:LIMIT]]


def _allowances_lie_within_terms() -> list[str]:
    rows = AllowancePayment.objects.filter(leader__end__gt=F("leader__start"))
    rows = rows.filter(Q(month__lt=TruncMonth("leader__start")) | Q(month__gte=F("leader__end")))
    keys = rows.order_by("pk").values_list("pk", flat=True)
    return [f"AllowancePayment {pk}: outside the term of its leader" for pk in keys[:LIMIT]]


INVARIANTS = (
    ("skill leaders are people, not signs of merged records", _leaders_are_people),
    ("allowances lie within the terms of their leaders", _allowances_lie_within_terms),
)
