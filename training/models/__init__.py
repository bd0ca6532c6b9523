"""Training and skill records of people on the roll."""

from training.models.apprentices import Apprenticeship
from training.models.bases import BaseEvaluation, TrainingBase
from training.models.candidates import Candidate, CandidateNote
from training.models.certificates import LEVELS, Certificate, Evidence
from training.models.classes import SAFETY, Attendance, Enrolment, SafetyLevel, Session, TrainingClass
from training.models.courses import Course, CourseSection, Option, Question
from training.models.demand import DemandLine, DemandReturn, DemandSurvey, Quarter
from training.models.key_posts import KeyPost, KeyPostHolder
from training.models.leaders import AllowancePayment, Payer, SkillLeader
from training.models.learners import Attempt, Learner, SectionProgress
from training.models.learning import LearningPaper, OutsideLearning
from training.models.permits import Permit, PermitNotice, PermitReview
from training.models.photos import ClassPhoto
from training.models.plans import PlanLine, TrainingPlan
from training.models.providers import Agreement, AgreementPaper, Provider, Qualification
from training.models.safety import HIGH, MANUFACTURING, SafetyProfile
from training.models.subsidies import ABILITY, RUNGS, ShortageTrade, SubsidyClaim, SubsidyLimit, SubsidyRate
from training.models.titles import Rank, Title

__all__ = [
    "ABILITY",
    "HIGH",
    "LEVELS",
    "MANUFACTURING",
    "RUNGS",
    "SAFETY",
    "Agreement",
    "AgreementPaper",
    "AllowancePayment",
    "Apprenticeship",
    "Attempt",
    "Attendance",
    "BaseEvaluation",
    "Candidate",
    "CandidateNote",
    "Certificate",
    "ClassPhoto",
    "Course",
    "CourseSection",
    "DemandLine",
    "DemandReturn",
    "DemandSurvey",
    "Enrolment",
    "Evidence",
    "KeyPost",
    "KeyPostHolder",
    "Learner",
    "LearningPaper",
    "Option",
    "OutsideLearning",
    "Payer",
    "Permit",
    "PermitNotice",
    "PermitReview",
    "PlanLine",
    "Provider",
    "Qualification",
    "Quarter",
    "Question",
    "Rank",
    "SafetyLevel",
    "SafetyProfile",
    "SectionProgress",
    "Session",
    "ShortageTrade",
    "SkillLeader",
    "SubsidyClaim",
    "SubsidyLimit",
    "SubsidyRate",
    "Title",
    "TrainingBase",
    "TrainingClass",
    "TrainingPlan",
]
