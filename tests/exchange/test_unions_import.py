"""附件一: firms with their unions."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from exchange import services
from tests.exchange.sheets import applied, finish, messages_of, union_book, upload
from tests.factories.unions import EmployerFactory
from unions.models import Employer, Union

pytestmark = pytest.mark.django_db

CODE, UNION_CODE = "91330382MA0000AA2Q", "81330382MJ2M00011P"


def firm_row(**changes) -> list:
    row = [
        "1", "丙电器有限公司", CODE, "南岳镇", "乐清市", "私营企业", "私营经济", "制造业", "120", "丙电器有限公司工会委员会",
        UNION_CODE, "试验村工会联合会", "2015/03/01", "独立基层工会", 80, "试乙", "13800000002",
    ]  # fmt: skip
    for name, value in changes.items():
        row[int(name[1:])] = value
    return row


def test_the_form_makes_firm_union_coverage_and_declared_numbers(federation, clerk):
    run = upload(clerk, None, union_book([firm_row()], example=True), kind="unions")
    assert (run.rows, run.new, run.skipped, run.failed) == (2, 1, 1, 0)
    assert "示例" in run.header["notices"][0]
    run = applied(run, clerk)
    firm = Employer.objects.get()
    union = Union.objects.get(credit_code=UNION_CODE)
    assert (run.applied, firm.name, firm.credit_code) == (1, "丙电器有限公司", CODE)
    assert (firm.nature, firm.economy, firm.industry, firm.union) == ("170", "3", "C", union)
    assert (union.parent, union.org_type, union.declared_members) == (federation, "31", 80)
    assert union.path == f"{federation.path}{union.pk}/"
    assert firm.coverages.get().start == dt.date(2015, 3, 1)
    assert list(firm.headcounts.values_list("on", "employees")) == [(dt.date(2026, 3, 1), 120)]


def test_a_federation_of_the_same_file_may_be_the_parent(town, clerk):
    above = firm_row(
        c1="新村村民委员会", c2="", c9="新村工会联合会", c10="", c11=town.name, c13="工会联合会", c14=100
    )
    rows = [firm_row(c11="新村工会联合会"), above]
    run = applied(upload(clerk, None, union_book(rows), kind="unions"), clerk)
    assert run.applied == 2
    parent = Union.objects.get(name="新村工会联合会")
    assert (parent.org_type, Union.objects.get(credit_code=UNION_CODE).parent) == ("21", parent)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"c1": ""}, "name.blank"),
        ({"c2": "91330382MA0000AA2R"}, "credit_code.check_digit"),
        ({"c2": UNION_CODE}, "credit_code.union_code"),
        ({"c10": CODE}, "union_code.not_union"),
        ({"c10": 813303820000000190}, "union_code.numeric_cell"),
        ({"c8": "许多"}, "employees.not_a_count"),
        ({"c11": "无此联合会"}, "parent.unknown"),
        ({"c11": ""}, "parent.blank"),
        ({"c12": "2015年13月1日"}, "founded_on.no_such_day"),
        ({"c13": "总工会"}, "org_type.second_town"),
    ],
)
def test_each_fault_is_named(federation, clerk, changes, expected):
    run = upload(clerk, None, union_book([firm_row(**changes)]), kind="unions")
    assert [code for _, _, code in messages_of(run)] == [expected]


def test_known_firms_are_updated_and_undo_restores_them(federation, clerk):
    applied(upload(clerk, None, union_book([firm_row()]), kind="unions"), clerk)
    run = upload(clerk, None, union_book([firm_row(c3="南岳镇工业路", c8="150", c14=90)]), kind="unions")
    assert (run.new, run.changed) == (0, 1)
    assert set(run.lines.get().before["fields"]) == {"address", "employees", "declared_members"}
    run = applied(run, clerk)
    assert Employer.objects.get().address == "南岳镇工业路"
    run = finish(services.request_undo(run=run, by=clerk, hint=False))
    assert run.outcomes() == {"reverted": 1, "kept": 0, "impossible": 0}
    assert (Employer.objects.get().address, Union.objects.get(credit_code=UNION_CODE).declared_members) == (
        "南岳镇",
        80,
    )


def test_undo_removes_what_was_made_unless_it_is_in_use(federation, clerk):
    rows = [
        firm_row(),
        firm_row(c1="丁电器有限公司", c2="", c9="丁电器有限公司工会委员会", c10=""),
    ]
    run = applied(upload(clerk, None, union_book(rows), kind="unions"), clerk)
    EmployerFactory(union=Union.objects.get(credit_code=UNION_CODE), covered=False)
    run = finish(services.request_undo(run=run, by=clerk, hint=False))
    assert run.outcomes() == {"reverted": 1, "kept": 0, "impossible": 1}
    assert Employer.objects.filter(name="丁电器有限公司").count() == 0
    assert Employer.objects.filter(name="丙电器有限公司").count() == 1


def test_officers_may_not_import_unions(union, officer):
    with pytest.raises(PermissionDenied):
        upload(officer, union, union_book([firm_row()]), kind="unions")
