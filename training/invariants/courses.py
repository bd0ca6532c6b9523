"""What must hold for online courses and those who learn them; run by ``manage.py check_invariants``."""

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Extract

from core.invariants import unknown_codes
from training.models import Course, Learner, Question, SectionProgress
from training.rules.courses import COURSE_TABLES

LIMIT = 20


def _nobody_learned_longer_than_the_clock_ran() -> list[str]:
    rows = Learner.objects.filter(began_at__isnull=False).annotate(
        counted=Sum("progress__seconds"), span=Extract(F("beat_at") - F("began_at"), "epoch")
    )
    rows = rows.filter(counted__gt=F("span") + 1)
    return [
        f"Learner {pk}: more seconds counted than passed" for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _progress_is_of_the_course() -> list[str]:
    rows = SectionProgress.objects.exclude(section__course=F("learner__course"))
    return [f"SectionProgress {pk}: of another course" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _questions_can_be_answered() -> list[str]:
    right = Count("options", filter=Q(options__is_right=True))
    rows = Question.objects.annotate(right=right, offered=Count("options"))
    rows = rows.filter(Q(right=0) | Q(offered__lt=2) | (~Q(kind="multiple") & Q(right__gt=1)))
    return [f"Question {pk}: cannot be answered" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _learners_are_people() -> list[str]:
    rows = Learner.objects.exclude(worker__merged_into=None).order_by("pk")
    return [f"Learner {pk}: of a merged record" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _codes_exist() -> list[str]:
    return [text for field, table in COURSE_TABLES.items() for text in unknown_codes(Course, field, table)]


INVARIANTS = (
    ("codes of online courses exist", _codes_exist),
    ("nobody learned longer than the clock ran", _nobody_learned_longer_than_the_clock_ran),
    ("progress belongs to sections of the course", _progress_is_of_the_course),
    ("questions of courses can be answered", _questions_can_be_answered),
    ("learners are people, not signs of merged records", _learners_are_people),
)
