"""The tree as it stood on a day, the history on the union page, and merged unions."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions import services
from unions.models import OrgType
from workers.models import Change

URL = "unions:union_tree"
BEFORE, DAY, AFTER = dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 6, 30)


@pytest.fixture
def park(town):
    return UnionFactory(name="园区联合会", org_type=OrgType.AREA_FEDERATION, parent=town, code="A")


def shown(client, on="", **query):
    nodes = client.get(reverse(URL), {"on": on, **query}).context["nodes"]
    return [(node.union.name, node.depth) for node in nodes]


def test_the_tree_on_a_day_is_drawn_from_the_placements(client, clerk, town, federation, union, park):
    services.move_union(union=union, parent=park, on=DAY, by=clerk)
    client.force_login(clerk)
    before = [(town.name, 0), (park.name, 1), (federation.name, 1), (union.name, 2)]
    after = [(town.name, 0), (park.name, 1), (union.name, 2), (federation.name, 1)]
    assert shown(client, BEFORE) == before
    assert shown(client, DAY) == shown(client, AFTER) == shown(client) == after
    assert shown(client, BEFORE, q="甲厂") == [(town.name, 0), (federation.name, 1), (union.name, 2)]


def test_unions_are_there_from_founding_to_ending(client, clerk, town, federation):
    old = UnionFactory(name="旧厂工会", parent=federation, dissolved_on=DAY)
    new = UnionFactory(name="新厂工会", parent=federation, founded_on=DAY)
    always = UnionFactory(name="老厂工会", parent=federation, founded_on=None)
    client.force_login(clerk)
    names = {day: {name for name, _ in shown(client, day)} for day in (BEFORE, DAY)}
    both = {town.name, federation.name, always.name}
    assert names == {BEFORE: both | {old.name}, DAY: both | {new.name}}
    # The federation was founded in 2015: before that the union stands on top.
    assert shown(client, dt.date(2014, 1, 1)) == [(always.name, 0)]


def test_figures_are_of_that_day(client, clerk, union, federation):
    firm = EmployerFactory(union=union)
    worker = WorkerFactory(employer=firm)
    worker.memberships.update(start=dt.date(2020, 1, 1), end=DAY, end_change=Change.WITHDRAW)
    kept = WorkerFactory(employer=firm)
    kept.memberships.update(
        start=dt.date(2020, 1, 1), start_change=Change.RETAIN, is_retained=True, status="30"
    )
    client.force_login(clerk)

    def figures(on):
        nodes = client.get(reverse(URL), {"on": on}).context["nodes"]
        found = {node.union: node.figures for node in nodes}
        return [(found[key].firms, found[key].members) for key in (federation, union)]

    assert figures(BEFORE) == [(1, 1), (1, 1)]
    assert figures(DAY) == [(1, 0), (1, 0)]
    assert figures(dt.date(2015, 3, 1)) == [(1, 0), (1, 0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [("2999-01-01", "日期不能晚于今天，现填 2999-01-01"), ("昨天", "输入一个有效的日期。")],
)
def test_a_bad_day_shows_today_and_says_so(client, clerk, union, text, message):
    client.force_login(clerk)
    page = client.get(reverse(URL), {"on": text})
    assert page.context["on"] is None
    assert message in page.content.decode()
    assert "申报会员" in page.content.decode()


def test_today_is_no_past_day(client, clerk, union):
    client.force_login(clerk)
    assert client.get(reverse(URL), {"on": timezone.localdate()}).context["on"] is None


def test_a_federation_officer_sees_todays_reach_on_a_past_day(
    client, federation_officer, clerk, federation, union, park
):
    services.move_union(union=union, parent=park, on=DAY, by=clerk)
    client.force_login(federation_officer)
    assert shown(client, BEFORE) == [(federation.name, 0)]


def test_a_past_tree_asks_as_often_for_one_union_as_for_three(client, clerk, federation):
    def count():
        with CaptureQueriesContext(connection) as seen:
            shown(client, BEFORE)
        return len(seen)

    UnionFactory(parent=federation)
    client.force_login(clerk)
    client.get(reverse(URL))
    one = count()
    for _ in range(2):
        WorkerFactory(employer=EmployerFactory(union=UnionFactory(parent=federation)))
    assert count() == one


def test_the_union_page_shows_where_it_hung(client, clerk, officer, union, park, federation):
    client.force_login(clerk)
    form = client.get(reverse("unions:union_move", args=[union.pk])).context["form"]
    assert form["on"].value() == timezone.localdate()
    url = reverse("unions:union_move", args=[union.pk])
    assert client.post(url, {"parent": park.pk, "on": DAY}).status_code == 302
    early = client.post(url, {"parent": federation.pk, "on": BEFORE})
    assert early.context["form"].errors == {"on": ["日期不能早于现隶属关系的起始日期 2026-03-01"]}
    page = client.get(union.get_absolute_url())
    assert [(row.parent, row.start, row.end) for row in page.context["history"]] == [
        (federation, dt.date(2015, 3, 1), DAY),
        (park, DAY, None),
    ]
    client.force_login(officer)
    page = client.get(union.get_absolute_url()).content.decode()
    assert "隶属历史" in page
    assert federation.name in page
    assert f'"{federation.get_absolute_url()}"' not in page


def test_a_merged_union_leads_to_its_heir_and_back(client, clerk, officer, federation, union):
    joint = UnionFactory(name="片区联合工会", org_type=OrgType.JOINT, parent=federation)
    client.force_login(clerk)
    assert "已并入本会的工会" not in client.get(joint.get_absolute_url()).content.decode()
    services.close_into(union=union, into=joint, on=DAY, by=clerk)
    page = client.get(union.get_absolute_url()).content.decode()
    assert f'该工会已于 2026-03-01 并入<a href="{joint.get_absolute_url()}">片区联合工会</a>' in page
    assert reverse("unions:union_move", args=[union.pk]) not in page
    heir = client.get(joint.get_absolute_url())
    assert heir.context["absorbed"] == [union]
    assert f'href="{union.get_absolute_url()}"' in heir.content.decode()
    assert (union.name, 2) in shown(client, BEFORE)
    assert union.name not in {name for name, _ in shown(client, AFTER)}
