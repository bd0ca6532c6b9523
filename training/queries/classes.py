"""Reads over classes: who takes part, who could be enrolled, and sums that tell people from attendances."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Sum

from core.access import Permission
from training.models import Certificate, Course, Enrolment, PlanLine, TrainingClass, TrainingPlan
from unions.models import Union
from workers.models import Worker
from workers.picking import people_within

SMALL = "report.small_cell"  # an average of fewer answers is not shown


@dataclass(frozen=True)
class Turnout:
    """培训人次 counts enrolments that were completed, 培训人数 the different people among them."""

    attendances: int
    people: int
    passed: int
    certified: int


def turnout_of(enrolments) -> Turnout:
    """The sums of these enrolments."""
    completed = enrolments.completed()
    return Turnout(
        attendances=completed.count(),
        people=completed.people(),
        passed=completed.filter(result=Enrolment.Result.PASSED).count(),
        certified=completed.filter(certified_on__isnull=False).count(),
    )


def next_session(training_class: TrainingClass) -> dict:
    """What the form of one more meeting proposes: the times, hours and teacher of the first one of the latest day, on the
    day after it, but not after the last day of the class; the first day and the teachers of the class where there is none."""
    latest = training_class.sessions.order_by("-on", "starts_at", "pk").first()
    if latest is None:
        return {"on": training_class.starts_on, "teacher": training_class.teachers[:50]}
    same = {name: getattr(latest, name) for name in ("starts_at", "ends_at", "hours", "teacher")}
    return {"on": min(latest.on + dt.timedelta(days=1), training_class.ends_on)} | same


def participants(training_class: TrainingClass, user):
    """The enrolments of a class that the user may see, in order, with the people and whether their records open."""
    rows = training_class.enrolments.visible_to(user).select_related("worker", "union")
    return (
        rows.opened_by(user)
        .with_hours()
        .defer("worker__phone", "worker__phone_index")
        .order_by("position", "pk")
    )


def days_of_certificates(training_class: TrainingClass, people: list[int], user) -> dict[int, list[dt.date]]:
    """What a day of 取证 rests on: by person the days of issue, from the first day of the class, of verified certificates
    of its level (and trade, if it names one). Somebody whose certificates the user may not see is left out; so is everybody
    where the class leads to no level."""
    if not training_class.level:
        return {}
    seen = Worker.objects.within_reach(user, Permission.VIEW_TRAINING).filter(pk__in=people)
    days: dict[int, list[dt.date]] = {key: [] for key in seen.values_list("pk", flat=True)}
    held = Certificate.objects.filter(worker__in=days, state=Certificate.State.VERIFIED)
    held = held.filter(level=training_class.level, issued_on__gte=training_class.starts_on)
    if training_class.trade:
        held = held.filter(trade=training_class.trade)
    for worker, day in held.order_by("issued_on").values_list("worker", "issued_on"):
        days[worker].append(day)
    return days


def unions_that_enrol(organised: TrainingClass | Course, user):
    """Unions of the organiser whose people the user may enrol."""
    unions = Union.objects.within(organised.union).within_reach(user, Permission.EDIT_TRAINING)
    return unions.order_by("path")


def candidates(training_class: TrainingClass, user):
    """People the user may enrol in the class and who are not in it, by name."""
    taken = training_class.enrolments.standing().filter(worker=OuterRef("pk"))
    people = people_within(training_class.union, user, Permission.EDIT_TRAINING)
    return people.exclude(Exists(taken))


def satisfaction_of(training_class: TrainingClass, least) -> float | None:
    """The average satisfaction of a class ``with_counts``, one decimal; None for fewer answers than ``least``."""
    if (training_class.answers or 0) < least:
        return None
    return round(float(training_class.stars), 1)


def hours_held(training_class: TrainingClass):
    """学时 of the sessions entered so far; 0 without any."""
    return training_class.sessions.aggregate(sum=Sum("hours"))["sum"] or 0


def facts_asked(query, user) -> dict:
    """Facts of a new class from a query string: of demand by name, of a line of a plan in reach by ``plan_line``."""
    facts = {name: query.get(name, "")[:100] for name in ("title", "kind", "trade", "level", "capacity")}
    facts = {name: value for name, value in facts.items() if value}
    key = query.get("plan_line", "")
    plans = TrainingPlan.objects.visible_to(user).values("pk")
    lines = PlanLine.objects.filter(plan__in=plans).select_related("plan")
    line = lines.filter(pk=key).first() if key.isdecimal() and len(key) <= 18 else None
    if line is None:
        return facts
    names = ("title", "kind", "trade", "level", "fund_source")
    facts |= {name: getattr(line, name) for name in names}
    return facts | {
        "plan_line": line.pk,
        "union": line.plan.union_id,
        "planned_hours": line.hours,
        "capacity": line.people,
    }
