"""Where unions hung in the tree: moves, corrections, foundings and endings keep the days before them."""

import datetime as dt
import importlib

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import UnionFactory
from unions import services
from unions.invariants import INVARIANTS
from unions.models import OrgType, Placement

FOUNDED, DAY, LATER = dt.date(2015, 3, 1), dt.date(2026, 3, 1), dt.date(2026, 6, 1)


@pytest.fixture
def park(town):
    return UnionFactory(name="园区联合会", org_type=OrgType.AREA_FEDERATION, parent=town)


def spells(union):
    return list(union.placements.values_list("parent__name", "start", "end"))


def violations():
    return [found for title, check in INVARIANTS for found in check()]


def refused(field, service, **arguments):
    with pytest.raises(RuleError) as error:
        service(**arguments)
    assert list(error.value.message_dict) == [field]
    return error.value.message_dict[field][0]


@pytest.mark.parametrize("founded_on", [None, dt.date(2020, 5, 1)])
def test_a_new_union_hangs_there_from_its_founding(clerk, federation, founded_on):
    union = services.create_union(
        name="丙厂工会", org_type=OrgType.GRASSROOTS, parent=federation, by=clerk, founded_on=founded_on
    )
    assert spells(union) == [("试验村工会联合会", founded_on, None)]
    assert violations() == []


def test_a_move_keeps_the_days_before_it(clerk, union, park):
    services.move_union(union=union, parent=park, on=DAY, by=clerk)
    assert spells(union) == [("试验村工会联合会", FOUNDED, DAY), ("园区联合会", DAY, None)]
    assert AuditEntry.objects.get(action="unions.move").details["on"] == "2026-03-01"
    assert violations() == []


def test_a_move_without_a_day_is_of_today_and_can_be_put_right(clerk, town, union, park):
    today = timezone.localdate()
    services.move_union(union=union, parent=park, by=clerk)
    services.move_union(union=union, parent=town, by=clerk)
    assert spells(union) == [("试验村工会联合会", FOUNDED, today), ("试验镇总工会", today, None)]
    assert violations() == []


def test_days_that_do_not_fit(clerk, town, union, park):
    young = UnionFactory(
        name="新联合会", org_type=OrgType.AREA_FEDERATION, parent=town, founded_on=dt.date(2026, 4, 1)
    )
    move = {"service": services.move_union, "union": union, "by": clerk}
    early = refused("on", **move, parent=park, on=dt.date(2015, 2, 28))
    assert early == "日期不能早于现隶属关系的起始日期 2015-03-01"
    assert refused("on", **move, parent=young, on=DAY) == "日期不能早于新联合会的建会日期 2026-04-01"
    with pytest.raises(RuleError, match="日期不能晚于今天，现填 2999-01-01"):
        services.move_union(union=union, parent=park, on=dt.date(2999, 1, 1), by=clerk)
    assert spells(union) == [("试验村工会联合会", FOUNDED, None)]


def test_no_union_hangs_below_itself_on_any_day(clerk, town, federation, park):
    """Today park is free, but from March to June it hung below the federation."""
    services.move_union(union=park, parent=federation, on=DAY, by=clerk)
    services.move_union(union=park, parent=town, on=LATER, by=clerk)
    move = {"union": federation, "parent": park, "by": clerk}
    message = refused("on", services.move_union, **move, on=dt.date(2026, 4, 1))
    assert message == "园区联合会在 2026-04-01 之后曾隶属于该工会或其下级，请填写更晚的日期"
    services.move_union(**move, on=LATER)
    assert violations() == []


def test_dissolving_ends_the_placement_and_a_dissolved_union_stays(clerk, union, park):
    assert refused("on", services.dissolve_union, union=_moved(union, park, clerk), on=DAY, by=clerk) == (
        "日期应晚于现隶属关系的起始日期 2026-03-01"
    )
    services.dissolve_union(union=union, on=LATER, by=clerk)
    assert spells(union)[-1] == ("园区联合会", DAY, LATER)
    assert violations() == []
    with pytest.raises(RuleError, match="不能变更上级工会"):
        services.move_union(union=union, parent=union.parent.parent, by=clerk)


def test_a_federation_is_not_dissolved_before_its_last_union_left(clerk, union, park, federation):
    _moved(union, park, clerk, LATER)
    message = refused("on", services.dissolve_union, union=federation, on=DAY, by=clerk)
    assert message == "该工会在 2026-06-01 还有单位、下级或会籍变动的记录，请填写更晚的日期"
    services.dissolve_union(union=federation, on=LATER, by=clerk)
    assert violations() == []


def test_the_first_placement_follows_the_founding_day(clerk, union, park):
    _moved(union, park, clerk)
    edit = {"union": union, "by": clerk}
    services.edit_union(**edit, version="2", founded_on=dt.date(2016, 1, 1))
    assert spells(union)[0] == ("试验村工会联合会", dt.date(2016, 1, 1), DAY)
    message = refused("founded_on", services.edit_union, **edit, version="3", founded_on=DAY)
    assert message == "建会日期应早于隶属变更的日期 2026-03-01"
    services.edit_union(**edit, version="3", founded_on=None)
    assert spells(union)[0] == ("试验村工会联合会", None, DAY)
    assert violations() == []


def test_on_a_day(union, park, clerk):
    _moved(union, park, clerk)
    found = {day: Placement.objects.on(day).get(union=union).parent.name for day in (FOUNDED, DAY, LATER)}
    assert found == {FOUNDED: "试验村工会联合会", DAY: "园区联合会", LATER: "园区联合会"}
    assert not Placement.objects.on(dt.date(2015, 2, 28)).filter(union=union).exists()


def test_invariants_see_a_parent_that_differs(union, park):
    union.placements.update(parent=park)
    assert violations() == [f"Union {union.pk}: parent differs from its placement"]
    union.placements.update(parent=union.parent, start=None)
    placement = union.placements.get()
    assert violations() == [f"Placement {placement.pk} lies outside the life of its union"]


def test_the_migration_fills_in_present_parents(union, park):
    gone = UnionFactory(parent=park, founded_on=None, dissolved_on=DAY)
    before = {row: spells(row) for row in (union, park, gone)}
    Placement.objects.all().delete()
    migration = importlib.import_module("unions.migrations.0005_fill_placements")
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(migration.FILL)
    assert {row: spells(row) for row in (union, park, gone)} == before
    assert violations() == []


def _moved(union, parent, by, on=DAY):
    return services.move_union(union=union, parent=parent, on=on, by=by)
