"""What must hold between classes, sessions and enrolments; run by ``manage.py check_invariants``."""

from django.db.models import Count, F, Q

from core.invariants import unknown_codes
from training.models import (
    Agreement,
    Attendance,
    DemandLine,
    DemandReturn,
    Enrolment,
    PlanLine,
    Session,
    TrainingClass,
)
from training.rules.classes import CLASS_TABLES
from training.rules.providers import AGREEMENT_TABLES

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


def _attendance_is_of_the_class() -> list[str]:
    rows = Attendance.objects.exclude(session__training_class=F("enrolment__training_class"))
    return [f"Attendance {pk}: of another class" for pk in rows.values_list("pk", flat=True)[:LIMIT]]


def _codes_exist() -> list[str]:
    found = [(TrainingClass, field, table) for field, table in CLASS_TABLES.items()]
    found += [
        (model, field, table) for model in (DemandLine, PlanLine) for field, table in CLASS_TABLES.items()
    ]
    found += [(Agreement, field, table) for field, table in AGREEMENT_TABLES.items()]
    return [text for model, field, table in found for text in unknown_codes(model, field, table)]


def _agreements_cover_the_union() -> list[str]:
    rows = TrainingClass.objects.exclude(agreement=None).select_related("union", "agreement__union")
    wrong = [row.pk for row in rows if not row.union.path.startswith(row.agreement.union.path)]
    return [f"TrainingClass {pk}: its agreement is of another union" for pk in wrong[:LIMIT]]


def _answers_say_something() -> list[str]:
    rows = DemandReturn.objects.annotate(count=Count("lines"))
    rows = rows.filter(Q(no_demand=True, count__gt=0) | Q(no_demand=False, count=0))
    return [
        f"DemandReturn {pk}: no demand and lines, or neither"
        for pk in rows.values_list("pk", flat=True)[:LIMIT]
    ]


def _plans_cover_the_union() -> list[str]:
    rows = TrainingClass.objects.exclude(plan_line=None).select_related("union", "plan_line__plan__union")
    wrong = [row.pk for row in rows if not row.union.path.startswith(row.plan_line.plan.union.path)]
    return [f"TrainingClass {pk}: its plan is of another union" for pk in wrong[:LIMIT]]


INVARIANTS = (
    ("codes of classes, agreements, demand and plans exist", _codes_exist),
    ("answers to surveys have lines or say that there is no demand", _answers_say_something),
    ("classes fulfil plans of their union or one above", _plans_cover_the_union),
    ("classes run under agreements of their union or one above", _agreements_cover_the_union),
    ("no class has more people than places", _nobody_sits_on_a_place_that_is_not_there),
    ("nobody waits while there are places", _nobody_waits_beside_a_free_place),
    ("sessions lie within the dates of their class", _sessions_lie_within_their_class),
    ("attendance is of the class of its session", _attendance_is_of_the_class),
    ("enrolments are about people, not signs of merged records", _enrolments_are_about_people),
)
