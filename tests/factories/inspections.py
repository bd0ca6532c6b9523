"""Inspections and hazards."""

import datetime as dt

import factory

from rights.models import Hazard, Inspection
from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, UnionFactory


class InspectionFactory(factory.django.DjangoModelFactory):
    """A visit of a union to a firm of its own."""

    class Meta:
        model = Inspection

    union = factory.SubFactory(UnionFactory)
    employer = factory.LazyAttribute(lambda row: EmployerFactory(union=row.union))
    on = dt.date(2026, 9, 1)
    inspectors = "检查员甲、检查员乙"
    created_by = factory.SubFactory(UserFactory)


class HazardFactory(factory.django.DjangoModelFactory):
    """A hazard that is open, due two weeks after the visit."""

    class Meta:
        model = Hazard

    inspection = factory.SubFactory(InspectionFactory)
    what = factory.Sequence(lambda n: f"{n}号车间配电箱门缺失")
    level = "GENERAL"
    due_on = dt.date(2026, 9, 15)
