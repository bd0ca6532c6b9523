"""Reads over classes: who takes part, who could be enrolled, and sums that tell people from attendances."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Sum

from core.access import Permission
from training.models import Enrolment, TrainingClass
from unions.models import Union
from workers.models import IdentityDocument, Worker

OFFERED = 200  # people a page offers at once


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


def participants(training_class: TrainingClass, user):
    """The enrolments of a class that the user may see, in order, with the people and whether their records open."""
    rows = training_class.enrolments.visible_to(user).select_related("worker", "union")
    return (
        rows.opened_by(user)
        .with_hours()
        .defer("worker__phone", "worker__phone_index")
        .order_by("position", "pk")
    )


def unions_that_enrol(training_class: TrainingClass, user):
    """Unions of the organiser whose people the user may enrol."""
    unions = Union.objects.within(training_class.union).within_reach(user, Permission.EDIT_TRAINING)
    return unions.order_by("path")


def candidates(training_class: TrainingClass, user, *, union=None, keys=None):
    """People the user may enrol in the class and who are not in it, by name; of one union and those below it, or
    only those of ``keys``."""
    taken = training_class.enrolments.standing().filter(worker=OuterRef("pk"))
    people = Worker.objects.within_reach(user, Permission.EDIT_TRAINING).on_roll()
    people = people.filter(anonymised_on=None, union__path__startswith=training_class.union.path)
    people = people.exclude(Exists(taken)).select_related("union", "employer")
    if union is not None:
        people = people.filter(union__path__startswith=union.path)
    if keys is not None:
        people = people.filter(pk__in=keys)
    documents = IdentityDocument.objects.filter(is_current=True).defer("number", "number_index")
    current = Prefetch("documents", queryset=documents, to_attr="current_documents")
    return people.defer("phone", "phone_index").prefetch_related(current).order_by("pinyin", "pk")


def hours_held(training_class: TrainingClass):
    """学时 of the sessions entered so far; 0 without any."""
    return training_class.sessions.aggregate(sum=Sum("hours"))["sum"] or 0
