"""Rules of safety training that firms fall under."""

import datetime as dt

import factory

from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory
from training.models import SafetyProfile


class SafetyProfileFactory(factory.django.DjangoModelFactory):
    """High risk on three levels, since long ago."""

    class Meta:
        model = SafetyProfile

    employer = factory.SubFactory(EmployerFactory)
    risk = "HIGH"
    three_levels = True
    start = dt.date(2020, 1, 1)
    source = "试验许可证"
    entered_by = factory.SubFactory(UserFactory)
