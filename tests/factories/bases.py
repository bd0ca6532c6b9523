"""Key posts, training bases and what belongs to them. Dates lie well before any frozen test day."""

import datetime as dt

import factory

from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from training.models import BaseEvaluation, KeyPost, KeyPostHolder, TrainingBase


class KeyPostFactory(factory.django.DjangoModelFactory):
    """A vacant key post of one seat that asks for grade three (L4)."""

    class Meta:
        model = KeyPost

    union = factory.SubFactory(UnionFactory)
    title = factory.Sequence(lambda n: f"试验岗位{n}")
    required_level = "L4"
    start = dt.date(2024, 1, 1)
    entered_by = factory.SubFactory(UserFactory)


class KeyPostHolderFactory(factory.django.DjangoModelFactory):
    """Somebody of the post's union who holds it."""

    class Meta:
        model = KeyPostHolder

    key_post = factory.SubFactory(KeyPostFactory)
    worker = factory.LazyAttribute(
        lambda row: WorkerFactory(employer=EmployerFactory(union=row.key_post.union))
    )
    start = dt.date(2024, 2, 1)
    entered_by = factory.SubFactory(UserFactory)


class BaseFactory(factory.django.DjangoModelFactory):
    """A base of the town at a school."""

    class Meta:
        model = TrainingBase

    union = factory.SubFactory(UnionFactory)
    name = factory.Sequence(lambda n: f"试验实训基地{n}")
    level = "T"
    host = "试验技工学校"
    recognised_on = dt.date(2024, 3, 1)
    recognised_by = "试验镇人民政府"
    entered_by = factory.SubFactory(UserFactory)


class BaseEvaluationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BaseEvaluation

    base = factory.SubFactory(BaseFactory)
    year = 2025
    conclusion = BaseEvaluation.Conclusion.PASSED
    entered_by = factory.SubFactory(UserFactory)
