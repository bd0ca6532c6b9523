"""建会: firms without a union, their candidates, and joining a joint union with one click."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import Coverage, OrgType, Union
from unions.queries.uniting import OFFERED

URL, JOIN = "unions:uncovered_list", "unions:uncovered_join"


def firm_without(union, **facts):
    return EmployerFactory(union=union, covered=False, **facts)


def listed(client, **query):
    return list(client.get(reverse(URL), query).context["page"])


def candidates(client, firm):
    row = next(row for row in listed(client) if row == firm)
    return [(candidate.union.name, candidate.reason) for candidate in row.candidates]


@pytest.fixture
def joint(federation):
    return UnionFactory(name="本村联合工会", org_type=OrgType.JOINT, parent=federation)


@pytest.fixture
def far(town):
    """A joint union elsewhere, with a firm in 甲村."""
    far = UnionFactory(name="外村联合工会", org_type=OrgType.JOINT, parent=town)
    EmployerFactory(union=far, district="甲村")
    return far


def test_firms_that_trade_without_a_union_the_largest_first(client, clerk, union, federation):
    EmployerFactory(union=union, employees=500)
    small, silent, large = (firm_without(federation, employees=count) for count in (9, None, 30))
    firm_without(federation, closed_on=dt.date(2020, 1, 1), employees=90)
    ended = EmployerFactory(union=federation, covered=False, employees=3)
    Coverage.objects.create(employer=ended, union=union, start=dt.date(2016, 1, 1), end=dt.date(2017, 1, 1))
    client.force_login(clerk)
    assert listed(client) == [large, small, ended, silent]


def test_counts_at_the_top(client, clerk, federation_officer, union, other_union, federation):
    EmployerFactory(union=union, employees=30)
    EmployerFactory(union=other_union, employees=50)
    firm_without(federation, employees=12)
    firm_without(federation)
    seen = {}
    for user in (clerk, federation_officer):
        client.force_login(user)
        sums = client.get(reverse(URL)).context["sums"]
        seen[user.username] = (
            sums.covered, sums.uncovered, sums.covered_employees, sums.uncovered_employees, sums.rate,
        )  # fmt: skip
    assert seen == {"clerk": (2, 2, 80, 12, "50.0%"), "federation": (1, 2, 30, 12, "33.3%")}


def test_candidates_by_federation_then_by_district(client, clerk, federation, town, joint, far):
    UnionFactory(name="代管工会", org_type=OrgType.JOINT, parent=federation, is_holding=True)
    UnionFactory(
        name="旧联合工会", org_type=OrgType.JOINT, parent=federation, dissolved_on=dt.date(2020, 1, 1)
    )
    here = firm_without(federation, district="甲村")
    elsewhere = firm_without(town, district="乙村")
    client.force_login(clerk)
    assert candidates(client, here) == [("本村联合工会", "同一联合会"), ("外村联合工会", "同在甲村")]
    assert candidates(client, elsewhere) == []
    for _ in range(OFFERED):
        UnionFactory(org_type=OrgType.JOINT, parent=federation)
    assert len(candidates(client, here)) == OFFERED


def test_advice_goes_by_members_first(client, clerk, federation):
    rows = {count: firm_without(federation, employees=count) for count in (24, 25, 200)}
    many = firm_without(federation, employees=1)
    WorkerFactory.create_batch(25, employer=many)
    client.force_login(clerk)
    advice = {row: row.advice for row in listed(client)}
    assert advice == {
        rows[200]: "职工满 200 人，可单独建会并设专职主席",
        rows[25]: "职工满 25 人，宜单独建会",
        rows[24]: "可加入联合基层工会",
        many: "会员 25 名，满 25 名应当单独建立委员会",
    }


def test_filters_and_search(client, clerk, federation, town):
    first = firm_without(federation, name="甲电器厂", employees=10, industry="C", address="演示路5号")
    second = firm_without(town, name="乙商店", employees=25, industry="F")
    third = firm_without(town, name="丙商店", industry="F")
    client.force_login(clerk)
    assert listed(client, q="电器") == listed(client, q="演示路") == [first]
    assert listed(client, union=federation.pk) == [first]
    assert listed(client, industry="F") == [second, third]
    assert [listed(client, size=size) for size in ("small", "25", "200", "none")] == [
        [first], [second], [], [third],
    ]  # fmt: skip
    assert listed(client, q="' OR 1=1 --") == []
    assert listed(client, after=second.pk, page=2) == [first, third]


def test_one_click_covers_the_firm(client, clerk, federation, joint):
    firm = firm_without(federation, employees=10)
    client.force_login(clerk)
    data = {"union": joint.pk, "filters": "q=甲&size=small", "once": "k"}
    answer = client.post(reverse(JOIN, args=[firm.pk]), data)
    assert answer.url == reverse(URL) + "?q=%E7%94%B2&size=small"
    again = client.post(reverse(JOIN, args=[firm.pk]), data)
    assert again.url == answer.url
    spell = firm.coverages.get()
    assert (spell.union, spell.start, spell.end) == (joint, timezone.localdate(), None)
    firm.refresh_from_db()
    assert firm.union == joint
    assert AuditEntry.objects.get(action="employers.cover").actor == clerk
    assert listed(client) == []


def test_what_cannot_be_joined_is_said(client, clerk, federation, union, joint):
    covered, free = EmployerFactory(union=union), firm_without(federation)
    client.force_login(clerk)

    def refusal(firm, target):
        answer = client.post(reverse(JOIN, args=[firm.pk]), {"union": target})
        return [str(message) for message in get_messages(answer.wsgi_request)][-1]

    assert "已有工会覆盖或已关停" in refusal(covered, joint.pk)
    assert "没有办理" in refusal(free, union.pk)
    assert "没有办理" in refusal(free, "x")
    Union.objects.filter(pk=joint.pk).update(founded_on=timezone.localdate() + dt.timedelta(days=1))
    assert "覆盖起始日期不能早于建会日期" in refusal(free, joint.pk)
    assert Coverage.objects.count() == 1


def test_federation_officers_read_only_their_subtree(
    client, federation_officer, federation, town, joint, far
):
    here, elsewhere = firm_without(federation, district="甲村"), firm_without(town)
    client.force_login(federation_officer)
    assert candidates(client, here) == [("本村联合工会", "同一联合会")]
    page = client.get(reverse(URL)).content.decode()
    assert elsewhere.name not in page
    assert far.name not in page
    assert reverse(JOIN, args=[here.pk]) not in page
    assert client.post(reverse(JOIN, args=[here.pk]), {"union": joint.pk}).status_code == 403
    assert not here.coverages.exists()


def test_an_officer_sees_no_foreign_firm(client, officer, federation):
    firm_without(federation)
    client.force_login(officer)
    assert listed(client) == []


@pytest.mark.parametrize("actor", ["group_member", "sysadmin", "secadmin", "auditor"])
def test_others_are_refused(request, client, actor):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(reverse(URL)).status_code == 403


def test_flat_queries(client, clerk, federation, joint):
    def count():
        with CaptureQueriesContext(connection) as seen:
            rows = listed(client)
        return len(rows), len(seen)

    firm_without(federation, employees=5, district="甲村")
    client.force_login(clerk)
    client.get(reverse(URL))
    rows, asked = count()
    for _ in range(2):
        other = UnionFactory(org_type=OrgType.JOINT, parent=federation)
        EmployerFactory(union=other, district="甲村")
        WorkerFactory(employer=firm_without(federation, employees=5))
    assert (rows, *count()) == (1, 3, asked)
