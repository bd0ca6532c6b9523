"""Training and skill records of people on the roll."""

from training.models.certificates import LEVELS, Certificate, Evidence

__all__ = [
    "LEVELS",
    "Certificate",
    "Evidence",
]
