"""Reads over training bases: where a class can be held, what was held there, whose evaluation is missing."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from training.models import Enrolment, TrainingBase, TrainingClass


def bases_of_class(training_class: TrainingClass):
    """Bases that a form of this class may offer: those recognised today, and the one it has."""
    return TrainingBase.objects.filter(Q(withdrawn_on=None) | Q(pk=training_class.base_id)).order_by("name")


def year_to_evaluate(today: dt.date) -> int:
    """The year whose evaluations are looked for: the last full one."""
    return today.year - 1


@dataclass(frozen=True)
class Use:
    """What was held at a base in a year: classes that began, completed enrolments (人次), different people."""

    year: int
    classes: int
    attendances: int
    people: int


def use_of(base: TrainingBase, years: list[int]) -> list[Use]:
    """The use of a base in each of the years, as far as classes name it."""
    found = []
    for year in years:
        classes = base.classes.exclude(state=TrainingClass.State.CANCELLED).filter(starts_on__year=year)
        rows = Enrolment.objects.completed().filter(training_class__base=base, completed_on__year=year)
        found.append(Use(year, classes.count(), rows.count(), rows.people()))
    return found
