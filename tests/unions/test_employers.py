"""Firms: facts, headcounts and coverage."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, UnionFactory
from unions import services
from unions.invariants import INVARIANTS
from unions.models import Employer, OrgType
from unions.naming import clean_title, employer_key

MARCH = dt.date(2024, 3, 1)
CODE = "91330382MA2H12349Y"


def violations():
    return [text for title, check in INVARIANTS for text in check()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("乐清市甲（浙江）电器有限公司", "乐清市甲(浙江)电器有限公司"),
        ("乐清市甲〔浙江〕电器有限公司", "乐清市甲(浙江)电器有限公司"),
        ("ＡＢＣ电器厂", "abc 电器厂"),
        ("甲　电器\u200b厂", "甲电器厂"),
    ],
)
def test_two_spellings_of_a_firm_have_one_key(one, other):
    assert employer_key(clean_title(one)) == employer_key(clean_title(other))


def test_different_firms_have_different_keys():
    assert employer_key("甲电器一厂") != employer_key("甲电器二厂")


def test_a_firm_under_a_grassroots_union_is_covered(clerk, union):
    firm = services.create_employer(
        name="乐清市甲(浙江)电器厂", union=union, by=clerk, covered_from=MARCH, credit_code=CODE, industry="C"
    )

    assert (firm.name, firm.credit_code) == ("乐清市甲（浙江）电器厂", CODE)
    assert list(firm.coverages.values_list("union", "start", "end")) == [(union.pk, MARCH, None)]
    assert violations() == []
    changes = AuditEntry.objects.get(action="employers.create").details["changes"]
    assert changes["union"] == [None, union.pk]


def test_a_firm_under_a_federation_is_only_in_its_charge(clerk, federation):
    firm = services.create_employer(name="甲厂", union=federation, by=clerk)
    assert not firm.coverages.exists()
    with pytest.raises(RuleError, match="联合会不直接覆盖单位"):
        services.create_employer(name="乙厂", union=federation, by=clerk, covered_from=MARCH)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"covered_from": None}, "covered_from"),
        ({"name": "甲 ( 浙江 ) 厂"}, "name"),
        ({"credit_code": "81330382MJ2M00011P"}, "credit_code"),
        ({"credit_code": CODE}, "credit_code"),
        ({"credit_code": "91330382MA2H12340Y"}, "credit_code"),
        ({"legacy_code": "12345"}, "legacy_code"),
        ({"opened_on": MARCH, "closed_on": MARCH}, "closed_on"),
        ({"name": ""}, "name"),
    ],
)
def test_a_refusal_names_its_field(clerk, union, facts, field):
    EmployerFactory(name="甲（浙江）厂", name_key="甲(浙江)厂", union=union.parent, covered=False)
    EmployerFactory(union=union.parent, covered=False, credit_code=CODE)
    given = {"name": "丙厂", "covered_from": MARCH, **facts}
    with pytest.raises(ValidationError) as error:
        services.create_employer(union=union, by=clerk, **given)
    assert field in getattr(error.value, "message_dict", {"credit_code": error.value.messages})
    assert Employer.objects.count() == 2


def test_officers_change_no_firms(officer, union):
    with pytest.raises(PermissionDenied):
        services.create_employer(name="甲厂", union=union, by=officer, covered_from=MARCH)
    assert not Employer.objects.exists()


def test_an_edit_keeps_the_name_key_and_refuses_a_stale_form(clerk, union):
    firm = EmployerFactory(union=union)
    edited = services.edit_employer(
        employer=firm, version="1", by=clerk, name="乙(新)厂", address=" 某路1号 "
    )
    assert (edited.name_key, edited.address, edited.version) == ("乙(新)厂", "某路1号", 2)
    with pytest.raises(RuleError) as error:
        services.edit_employer(employer=firm, version="1", by=clerk, name="丙厂")
    assert error.value.code == "stale"


def test_a_covered_firm_does_not_close(clerk, union):
    firm = EmployerFactory(union=union)
    with pytest.raises(RuleError, match="请先终止覆盖"):
        services.edit_employer(employer=firm, version="1", by=clerk, closed_on=MARCH)


def test_headcounts_stay_beside_each_other(clerk, union):
    firm = EmployerFactory(union=union, employees=100)
    services.declare_headcount(employer=firm, on=MARCH, employees=120, women=50, by=clerk)
    assert list(firm.headcounts.values_list("employees", flat=True)) == [120, 100]
    with pytest.raises(ValidationError, match="该单位当日已申报过职工人数"):
        services.declare_headcount(employer=firm, on=MARCH, employees=1, by=clerk)
    with pytest.raises(ValidationError, match="女职工人数不能多于职工人数"):
        services.declare_headcount(employer=firm, on=dt.date(2024, 4, 1), employees=1, women=2, by=clerk)
    with pytest.raises(RuleError, match="不能晚于今天，现填 2999-01-01"):
        services.declare_headcount(employer=firm, on=dt.date(2999, 1, 1), employees=1, by=clerk)


def test_a_firm_moves_from_a_joint_union_to_its_own(clerk, federation):
    joint = UnionFactory(org_type=OrgType.JOINT, parent=federation)
    own = UnionFactory(parent=federation)
    firm = EmployerFactory(union=joint)

    services.cover_employer(employer=firm, union=own, start=MARCH, by=clerk)

    firm.refresh_from_db()
    assert firm.union == own
    assert list(firm.coverages.values_list("union", "start", "end")) == [
        (own.pk, MARCH, None),
        (joint.pk, dt.date(2015, 3, 1), MARCH),
    ]
    assert violations() == []


def test_an_own_union_covers_one_firm_a_joint_one_many(clerk, federation):
    own, joint = UnionFactory(parent=federation), UnionFactory(org_type=OrgType.JOINT, parent=federation)
    EmployerFactory(union=own)
    free = EmployerFactory(union=federation, covered=False)
    with pytest.raises(RuleError, match="独立基层工会只覆盖一个单位"):
        services.cover_employer(employer=free, union=own, start=MARCH, by=clerk)
    EmployerFactory(union=joint)
    services.cover_employer(employer=free, union=joint, start=MARCH, by=clerk)
    assert joint.coverages.filter(end=None).count() == 2


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (dt.date(2015, 3, 1), "日期应晚于现有覆盖的起始日期 2015-03-01"),
        (dt.date(2999, 1, 1), "日期不能晚于今天，现填 2999-01-01"),
        (dt.date(2010, 1, 1), "日期应晚于现有覆盖的起始日期 2015-03-01"),
    ],
)
def test_coverage_dates_are_checked(clerk, federation, start, message):
    firm = EmployerFactory(union=UnionFactory(parent=federation))
    with pytest.raises(RuleError) as error:
        services.cover_employer(employer=firm, union=UnionFactory(parent=federation), start=start, by=clerk)
    assert error.value.messages == [message]
    assert firm.coverages.count() == 1


def test_coverage_by_a_federation_or_before_the_founding_is_refused(clerk, federation, union):
    free = EmployerFactory(union=federation, covered=False)
    with pytest.raises(RuleError, match="只有基层工会或联合基层工会"):
        services.cover_employer(employer=free, union=federation, start=MARCH, by=clerk)
    with pytest.raises(RuleError, match="不能早于建会日期 2015-03-01"):
        services.cover_employer(employer=free, union=union, start=dt.date(2015, 2, 28), by=clerk)


def test_an_uncovered_firm_falls_to_the_federation_above(clerk, federation, union):
    firm = EmployerFactory(union=union)
    services.end_coverage(employer=firm, end=MARCH, by=clerk)
    firm.refresh_from_db()
    assert firm.union == federation
    assert firm.coverages.get().end == MARCH
    with pytest.raises(RuleError, match="目前没有工会覆盖"):
        services.end_coverage(employer=firm, end=MARCH, by=clerk)
