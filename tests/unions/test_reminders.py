"""届期提醒: the page, its counts and filters, the line on the dashboard, renewals of certificates."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleError
from core.models import LegalNumber
from tests.factories.unions import LegalRegistrationFactory, PostFactory, TermFactory, UnionFactory
from unions import queries, services
from unions.models import OrgType, Union
from unions.roles import Role

URL = "unions:reminder_list"
TODAY = timezone.localdate()


def days(number):
    return TODAY + dt.timedelta(days=number)


def term(union, left, **facts):
    return TermFactory(union=union, end=days(left), **facts)


def listed(client, **query):
    return [row.of for row in client.get(reverse(URL), query).context["page"]]


@pytest.fixture
def five(town, federation, union, other_union):
    """One overdue since today, one each within 30, 60 and 90 days, one later; the town has no term."""
    later = UnionFactory(name="丁厂工会委员会", parent=town)
    unions = {0: federation, 30: union, 31: other_union, 90: later}
    for left, of in unions.items():
        term(of, left)
    unions[91] = UnionFactory(name="戊厂工会委员会", parent=town)
    term(unions[91], 91)
    return unions


def test_states_of_terms(client, clerk, town, five):
    client.force_login(clerk)
    assert listed(client) == listed(client, kind="nonsense") == [five[0], five[30], five[31], five[90]]
    assert listed(client, state="overdue") == [five[0]]
    assert listed(client, state="30") == [five[30]]
    assert listed(client, state="60") == [five[30], five[31]]
    assert listed(client, state="90") == [five[30], five[31], five[90]]
    assert listed(client, state="missing") == [town]
    assert listed(client, state="all") == [five[0], five[30], five[31], five[90], five[91], town]
    assert listed(client, q="甲厂") == listed(client, union=five[30].pk) == [five[30]]


def test_the_last_term_counts_and_only_unions_that_exist(client, clerk, union, other_union, federation):
    term(union, -400, number=1, start=days(-1000))
    term(union, 200, number=2, start=days(-300))
    Union.objects.filter(pk=other_union.pk).update(dissolved_on=days(-1))
    term(other_union, -5)
    term(UnionFactory(parent=union, org_type=OrgType.GROUP), -5)
    client.force_login(clerk)
    assert listed(client) == []
    assert listed(client, state="all")[0] == union


def test_days_are_data(client, clerk, five):
    LegalNumber.objects.create(
        code="reminder.far_days", title="届期提醒（预告）", value=91, valid_from=TODAY, source="办公规则"
    )
    client.force_login(clerk)
    assert listed(client)[-1] == five[91]
    assert "91 天内" in client.get(reverse(URL)).content.decode()


def test_certificates_of_unions_that_can_register(client, clerk, union, other_union, federation):
    LegalRegistrationFactory(union=union, end=days(-3), number="浙工法字第1号")
    LegalRegistrationFactory(union=federation, end=days(10))
    LegalRegistrationFactory(union=other_union, end=days(-3))
    Union.objects.filter(pk=other_union.pk).update(can_register=False)
    client.force_login(clerk)
    assert listed(client, kind="certificate") == [union, federation]
    page = client.get(reverse(URL), {"kind": "certificate"}).content.decode()
    assert "浙工法字第1号" in page
    assert "逾期 3 天" in page
    assert reverse("unions:registration_create", args=[union.pk]) in page


def test_posts_that_nobody_took_over(client, clerk, union, other_union):
    ending = PostFactory(union=union, end=days(20))
    gone = PostFactory(union=other_union, end=days(-20))
    PostFactory(union=union, role=Role.OFFICER, end=days(10))
    replaced = UnionFactory(parent=union.parent)
    PostFactory(union=replaced, end=days(-1))
    PostFactory(union=replaced)
    client.force_login(clerk)
    page = client.get(reverse(URL), {"kind": "post"})
    assert list(page.context["page"]) == [gone, ending]
    assert ending.user.name in page.content.decode()


def test_counts_hold_what_the_lists_show(client, clerk, five, union):
    LegalRegistrationFactory(union=union, end=TODAY)
    PostFactory(union=union, end=days(60))
    client.force_login(clerk)
    counts = {row.kind: row for row in client.get(reverse(URL)).context["counts"]}
    assert {kind: (row.overdue, row.within, row.missing) for kind, row in counts.items()} == {
        "term": (1, {30: 1, 60: 2, 90: 3}, 1),
        "certificate": (1, {30: 0, 60: 0, 90: 0}, 5),
        "post": (0, {30: 0, 60: 1, 90: 1}, 0),
    }
    for kind, row in counts.items():
        for state in ("overdue", "30", "60", "90", "missing"):
            number = {"overdue": row.overdue, "missing": row.missing}.get(state)
            number = row.within[int(state)] if number is None else number
            assert len(listed(client, kind=kind, state=state)) == number


def test_each_sees_the_own_reach(
    client, officer, federation_officer, handler, union, other_union, federation
):
    for of in (union, other_union, federation):
        term(of, 5)
        PostFactory(union=of, role=Role.FEDERATION_OFFICER if of == federation else Role.OFFICER, end=days(5))
    seen = {}
    for user in (officer, federation_officer, handler):
        user.posts.update(end=days(3))
        client.force_login(user)
        seen[user.username] = (set(listed(client)), set(listed(client, kind="post")))
    assert seen == {
        "officer": ({union}, {union}),
        "federation": ({union, federation}, {union, federation}),
        "handler": ({union, other_union, federation}, set()),
    }


@pytest.mark.parametrize("actor", ["group_member", "sysadmin", "secadmin", "auditor"])
def test_others_are_refused(request, client, actor):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(reverse(URL)).status_code == 403


@pytest.mark.parametrize("kind", ["term", "certificate", "post"])
def test_flat_queries(client, clerk, union, kind):
    def make(of):
        term(of, 5)
        LegalRegistrationFactory(union=of, end=days(5))
        PostFactory(union=of, end=days(5))

    def count():
        with CaptureQueriesContext(connection) as seen:
            rows = listed(client, kind=kind)
        return len(rows), len(seen)

    make(union)
    client.force_login(clerk)
    client.get(reverse(URL))
    rows, asked = count()
    for _ in range(2):
        make(UnionFactory(parent=union.parent))
    assert (rows, *count()) == (1, 3, asked)


def test_pages_go_on_past_unions_without_a_term(client, clerk, town, monkeypatch):
    unions = [UnionFactory(parent=town) for _ in range(4)]
    for left, of in enumerate(unions[:2]):
        term(of, left)
    client.force_login(clerk)
    rows = queries.things_due(clerk, "term").order_by("due", "pk")
    assert [row.pk for row in rows] == [unions[0].pk, unions[1].pk, town.pk, unions[2].pk, unions[3].pk]
    after = listed(client, state="all", after=unions[1].pk, page=2)
    assert after == [town, unions[2], unions[3]]
    assert listed(client, state="all", after=unions[2].pk, page=2) == [unions[3]]
    assert listed(client, state="all", before=unions[2].pk, page=3) == [unions[0], unions[1], town]


def test_the_dashboard_and_the_federation_page_count(client, clerk, federation, union, group_member):
    term(union, -5)
    client.force_login(clerk)
    for url in (reverse("home"), federation.get_absolute_url()):
        assert "委员会届次逾期 1 项" in client.get(url).content.decode()
    own = client.get(union.get_absolute_url())
    assert f"已于 {days(-5)} 届满，应当换届。" in own.content.decode()
    client.force_login(group_member)
    assert "届期提醒" not in client.get(reverse("home")).content.decode()


def test_a_certificate_is_renewed_and_the_old_one_stays(client, clerk, union):
    old = LegalRegistrationFactory(
        union=union, number="甲1", start=dt.date(2020, 1, 1), end=dt.date(2025, 1, 1)
    )
    client.force_login(clerk)
    url = reverse("unions:registration_create", args=[union.pk])
    form = client.get(url).context["form"]
    assert (form["number"].value(), form["start"].value()) == ("甲1", old.end)
    data = {"number": "甲1", "start": "2025-01-01", "end": "2030-01-01"}
    assert client.post(url, data).status_code == 302
    page = client.get(union.get_absolute_url()).content.decode()
    assert "已换发" in page
    assert union.registrations.count() == 2
    with pytest.raises(RuleError, match="应晚于现有证书 甲1 的有效期起（2025-01-01）"):
        services.add_registration(
            union=union, number="甲2", start=dt.date(2024, 1, 1), end=dt.date(2031, 1, 1), by=clerk
        )


def test_a_certificate_that_ran_out_is_warned_of(clerk, union):
    LegalRegistrationFactory(union=union, number="甲1", end=days(-1))
    warnings = queries.warnings_about(union, members=0, firms=1, on=TODAY)
    assert f"法人证书 甲1 已于 {days(-1)} 到期，应当换证。" in warnings
    union.registrations.update(end=days(90))
    fresh = Union.objects.get(pk=union.pk)
    assert any("请办理换证" in text for text in queries.warnings_about(fresh, members=0, firms=1, on=TODAY))
