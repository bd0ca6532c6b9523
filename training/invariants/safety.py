"""What must hold of the rules of safety training; run by ``manage.py check_invariants``."""

from core.invariants import unknown_codes
from training.models import SafetyProfile

INVARIANTS = (("risks of firms exist", lambda: unknown_codes(SafetyProfile, "risk", "safety_risk")),)
