"""Training classes and enrolments."""

import datetime as dt

import factory

from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from training.models import Enrolment, Session, TrainingClass


class ClassFactory(factory.django.DjangoModelFactory):
    """A class that takes enrolments, without a limit."""

    class Meta:
        model = TrainingClass

    union = factory.SubFactory(UnionFactory)
    code = factory.Sequence(lambda n: f"T-2026-{n:03d}")
    title = factory.Sequence(lambda n: f"试验培训班{n}")
    kind = "SKILL"
    starts_on = dt.date(2026, 3, 2)
    ends_on = dt.date(2026, 3, 20)
    state = TrainingClass.State.OPEN
    created_by = factory.SubFactory(UserFactory)


class SessionFactory(factory.django.DjangoModelFactory):
    """A morning of four hours."""

    class Meta:
        model = Session

    training_class = factory.SubFactory(ClassFactory)
    on = dt.date(2026, 3, 2)
    starts_at = dt.time(8, 30)
    ends_at = dt.time(11, 30)
    hours = 4


class EnrolmentFactory(factory.django.DjangoModelFactory):
    """Somebody of the organising union with a place."""

    class Meta:
        model = Enrolment

    training_class = factory.SubFactory(ClassFactory)
    worker = factory.LazyAttribute(
        lambda row: WorkerFactory(employer=EmployerFactory(union=row.training_class.union))
    )
    union = factory.SelfAttribute("worker.union")
    state = Enrolment.State.ENROLLED
    position = factory.Sequence(lambda n: n + 1)
    enrolled_by = factory.SubFactory(UserFactory)
