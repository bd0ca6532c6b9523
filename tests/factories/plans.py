"""Surveys of demand with answers, and yearly plans."""

import datetime as dt

import factory

from tests.factories.accounts import UserFactory
from tests.factories.unions import UnionFactory
from training.models import DemandLine, DemandReturn, DemandSurvey, PlanLine, TrainingPlan


class SurveyFactory(factory.django.DjangoModelFactory):
    """A survey that takes answers for a long time."""

    class Meta:
        model = DemandSurvey

    union = factory.SubFactory(UnionFactory)
    title = factory.Sequence(lambda n: f"试验需求调查{n}")
    year = 2027
    deadline = dt.date(2099, 12, 31)
    created_by = factory.SubFactory(UserFactory)


class ReturnFactory(factory.django.DjangoModelFactory):
    """An answer without lines yet."""

    class Meta:
        model = DemandReturn

    survey = factory.SubFactory(SurveyFactory)
    union = factory.SubFactory(UnionFactory)
    returned_by = factory.SubFactory(UserFactory)


class DemandLineFactory(factory.django.DjangoModelFactory):
    """Ten electricians."""

    class Meta:
        model = DemandLine

    demand_return = factory.SubFactory(ReturnFactory)
    position = factory.Sequence(lambda n: n + 1)
    kind = "SKILL"
    trade = "电工"
    people = 10


class PlanFactory(factory.django.DjangoModelFactory):
    """A published plan of 2026."""

    class Meta:
        model = TrainingPlan

    union = factory.SubFactory(UnionFactory)
    year = 2026
    state = TrainingPlan.State.PUBLISHED
    published_on = dt.date(2026, 1, 5)
    created_by = factory.SubFactory(UserFactory)


class PlanLineFactory(factory.django.DjangoModelFactory):
    """Forty people in skills."""

    class Meta:
        model = PlanLine

    plan = factory.SubFactory(PlanFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"2026年试验项目{n}")
    kind = "SKILL"
    people = 40
