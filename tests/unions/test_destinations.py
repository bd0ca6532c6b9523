"""Where a member can be transferred to: unions of the whole town by name, and nothing else about them."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.unions import UnionFactory
from unions.models import OrgType, Union
from unions.views.tree import OFFERED

URL = "unions:destination_options"


def test_committees_and_holding_unions_are_offered_by_name(client, officer, town, union, other_union):
    joint = UnionFactory(name="丙片区联合工会", org_type=OrgType.JOINT, parent=town)
    UnionFactory(name="丁厂工会委员会", parent=town, dissolved_on=dt.date(2020, 1, 1))
    UnionFactory(name="一车间工会小组", org_type=OrgType.GROUP, parent=union)
    Union.objects.filter(pk=town.pk).update(is_holding=True)
    client.force_login(officer)

    def offered(**query):
        return client.get(reverse(URL), query).json()

    keys = {row["value"] for row in offered()}
    assert keys == {town.pk, union.pk, other_union.pk, joint.pk}
    assert offered(q="丙片") == [{"value": joint.pk, "text": "丙片区联合工会"}]
    assert offered(q="丁厂") == offered(q="' OR 1=1 --") == []


def test_twenty_are_offered_at_most(client, officer, town):
    UnionFactory.create_batch(OFFERED + 1, parent=town)
    client.force_login(officer)
    assert len(client.get(reverse(URL)).json()) == OFFERED


@pytest.mark.parametrize("actor", ["handler", "group_member", "sysadmin"])
def test_who_keeps_no_roll_is_refused(request, client, actor):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(reverse(URL)).status_code == 403
