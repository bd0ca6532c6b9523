"""Training and skill records of people on the roll."""

from training.models.certificates import LEVELS, Certificate, Evidence
from training.models.permits import Permit, PermitReview

__all__ = [
    "LEVELS",
    "Certificate",
    "Evidence",
    "Permit",
    "PermitReview",
]
