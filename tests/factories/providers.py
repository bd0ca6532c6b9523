"""Providers of training and agreements with schools."""

import datetime as dt

import factory

from tests.factories.accounts import UserFactory
from tests.factories.unions import UnionFactory
from training.models import Agreement, Provider, Qualification


class ProviderFactory(factory.django.DjangoModelFactory):
    """A school without a qualification."""

    class Meta:
        model = Provider

    name = factory.Sequence(lambda n: f"试验学院{n}")
    kind = Provider.Kind.SCHOOL
    created_by = factory.SubFactory(UserFactory)


class QualificationFactory(factory.django.DjangoModelFactory):
    """A licence from 2024 on, without end."""

    class Meta:
        model = Qualification

    provider = factory.SubFactory(ProviderFactory)
    name = "办学许可证"
    valid_from = dt.date(2024, 1, 1)
    entered_by = factory.SubFactory(UserFactory)


class AgreementFactory(factory.django.DjangoModelFactory):
    """An agreement 订单班 from 2026 on, without end."""

    class Meta:
        model = Agreement

    union = factory.SubFactory(UnionFactory)
    partner = factory.SubFactory(ProviderFactory)
    title = factory.Sequence(lambda n: f"试验协议{n}")
    mode = "ORDER"
    signed_on = dt.date(2026, 1, 1)
    starts_on = dt.date(2026, 1, 1)
    created_by = factory.SubFactory(UserFactory)
