"""Activities of unions."""

import datetime as dt

import factory

from reform.models import Activity
from tests.factories.accounts import UserFactory
from tests.factories.unions import UnionFactory


class ActivityFactory(factory.django.DjangoModelFactory):
    """A planned 网络文明活动 of one day."""

    class Meta:
        model = Activity

    union = factory.SubFactory(UnionFactory)
    title = factory.Sequence(lambda n: f"试验网络文明活动{n}")
    kind = "NETCULTURE"
    starts_on = dt.date(2026, 9, 10)
    place = "试验职工书屋"
    created_by = factory.SubFactory(UserFactory)
