"""The tree: founding, editing, moving, dissolving, terms and certificates."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, PostFactory, TermFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions import services
from unions.invariants import INVARIANTS
from unions.models import OrgType, Union


def create(parent, by, **facts):
    given = {"name": "丙厂工会委员会", "org_type": OrgType.GRASSROOTS, **facts}
    return services.create_union(parent=parent, by=by, **given)


def messages_of(error):
    return getattr(error.value, "message_dict", {"": error.value.messages})


def test_a_new_union_hangs_below_its_parent_and_gets_a_number(clerk, federation):
    union = create(federation, clerk, name="丙厂(总部)工会委员会", credit_code="81330382MJ2M00011P")

    union.refresh_from_db()
    assert (union.name, union.path) == ("丙厂（总部）工会委员会", f"{federation.path}{union.pk}/")
    assert (union.code, union.credit_code) == (f"U{union.pk:05d}", "81330382MJ2M00011P")
    entry = AuditEntry.objects.get(action="unions.create")
    assert (entry.actor, entry.object_id, entry.union_id) == (clerk, union.pk, union.pk)
    assert entry.details["changes"]["name"] == [None, "丙厂（总部）工会委员会"]


@pytest.mark.parametrize(
    ("facts", "field", "message"),
    [
        ({"org_type": OrgType.TOWN}, "org_type", "镇总工会只能有一个，不能新增或移动"),
        ({"org_type": OrgType.GROUP}, "parent", "分工会和工会小组应设在基层工会之下"),
        (
            {"credit_code": "91330382MA2H12349Y"},
            "credit_code",
            "这是单位的代码，不是工会的代码。工会的统一社会信用代码以 81 或 89 开头，请核对。",
        ),
        ({"founded_on": dt.date(2999, 1, 1)}, "founded_on", "日期不能晚于今天，现填 2999-01-01"),
        (
            {"head_name": "王5"},
            "head_name",
            "姓名中含有数字“5”。请只填写证件上的姓名，序号和备注不要写在姓名里。",
        ),
    ],
)
def test_a_refusal_names_its_field(clerk, federation, facts, field, message):
    with pytest.raises(RuleError) as error:
        create(federation, clerk, **facts)

    assert messages_of(error) == {field: [message]}
    assert Union.objects.count() == 2


def test_member_unions_hang_below_federations_only(clerk, union):
    with pytest.raises(RuleError) as error:
        create(union, clerk)

    assert list(messages_of(error)) == ["parent"]
    group = create(union, clerk, name="一车间工会小组", org_type=OrgType.GROUP)
    assert group.parent == union


def test_the_same_name_twice_below_one_parent_is_refused(clerk, town, federation):
    create(federation, clerk)
    with pytest.raises(RuleError, match="已有同名工会"):
        create(federation, clerk)
    assert create(town, clerk).parent == town


def test_a_code_is_given_once(clerk, federation):
    create(federation, clerk, code="X1")
    with pytest.raises(ValidationError) as error:
        create(federation, clerk, name="丁厂工会", code="X1")
    assert list(messages_of(error)) == ["code"]


@pytest.mark.parametrize("actor", ["officer", "federation_officer", "group_member", "sysadmin"])
def test_only_town_staff_change_the_tree(request, federation, actor):
    with pytest.raises(PermissionDenied):
        create(federation, request.getfixturevalue(actor))
    assert not Union.objects.filter(name="丙厂工会委员会").exists()


def test_found_town_works_once(db):
    town = services.found_town(name="试验镇总工会", code="ROOT")
    assert town.path == f"{town.pk}/"
    with pytest.raises(RuleError, match="只能有一个"):
        services.found_town(name="又一个", code="R2")


def test_an_edit_is_recorded_and_refuses_a_stale_form(clerk, union):
    edited = services.edit_union(union=union, version="1", by=clerk, short_name="甲", declared_members=80)

    assert (edited.short_name, edited.declared_members, edited.version) == ("甲", 80, 2)
    assert AuditEntry.objects.get(action="unions.edit").details["changes"] == {
        "short_name": ["", "甲"],
        "declared_members": [None, 80],
    }
    with pytest.raises(RuleError) as error:
        services.edit_union(union=union, version="1", by=clerk, short_name="乙")
    assert error.value.code == "stale"
    union.refresh_from_db()
    assert union.short_name == "甲"


def test_a_union_with_members_cannot_become_a_federation(clerk, union):
    WorkerFactory(employer=EmployerFactory(union=union))
    with pytest.raises(RuleError) as error:
        services.edit_union(union=union, version="1", by=clerk, org_type=OrgType.AREA_FEDERATION)
    assert messages_of(error) == {"org_type": ["该工会仍有直属单位或会员，不能改为联合会"]}


def test_a_federation_with_member_unions_cannot_become_a_grassroots_union(clerk, union, federation):
    with pytest.raises(RuleError, match="仍有成员工会"):
        services.edit_union(union=federation, version="1", by=clerk, org_type=OrgType.JOINT)


def test_moving_takes_the_whole_subtree_along(clerk, town, federation, union):
    park = UnionFactory(name="园区联合会", org_type=OrgType.AREA_FEDERATION, parent=town)
    group = UnionFactory(name="小组", org_type=OrgType.GROUP, parent=union)

    services.move_union(union=federation, parent=park, by=clerk)

    for moved in (federation, union, group):
        moved.refresh_from_db()
    assert federation.path == f"{town.pk}/{park.pk}/{federation.pk}/"
    assert group.path == f"{town.pk}/{park.pk}/{federation.pk}/{union.pk}/{group.pk}/"
    assert [found for title, check in INVARIANTS for found in check()] == []
    assert AuditEntry.objects.get(action="unions.move").details["changes"] == {
        "parent": ["试验镇总工会", "园区联合会"]
    }


def test_a_path_that_only_begins_alike_stays(clerk, town, federation):
    """1/5/ must not drag 1/51/ along."""
    twin = UnionFactory(name="另一联合会", org_type=OrgType.AREA_FEDERATION, parent=town)
    Union.objects.filter(pk=twin.pk).update(path=federation.path[:-1] + "9/")
    park = UnionFactory(name="园区联合会", org_type=OrgType.AREA_FEDERATION, parent=town)

    services.move_union(union=federation, parent=park, by=clerk)

    twin.refresh_from_db()
    assert twin.path == f"{town.pk}/{federation.pk}9/"


def test_a_union_cannot_move_below_itself(clerk, town, federation):
    inner = UnionFactory(name="内层", org_type=OrgType.AREA_FEDERATION, parent=federation)
    with pytest.raises(RuleError, match="不能移到自己"):
        services.move_union(union=federation, parent=inner, by=clerk)


def test_dissolving_needs_an_empty_union_and_ends_its_posts(clerk, officer, union):
    firm = EmployerFactory(union=union)
    WorkerFactory(employer=firm)
    with pytest.raises(RuleError) as error:
        services.dissolve_union(union=union, on=dt.date(2026, 1, 1), by=clerk)
    assert error.value.messages == ["撤销前请先转出：1 个归口单位、1 名会员"]

    empty = UnionFactory(name="空壳工会", parent=union.parent)
    post = PostFactory(user=officer, union=empty)
    services.dissolve_union(union=empty, on=dt.date(2026, 1, 1), by=clerk)
    empty.refresh_from_db()
    post.refresh_from_db()
    assert (empty.dissolved_on, post.end) == (dt.date(2026, 1, 1), dt.date(2026, 1, 1))
    with pytest.raises(RuleError, match="已撤销"):
        create(
            UnionFactory(
                org_type=OrgType.AREA_FEDERATION, parent=union.parent, dissolved_on=dt.date(2026, 1, 1)
            ),
            clerk,
        )


def test_a_term_has_three_or_five_years(clerk, union):
    term = services.add_term(union=union, number=1, start=dt.date(2024, 2, 29), years=5, by=clerk)
    assert term.end == dt.date(2029, 3, 1)
    with pytest.raises(RuleError) as error:
        services.add_term(union=union, number=2, start=dt.date(2025, 1, 1), years=4, by=clerk)
    assert messages_of(error) == {"years": ["每届任期应为 3 或 5 年（工会法第十六条）"]}


def test_terms_follow_each_other(clerk, union):
    TermFactory(union=union, number=3, start=dt.date(2022, 1, 1), end=dt.date(2027, 1, 1))
    for number, start in ((3, dt.date(2024, 1, 1)), (4, dt.date(2021, 1, 1))):
        with pytest.raises(RuleError, match="新一届应晚于已登记的第 3 届"):
            services.add_term(union=union, number=number, start=start, years=3, by=clerk)


def test_a_certificate_needs_a_union_that_can_register(clerk, union):
    days = {"start": dt.date(2024, 1, 1), "end": dt.date(2029, 1, 1)}
    services.add_registration(union=union, number="浙工法字第1号", by=clerk, **days)
    assert union.registrations.count() == 1
    union.can_register = False
    with pytest.raises(RuleError, match="不具备法人登记条件"):
        services.add_registration(union=union, number="浙工法字第2号", by=clerk, **days)
