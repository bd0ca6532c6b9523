"""Unions, firms and posts. Dates lie well before any frozen test day."""

import datetime as dt

import factory

from tests.factories.accounts import UserFactory
from unions.models import (
    Coverage,
    Employer,
    Headcount,
    LegalRegistration,
    OrgType,
    Placement,
    Post,
    Term,
    Union,
)
from unions.roles import Role


class UnionFactory(factory.django.DjangoModelFactory):
    """A grassroots union below the given parent since its founding; ``path`` follows the parent's."""

    class Meta:
        model = Union
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"T{n:05d}")
    name = factory.Sequence(lambda n: f"试验{n}厂工会委员会")
    org_type = OrgType.GRASSROOTS
    parent = None
    founded_on = dt.date(2015, 3, 1)
    path = factory.LazyAttribute(lambda union: f"new-{union.code}/")

    @factory.post_generation
    def place(self, create, extracted, **kwargs):
        prefix = self.parent.path if self.parent else ""
        self.path = f"{prefix}{self.pk}/"
        self.save(update_fields=["path"])
        if self.parent:
            Placement.objects.create(
                union=self, parent=self.parent, start=self.founded_on, end=self.dissolved_on
            )


class EmployerFactory(factory.django.DjangoModelFactory):
    """A firm covered by its union (``covered=False``: in its charge only) with a declared headcount."""

    class Meta:
        model = Employer
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"乐清市试验{n}电器有限公司")
    name_key = factory.SelfAttribute("name")
    union = factory.SubFactory(UnionFactory)
    opened_on = dt.date(2010, 1, 1)
    industry = "C"

    @factory.post_generation
    def covered(self, create, extracted, **kwargs):
        if extracted is not False:
            Coverage.objects.create(employer=self, union=self.union, start=dt.date(2015, 3, 1))

    @factory.post_generation
    def employees(self, create, extracted, **kwargs):
        if extracted is not None:
            Headcount.objects.create(employer=self, on=dt.date(2020, 1, 1), employees=extracted)


class PostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    union = factory.SubFactory(UnionFactory)
    role = Role.OFFICER
    start = dt.date(2020, 1, 1)


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    union = factory.SubFactory(UnionFactory)
    number = factory.Sequence(lambda n: n + 1)
    start = dt.date(2022, 1, 1)
    end = dt.date(2027, 1, 1)


class LegalRegistrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LegalRegistration

    union = factory.SubFactory(UnionFactory)
    number = factory.Sequence(lambda n: f"浙工法字第{n:08d}号")
    start = dt.date(2022, 1, 1)
    end = dt.date(2027, 1, 1)
