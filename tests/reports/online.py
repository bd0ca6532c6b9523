"""Learning online and outside in a random town, and its indicators once more by plain loops."""

import datetime as dt
from copy import copy
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.reports.random_town import RandomTown
from tests.reports.reference import Reference
from training.models import Course, Learner, OutsideLearning


def learn_online(town: RandomTown) -> None:
    """Results of the platform and reported learning in every state, some of them twice by one person."""
    by, rows = UserFactory(), []
    for number in range(80):
        state = town.random.choice(["platform", "platform", "entered", "approved", "refused"])
        is_platform = state == "platform"
        rows.append(
            OutsideLearning(
                worker=town.random.choice(town.people),
                union=town.random.choice(town.unions),
                source="platform" if is_platform else "self",
                state="approved" if is_platform else state,
                decided_at=timezone.now() if state in ("approved", "refused") else None,
                title=f"试{number}课",
                kind="ONLINE",
                completed_on=town.day(),
                hours=town.random.choice([None, Decimal("0.5"), Decimal("1.5"), Decimal("2.4"), Decimal(4)]),
                result=town.random.choice(["", "passed", "failed"]),
                entered_by=by,
            )
        )
    stated = [row for row in rows if row.source == "platform"]
    for row in stated[::3]:  # a union reported it as well
        twin = copy(row)
        twin.source, twin.state = "self", town.random.choice(["entered", "approved", "refused"])
        twin.decided_at = None if twin.state == "entered" else timezone.now()
        rows.append(twin)
    OutsideLearning.objects.bulk_create(rows)
    for number in range(4):
        _teach(town, number, by)
    _withdraw(town, by)


def _teach(town: RandomTown, number: int, by) -> None:
    opens = town.day()
    course = Course.objects.create(
        union=town.random.choice(town.unions), title=f"试{number}课", kind="ONLINE", created_by=by, state="published",
        opens_on=opens, closes_on=town.random.choice([None, opens + dt.timedelta(days=90)]),
    )  # fmt: skip
    Learner.objects.bulk_create(_learner(town, course, person, by) for person in town.people[number::3])


def _withdraw(town: RandomTown, by) -> None:
    course = Course.objects.create(
        union=town.unions[0], title="撤回的课", kind="ONLINE", created_by=by, opens_on=town.day()
    )
    Learner.objects.bulk_create(
        Learner(course=course, worker=person, union=town.unions[0], enrolled_by=by, enrolled_on=town.day())
        for person in town.people[::5]
    )


def _learner(town: RandomTown, course: Course, person, by) -> Learner:
    enrolled, completed = sorted([town.day(), town.day()])
    is_done = town.random.random() < 0.5
    return Learner(
        course=course, worker=person, union=town.random.choice(town.unions), enrolled_by=by, enrolled_on=enrolled,
        began_at=timezone.now() if is_done else None, completed_on=completed if is_done else None,
    )  # fmt: skip


def _of(row: OutsideLearning) -> tuple:
    return row.worker_id, row.title, row.completed_on


class OnlineReference(Reference):
    """The reference with what people learned online and outside."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = OutsideLearning.objects.all()
        self.learners = [row for row in Learner.objects.select_related("course") if self.inside(row.union_id)]
        self.learning = [row for row in rows if self.first <= row.completed_on <= self.day]

    def c17(self):
        people = self.at_work()
        learners = {row.worker_id for row in self.learning if row.source == "platform"}
        return sum(person.pk in learners for person in people), len(people)

    def _outside(self) -> list:
        stated = {_of(row) for row in self.learning if row.source == "platform"}
        return [
            row
            for row in self.learning
            if row.state == "approved"
            and row.result != "failed"
            and self.inside(row.union_id)
            and (row.source == "platform" or _of(row) not in stated)
        ]

    def c17t(self):
        return len(self._outside()), None

    def c17h(self):
        hours = [row.hours for row in self._outside() if row.hours is not None]
        return sum(int(one.quantize(Decimal(1), ROUND_HALF_UP)) for one in hours), None

    def c18(self):
        days = [row.completed_on for row in self.learners if row.completed_on]
        return sum(self.first <= day <= self.day for day in days), None

    def c19(self):
        rows = [
            row
            for row in self.learners
            if row.course.state != "draft"
            and row.enrolled_on <= self.day
            and row.course.opens_on <= self.day
            and (row.course.closes_on is None or row.course.closes_on >= self.first)
        ]
        return sum(row.completed_on is not None and row.completed_on <= self.day for row in rows), len(rows)
