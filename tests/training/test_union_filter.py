"""Lists that are narrowed to a union and those below it by the one filter they share."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests.factories.bases import BaseFactory, KeyPostFactory
from tests.factories.plans import DemandLineFactory, PlanFactory
from tests.factories.providers import AgreementFactory
from training.filters.bases import BaseFilter
from training.filters.demand import DemandFilter, PlanFilter
from training.filters.key_posts import KeyPostFilter
from training.filters.providers import AgreementFilter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("filter_class", "factory", "way"),
    [
        (BaseFilter, BaseFactory, "union"),
        (KeyPostFilter, KeyPostFactory, "union"),
        (PlanFilter, PlanFactory, "union"),
        (DemandFilter, DemandLineFactory, "demand_return__union"),
        (AgreementFilter, AgreementFactory, "union"),
    ],
)
def test_a_union_brings_its_rows_and_those_below(
    filter_class, factory, way, town, union, other_union, clerk, officer
):
    more = {"demand_return__survey__union": town} if filter_class is DemandFilter else {}
    mine, theirs = (factory(**{way: one}, **more) for one in (union, other_union))
    rows = type(mine).objects.order_by("pk")

    def found(user, asked) -> list:
        request = RequestFactory().get("/")
        request.user = user
        query = filter_class({"union": asked.pk} if asked else {}, rows, request=request)
        return list(query.qs) if query.form.is_valid() else sorted(query.form.errors)

    assert [found(clerk, one) for one in (None, town, union, other_union)] == [
        [mine, theirs], [mine, theirs], [mine], [theirs],
    ]  # fmt: skip
    assert [found(officer, union), found(officer, other_union), found(AnonymousUser(), union)] == [
        [mine], ["union"], ["union"],
    ]  # fmt: skip
