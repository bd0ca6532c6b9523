"""What must hold between classes, sessions and enrolments; run by ``manage.py check_invariants``."""

from django.db.models import Count, F, Q

from core.invariants import unknown_codes
from training.class_rules import CLASS_TABLES
from training.models import Enrolment, Session, TrainingClass

LIMIT = 20


def _nobody_sits_on_a_place_that_is_not_there() -> list[str]:
    taken = Count("enrolments", filter=Q(enrolments__state="enrolled"))
    rows = TrainingClass.objects.exclude(capacity=None).annotate(taken=taken).filter(taken__gt=F("capacity"))
    return [
        f"TrainingClass {pk}: {taken} enrolled for {capacity} places"
        for pk, taken, capacity in rows.order_by("pk").values_list("pk", "taken", "capacity")[:LIMIT]
    ]


def _nobody_waits_beside_a_free_place() -> list[str]:
    taken = Count("enrolments", filter=Q(enrolments__state="enrolled"))
    waiting = Count("enrolments", filter=Q(enrolments__state="waiting"))
    rows = TrainingClass.objects.filter(state__in=["open", "running"]).annotate(taken=taken, queue=waiting)
    rows = rows.filter(Q(capacity=None) | Q(taken__lt=F("capacity")), queue__gt=0)
    return [
        f"TrainingClass {pk}: people wait beside free places"
        for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _sessions_lie_within_their_class() -> list[str]:
    rows = Session.objects.filter(
        Q(on__lt=F("training_class__starts_on")) | Q(on__gt=F("training_class__ends_on"))
    )
    return [
        f"Session {pk}: outside the dates of its class" for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _enrolments_are_about_people() -> list[str]:
    rows = Enrolment.objects.filter(worker__merged_into__isnull=False)
    return [f"Enrolment {pk}: of a merged record" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _codes_exist() -> list[str]:
    return [
        text for field, table in CLASS_TABLES.items() for text in unknown_codes(TrainingClass, field, table)
    ]


INVARIANTS = (
    ("codes of classes exist", _codes_exist),
    ("no class has more people than places", _nobody_sits_on_a_place_that_is_not_there),
    ("nobody waits while there are places", _nobody_waits_beside_a_free_place),
    ("sessions lie within the dates of their class", _sessions_lie_within_their_class),
    ("enrolments are about people, not signs of merged records", _enrolments_are_about_people),
)
