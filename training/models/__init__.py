"""Training and skill records of people on the roll."""

from training.models.certificates import LEVELS, Certificate, Evidence
from training.models.classes import SAFETY, Attendance, Enrolment, SafetyLevel, Session, TrainingClass
from training.models.permits import Permit, PermitNotice, PermitReview
from training.models.titles import Rank, Title

__all__ = [
    "LEVELS",
    "SAFETY",
    "Attendance",
    "Certificate",
    "Enrolment",
    "Evidence",
    "Permit",
    "PermitNotice",
    "PermitReview",
    "Rank",
    "SafetyLevel",
    "Session",
    "Title",
    "TrainingClass",
]
