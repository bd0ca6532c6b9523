"""Declared headcounts: town staff and the officers of the firm's union, for the firms in their reach."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEntry
from tests.factories.unions import EmployerFactory
from unions import services
from unions.models import Headcount

DAY = dt.date(2026, 3, 1)
URL = "unions:headcount_create"


def declare(firm, by, **facts):
    return services.declare_headcount(employer=firm, by=by, **{"on": DAY, "employees": 40, **facts})


@pytest.mark.parametrize("actor", ["clerk", "officer", "federation_officer"])
def test_declared_by_those_who_know(request, union, actor):
    by = request.getfixturevalue(actor)
    row = declare(EmployerFactory(union=union), by)
    assert AuditEntry.objects.get(action="employers.declare").actor == by
    assert (row.on, row.employees) == (DAY, 40)


@pytest.mark.parametrize("actor", ["other_officer", "handler", "group_member", "sysadmin"])
def test_refused_to_everybody_else(request, union, actor):
    with pytest.raises(PermissionDenied):
        declare(EmployerFactory(union=union), request.getfixturevalue(actor))
    assert not Headcount.objects.exists()


def test_an_officer_declares_by_form(client, officer, union, other_union):
    own, foreign = EmployerFactory(union=union), EmployerFactory(union=other_union)
    client.force_login(officer)
    page = client.get(own.get_absolute_url()).content.decode()
    assert reverse(URL, args=[own.pk]) in page
    assert reverse("unions:employer_edit", args=[own.pk]) not in page

    data = {"on": "2026-03-01", "employees": "40", "women": "12", "once": "k"}
    answer = client.post(reverse(URL, args=[own.pk]), data)
    assert (answer.status_code, answer.url) == (302, own.get_absolute_url())
    assert list(own.headcounts.values_list("employees", "women")) == [(40, 12)]
    assert client.post(reverse(URL, args=[foreign.pk]), data | {"once": "l"}).status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"on": "2999-01-01", "employees": "1"}, "__all__"),
        ({"on": "2026-03-01", "employees": "-1"}, "employees"),
        ({"on": "2026-03-01", "employees": "3", "women": "4"}, "__all__"),
        ({"on": "", "employees": "³"}, "on"),
    ],
)
def test_bad_numbers_store_nothing(client, officer, union, data, field):
    firm = EmployerFactory(union=union)
    client.force_login(officer)
    form = client.post(reverse(URL, args=[firm.pk]), data).context["form"]
    assert field in form.errors
    assert not Headcount.objects.exists()
