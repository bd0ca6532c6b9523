"""A union closes into another: firms pass over on the day, posts end, and the history stays."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions import services
from unions.invariants import INVARIANTS
from unions.models import Coverage, OrgType, Union

DAY = dt.date(2026, 3, 1)


@pytest.fixture
def joint(federation):
    return UnionFactory(name="片区联合工会", org_type=OrgType.JOINT, parent=federation)


def close(union, into, by, on=DAY):
    return services.close_into(union=union, into=into, on=on, by=by)


def refusal(union, into, by, on=DAY):
    with pytest.raises(ValidationError) as error:
        close(union, into, by, on)
    union.refresh_from_db()
    assert union.merged_into_id is None
    return getattr(error.value, "message_dict", {"": error.value.messages})


def test_firms_pass_over_on_the_day(clerk, officer, union, joint):
    firm = EmployerFactory(union=union)
    closed = EmployerFactory(union=union, covered=False, closed_on=dt.date(2020, 1, 1))

    close(union, joint, clerk)

    for row in (union, firm, closed):
        row.refresh_from_db()
    assert (union.dissolved_on, union.merged_into, union.version) == (DAY, joint, 2)
    assert (firm.union, firm.version, closed.union) == (joint, 2, joint)
    spells = Coverage.objects.order_by("start").values_list("union", "start", "end")
    assert list(spells) == [(union.pk, dt.date(2015, 3, 1), DAY), (joint.pk, DAY, None)]
    assert officer.posts.get().end == DAY
    entry = AuditEntry.objects.get(action="unions.merge")
    assert (entry.object_id, entry.union_id, entry.actor) == (union.pk, joint.pk, clerk)
    assert entry.details["changes"] == {
        "dissolved_on": [None, "2026-03-01"],
        "merged_into": [None, "片区联合工会"],
    }
    assert (entry.details["firms"], entry.details["posts"]) == (2, 1)
    assert [found for title, check in INVARIANTS for found in check()] == []


def test_a_post_that_began_later_ends_too(clerk, union, joint):
    later = PostFactory(union=union, start=dt.date(2026, 5, 1))
    over = PostFactory(union=union, end=dt.date(2021, 1, 1))
    close(union, joint, clerk)
    later.refresh_from_db()
    over.refresh_from_db()
    assert (later.end, over.end) == (dt.date(2026, 5, 2), dt.date(2021, 1, 1))


def test_targets_that_cannot_take_firms_over(clerk, town, federation, union, joint):
    EmployerFactory(union=union)
    gone = UnionFactory(name="旧联合工会", org_type=OrgType.JOINT, parent=town, dissolved_on=DAY)
    young = UnionFactory(
        org_type=OrgType.JOINT, parent=town, name="新联合工会", founded_on=dt.date(2026, 4, 1)
    )
    single = UnionFactory(name="丙厂工会", parent=town)
    EmployerFactory(union=single)
    assert refusal(union, union, clerk) == {"into": ["不能并入自己，请另选工会"]}
    assert refusal(union, federation, clerk) == {
        "into": ["试验村工会联合会是村（社区）工会联合会，不直接接收单位和会员，请另选"]
    }
    assert refusal(union, gone, clerk) == {"into": ["旧联合工会已于 2026-03-01 撤销，请另选"]}
    assert refusal(union, young, clerk) == {"on": ["并入日期不能早于新联合工会的建会日期 2026-04-01"]}
    assert refusal(union, single, clerk) == {
        "into": ["并入后将覆盖 2 个单位，独立基层工会只覆盖一个，请先改为联合基层工会"]
    }
    assert refusal(federation, joint, clerk) == {
        "": ["村（社区）工会联合会不能并入其他工会，只有基层工会和联合基层工会可以"]
    }
    assert refusal(gone, joint, clerk) == {"": ["该工会已于 2026-03-01 撤销"]}


def test_contents_must_have_gone(clerk, union, joint):
    worker = WorkerFactory(employer=EmployerFactory(union=union))
    UnionFactory(name="一车间工会小组", org_type=OrgType.GROUP, parent=union)
    assert refusal(union, joint, clerk) == {"": ["撤销前请先转出：1 个下级工会、1 名会员"]}
    assert worker.memberships.filter(end=None).exists()


def test_impossible_days(clerk, union, joint):
    firm = EmployerFactory(union=union, covered=False)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert refusal(union, joint, clerk, tomorrow) == {"": [f"日期不能晚于今天，现填 {tomorrow}"]}
    assert list(refusal(union, UnionFactory(org_type=OrgType.JOINT, parent=joint.parent, founded_on=None),
                        clerk, dt.date(2015, 3, 1)).values()) == [["撤销日期应晚于建会日期"]]  # fmt: skip
    spell = Coverage.objects.create(employer=firm, union=union, start=DAY)
    message = ["该工会在 2026-03-01 还有单位、下级或会籍变动的记录，请填写更晚的日期"]
    assert refusal(union, joint, clerk) == {"on": message}
    Coverage.objects.filter(pk=spell.pk).update(start=dt.date(2020, 1, 1), end=dt.date(2026, 3, 2))
    assert list(refusal(union, joint, clerk)) == ["on"]
    Coverage.objects.filter(pk=spell.pk).update(end=DAY)
    assert close(union, joint, clerk).dissolved_on == DAY


@pytest.mark.parametrize("actor", ["officer", "federation_officer", "group_member"])
def test_only_town_staff_merge(request, union, joint, actor):
    with pytest.raises(PermissionDenied):
        close(union, joint, request.getfixturevalue(actor))
    assert not Union.objects.exclude(dissolved_on=None).exists()


def test_no_firm_is_covered_by_a_union_that_has_closed_meanwhile(clerk, union, joint):
    """The clerk's page still holds the union as it was."""
    stale = Union.objects.get(pk=union.pk)
    firm = EmployerFactory(union=union.parent, covered=False)
    close(union, joint, clerk)
    with pytest.raises(ValidationError, match="该工会已于 2026-03-01 撤销"):
        services.cover_employer(employer=firm, union=stale, start=dt.date(2026, 4, 1), by=clerk)
    assert not firm.coverages.exists()
