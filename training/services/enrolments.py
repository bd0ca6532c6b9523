"""Who takes part in a class: places are given in the order of enrolment, the others wait in that order.

Whatever decides about places locks the row of the class first, so that two people never get the last place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import Enrolment, TrainingClass
from training.services.choosing import chosen_people, refuse_those_in
from unions.scoping import require_all_editable, require_editable

State = Enrolment.State


@dataclass(frozen=True)
class Enrolled:
    """What became of the people of one enrolment, in their order."""

    enrolled: list[Enrolment]
    waiting: list[Enrolment]


@transaction.atomic
def enrol(*, training_class: TrainingClass, workers: Sequence[int], by: User) -> Enrolled:
    """Enrol people (their keys, in this order): as long as there are places, then onto the waiting list.

    All of them or nobody. Raises PermissionDenied for a class out of reach; RuleError when the class takes nobody
    now, or when somebody is out of reach, outside the organiser's unions, has left, or is enrolled already.
    """
    training_class = _locked(training_class)
    _require_open(training_class, by)
    people = chosen_people(training_class.union, workers, by)
    standing = training_class.enrolments.standing()
    refuse_those_in(standing, people, "已报名这个班次")
    last = training_class.enrolments.aggregate(last=Max("position"))["last"] or 0
    places = _places(training_class, standing)
    rows = [
        Enrolment(
            training_class=training_class,
            worker=person,
            union_id=person.union_id,
            state=State.ENROLLED if places is None or number < places else State.WAITING,
            position=last + number + 1,
            enrolled_by=by,
        )
        for number, person in enumerate(people)
    ]
    Enrolment.objects.bulk_create(rows)
    require_all_editable(rows, by)
    done = Enrolled(
        [row for row in rows if row.state == State.ENROLLED],
        [row for row in rows if row.state == State.WAITING],
    )
    audit.record(
        by,
        "training.enrol",
        training_class,
        union_id=training_class.union_id,
        enrolled=[row.worker_id for row in done.enrolled],
        waiting=[row.worker_id for row in done.waiting],
    )
    return done


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User) -> Enrolment:
    """Take a person out of a class; the place goes to the first who waits. Raises RuleError once there is a
    result, or when the class is over."""
    training_class = _locked(enrolment.training_class)
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    require_editable(enrolment, by)
    if enrolment.state == State.WITHDRAWN:
        raise RuleError("此人已经退出")
    if enrolment.result:
        raise RuleError("此人已有结论，不能退出。请先清除结论。")
    if training_class.state in (TrainingClass.State.FINISHED, TrainingClass.State.CANCELLED):
        raise RuleError(f"班次{training_class.get_state_display()}，不能再退出")
    enrolment.state, enrolment.withdrawn_at = State.WITHDRAWN, timezone.now()
    enrolment.version += 1
    enrolment.save(update_fields=["state", "withdrawn_at", "version"])
    promoted = pass_on_places(training_class)
    audit.record(
        by,
        "training.withdraw",
        training_class,
        union_id=training_class.union_id,
        worker=enrolment.worker_id,
        promoted=promoted,
    )
    return enrolment


def withdraw_double(enrolment: Enrolment) -> None:
    """Take the second row of one person out of a class, with its result; the caller holds the lock of the class."""
    enrolment.state, enrolment.withdrawn_at, enrolment.result = State.WITHDRAWN, timezone.now(), ""
    enrolment.score = enrolment.completed_on = enrolment.certified_on = enrolment.satisfaction = None
    enrolment.version += 1
    enrolment.save()


def pass_on_places(training_class: TrainingClass) -> list[int]:
    """Give free places to those who wait, in their order; returns the people's keys. The caller holds the lock of
    the class."""
    if not training_class.takes_enrolments:
        return []
    waiting = training_class.enrolments.waiting()
    places = _places(training_class, training_class.enrolments)
    rows = list(waiting if places is None else waiting[: max(places, 0)])
    now = timezone.now()
    for row in rows:
        row.state, row.promoted_at = State.ENROLLED, now
        row.version += 1
    Enrolment.objects.bulk_update(rows, ["state", "promoted_at", "version"])
    return [row.worker_id for row in rows]


def _locked(training_class: TrainingClass) -> TrainingClass:
    found = TrainingClass.objects.select_for_update(of=("self",)).select_related("union")
    return found.get(pk=training_class.pk)


def _places(training_class: TrainingClass, enrolments) -> int | None:
    """Free places; None without a limit."""
    if training_class.capacity is None:
        return None
    return training_class.capacity - enrolments.enrolled().count()


def _require_open(training_class: TrainingClass, by: User) -> None:
    keeps = TrainingClass.objects.editable_by(by).filter(pk=training_class.pk).exists()
    if not keeps and not TrainingClass.objects.open_to(by).filter(pk=training_class.pk).exists():
        raise PermissionDenied
    if not training_class.takes_enrolments:
        raise RuleError(f"班次现在是“{training_class.get_state_display()}”，不接受报名")
    if not keeps and training_class.state == TrainingClass.State.RUNNING:
        raise RuleError("班次已经开始，请联系主办工会补报")
