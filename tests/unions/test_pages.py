"""Pages of the tree, firms and posts: works, foreign union 404, reader refused, bad input, flat queries."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from tests.factories.unions import EmployerFactory, PostFactory, TermFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import Employer, OrgType, Post, Union
from unions.roles import Role

OWN_PAGES = ["unions:union_detail", "unions:union_edit", "unions:union_move", "unions:union_dissolve",
             "unions:term_create", "unions:registration_create"]  # fmt: skip
FIRM_PAGES = ["unions:employer_detail", "unions:employer_edit", "unions:headcount_create",
              "unions:coverage_create", "unions:coverage_end"]  # fmt: skip
PLAIN_PAGES = ["unions:union_tree", "unions:union_create", "unions:employer_list", "unions:employer_create",
               "unions:post_list", "unions:post_create", "unions:officer_invite"]  # fmt: skip
READING = {"unions:union_tree", "unions:union_detail", "unions:employer_list", "unions:employer_detail"}


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = client.get(url)
    assert response.status_code == 200
    return len(seen), response


@pytest.mark.parametrize("name", PLAIN_PAGES)
def test_plain_pages_open_for_town_staff(client, clerk, union, name):
    EmployerFactory(union=union, employees=30)
    client.force_login(clerk)
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN_PAGES)
def test_union_pages_open_for_town_staff_and_hide_what_does_not_exist(client, clerk, union, name):
    TermFactory(union=union)
    client.force_login(clerk)
    assert client.get(reverse(name, args=[union.pk])).status_code == 200
    assert client.get(reverse(name, args=[union.pk + 1000])).status_code == 404


@pytest.mark.parametrize("name", FIRM_PAGES)
def test_firm_pages_open_for_town_staff_and_hide_what_does_not_exist(client, clerk, union, name):
    firm = EmployerFactory(union=union, employees=30)
    client.force_login(clerk)
    assert client.get(reverse(name, args=[firm.pk])).status_code == 200
    assert client.get(reverse(name, args=[firm.pk + 1000])).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [*OWN_PAGES, *FIRM_PAGES])
def test_a_foreign_union_is_404_or_403(client, other_officer, union, name, method):
    target = EmployerFactory(union=union) if name in FIRM_PAGES else union
    client.force_login(other_officer)
    status = getattr(client, method)(reverse(name, args=[target.pk])).status_code
    if name in READING:
        assert status == (404 if method == "get" else 405)
    else:
        # Officers declare headcounts, so that page exists for them; what they do not reach looks like nothing.
        assert status == (404 if name == "unions:headcount_create" else 403)


@pytest.mark.parametrize("actor", ["group_member", "sysadmin", "secadmin", "auditor"])
@pytest.mark.parametrize("name", PLAIN_PAGES)
def test_figures_only_roles_are_refused(request, client, union, actor, name):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["unions:union_create", "unions:employer_create", "unions:post_list",
                                  "unions:post_create", "unions:officer_invite"])  # fmt: skip
def test_an_officer_reads_but_does_not_write(client, officer, name):
    client.force_login(officer)
    assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse(name)).status_code == 403


def test_an_officer_sees_the_own_branch_of_the_tree(client, officer, union, other_union):
    client.force_login(officer)
    response = client.get(reverse("unions:union_tree"))
    assert [node.union for node in response.context["nodes"]] == [union]
    assert other_union.name not in response.content.decode()


def test_the_tree_rolls_figures_up_without_counting_twice(
    client, clerk, town, federation, union, other_union
):
    Union.objects.filter(pk=federation.pk).update(declared_members=999)
    Union.objects.filter(pk=union.pk).update(declared_members=3)
    firm = EmployerFactory(union=union)
    WorkerFactory.create_batch(2, employer=firm)
    WorkerFactory(employer=EmployerFactory(union=other_union))
    WorkerFactory(employer=firm, member=False)
    client.force_login(clerk)

    nodes = {node.union: node for node in client.get(reverse("unions:union_tree")).context["nodes"]}

    figures = {
        key: (n.figures.unions, n.figures.firms, n.figures.members, n.figures.declared)
        for key, n in nodes.items()
    }
    assert figures == {
        town: (2, 2, 3, 3),
        federation: (1, 1, 2, 3),
        union: (0, 1, 2, 3),
        other_union: (0, 1, 1, None),
    }
    assert [(node.union, node.depth) for node in nodes.values()] == [
        (town, 0), (federation, 1), (union, 2), (other_union, 1),
    ]  # fmt: skip
    assert nodes[union].figures.difference == -1


def test_the_tree_search_keeps_the_way_to_a_match(client, clerk, town, federation, union, other_union):
    EmployerFactory(union=union, name="独特名称电器厂")
    client.force_login(clerk)
    found = client.get(reverse("unions:union_tree"), {"q": "独特名称"}).context["nodes"]
    assert [node.union for node in found] == [town, federation, union]
    assert [node.is_match for node in found] == [False, False, True]
    page = client.get(reverse("unions:union_tree"), {"q": "没有这个"})
    assert "没有找到工会" in page.content.decode()


@pytest.mark.parametrize("name", ["unions:union_tree", "unions:employer_list", "unions:post_list"])
def test_lists_ask_the_same_number_of_queries_for_one_row_and_three(client, clerk, union, name):
    EmployerFactory(union=union, employees=5)
    client.force_login(clerk)
    client.get(reverse(name))
    one, _ = queries_of(client, reverse(name))
    for _ in range(2):
        more = UnionFactory(parent=union.parent, declared_members=4)
        WorkerFactory(employer=EmployerFactory(union=more, employees=5))
        PostFactory(union=more)
    three, response = queries_of(client, reverse(name))
    assert three == one
    assert len(response.context["nodes" if "tree" in name else "page"]) >= 3


@pytest.mark.parametrize("name", ["unions:union_detail", "unions:employer_detail"])
def test_details_ask_the_same_number_of_queries_for_one_row_and_three(client, clerk, union, name):
    firm = EmployerFactory(union=union, employees=5)
    TermFactory(union=union, number=1, start=dt.date(2000, 1, 1), end=dt.date(2005, 1, 1))
    PostFactory(union=union)
    target = union if "union_d" in name else firm
    client.force_login(clerk)
    client.get(reverse(name, args=[target.pk]))
    one, _ = queries_of(client, reverse(name, args=[target.pk]))
    for number in (2, 3):
        TermFactory(union=union, number=number, start=dt.date(2000 + number, 1, 1), end=dt.date(2006, 1, 1))
        PostFactory(union=union)
        WorkerFactory(employer=firm)
        EmployerFactory(union=union)
    three, _ = queries_of(client, reverse(name, args=[target.pk]))
    assert three == one


def test_a_union_page_shows_declared_beside_counted_and_warns(client, clerk, federation):
    joint = UnionFactory(org_type=OrgType.JOINT, parent=federation, declared_members=5)
    WorkerFactory(employer=EmployerFactory(union=joint))
    client.force_login(clerk)
    page = client.get(joint.get_absolute_url())
    assert page.context["figures"].difference == -4
    assert page.context["warnings"] == [
        "联合基层工会应覆盖两个以上单位，现覆盖 1 个（工会法第十一条）。",
        "尚未登记委员会届次。",
    ]
    assert [parent.name for parent in page.context["parents"]] == ["试验镇总工会", "试验村工会联合会"]


def test_an_officer_sees_parents_by_name_only(client, officer, union, federation):
    client.force_login(officer)
    page = client.get(union.get_absolute_url()).content.decode()
    assert federation.name in page
    assert federation.get_absolute_url() + '"' not in page
    assert reverse("unions:union_edit", args=[union.pk]) not in page


def test_creating_a_union_by_form(client, clerk, federation):
    client.force_login(clerk)
    data = {"name": "新厂工会委员会", "org_type": "31", "parent": federation.pk, "can_register": "on"}
    response = client.post(reverse("unions:union_create"), data)
    union = Union.objects.get(name="新厂工会委员会")
    assert response.status_code == 302
    assert response.url == union.get_absolute_url()
    again = client.post(reverse("unions:union_create"), data)
    assert again.context["form"].errors == {"name": ["试验村工会联合会之下已有同名工会"]}


def test_a_form_out_of_reach_or_with_bad_values_stores_nothing(client, clerk, federation):
    client.force_login(clerk)
    data = {"name": "新厂工会委员会", "org_type": "99", "parent": federation.pk + 999, "founded_on": "昨天",
            "credit_code": "123", "declared_members": "-1"}  # fmt: skip
    form = client.post(reverse("unions:union_create"), data).context["form"]
    assert set(form.errors) == {"org_type", "parent", "founded_on", "declared_members"}
    assert not Union.objects.filter(name="新厂工会委员会").exists()


def test_a_double_click_creates_once(client, clerk, federation):
    client.force_login(clerk)
    data = {"name": "甲厂", "union": federation.pk, "once": "k1"}
    first = client.post(reverse("unions:employer_create"), data)
    second = client.post(reverse("unions:employer_create"), data)
    assert (first.url, Employer.objects.count()) == (second.url, 1)


def test_editing_by_form_and_the_stale_form(client, clerk, union):
    firm = EmployerFactory(union=union)
    client.force_login(clerk)
    url = reverse("unions:employer_edit", args=[firm.pk])
    version = client.get(url).context["form"]["version"].value()
    data = {"name": "改名厂", "version": version}
    assert client.post(url, data).status_code == 302
    stale = client.post(url, data)
    assert "已被其他人修改" in stale.context["form"].non_field_errors()[0]
    firm.refresh_from_db()
    assert firm.name == "改名厂"


def test_filters_of_the_list_of_firms(client, clerk, union, federation):
    covered = EmployerFactory(union=union, name="甲电器厂", industry="C", employees=10)
    small = EmployerFactory(union=federation, name="乙商店", industry="F", covered=False, employees=10)
    large = EmployerFactory(union=federation, name="丙电器厂", industry="C", covered=False, employees=25)
    client.force_login(clerk)

    def names(**query):
        return [firm.name for firm in client.get(reverse("unions:employer_list"), query).context["page"]]

    assert names() == [large.name, small.name, covered.name]
    assert names(q="电器") == [large.name, covered.name]
    assert names(covered="yes") == [covered.name]
    assert names(covered="no") == [large.name, small.name]
    assert names(covered="due") == [large.name]
    assert names(industry="F") == [small.name]
    assert names(union=union.pk) == [covered.name]
    assert names(union=federation.pk) == [large.name, small.name, covered.name]
    assert names(q="' OR 1=1 --") == []


def test_posts_are_listed_by_state(client, clerk, union):
    today = timezone.localdate()
    soon = PostFactory(union=union, end=today + dt.timedelta(days=30))
    over = PostFactory(union=union, end=today)
    client.force_login(clerk)

    def listed(**query):
        return {post.pk for post in client.get(reverse("unions:post_list"), query).context["page"]}

    own = clerk.posts.get().pk
    assert listed() == {own, soon.pk}
    assert listed(state="expiring") == {soon.pk}
    assert listed(state="expired") == {over.pk}
    assert listed(state="all", role=Role.TOWN_STAFF) == {own}


def test_posts_begin_and_end_by_form(client, clerk, officer, other_union):
    client.force_login(clerk)
    data = {"user": officer.pk, "union": other_union.pk, "role": Role.OFFICER, "start": "2024-01-01"}
    assert client.post(reverse("unions:post_create"), data).status_code == 302
    post = Post.objects.get(user=officer, union=other_union)
    data["role"] = Role.TOWN_STAFF
    assert list(client.post(reverse("unions:post_create"), data).context["form"].errors) == ["role"]
    url = reverse("unions:post_end", args=[post.pk])
    assert list(client.post(url, {"end": "2020-01-01"}).context["form"].errors) == ["end"]
    assert client.post(url, {"end": str(timezone.localdate())}).status_code == 302


def test_giving_roles_needs_a_fresh_sign_in(client, clerk, officer, other_union):
    clerk.set_password("correct horse battery")
    clerk.save()
    client.force_login(clerk)
    response = client.post(reverse("unions:post_create"), {"user": officer.pk})
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("name", ["unions:post_create", "unions:officer_invite"])
def test_a_form_shown_after_the_password_was_asked_for_goes_to_its_own_page(client, clerk, name):
    clerk.set_password("correct horse battery")
    clerk.save()
    client.force_login(clerk)
    asked = client.post(reverse(name), {"role": "nobody"})
    page = client.post(asked.url, {"password": "correct horse battery"}, follow=True)
    assert page.context["form"].errors
    assert f'action="{reverse(name)}"' in page.content.decode()


def test_an_invitation_shows_its_link_once(client, clerk, union, mailoutbox):
    client.force_login(clerk)
    data = {"username": "wang.jia", "name": "王甲", "union": union.pk, "role": Role.OFFICER,
            "start": "2024-01-01", "email": "wang@example.cn"}  # fmt: skip
    page = client.post(reverse("unions:officer_invite"), data)
    link = page.context["link"]
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert link in page.content.decode()
    assert client.post(reverse("unions:officer_invite"), data).context["form"].errors
    assert resolve(urlsplit(link).path).view_name == "accounts:invitation_accept"
    assert [(letter.to, link in letter.body) for letter in mailoutbox] == [(["wang@example.cn"], True)]


def test_firms_are_offered_by_name_and_inside_the_reach(client, officer, union, other_union):
    own = EmployerFactory(union=union, name="乐清市甲电器厂")
    EmployerFactory(union=other_union, name="乐清市乙电器厂")
    client.force_login(officer)

    def offered(**query):
        return client.get(reverse("unions:employer_options"), query).json()

    assert offered() == offered(q="电器") == [{"value": own.pk, "text": "乐清市甲电器厂"}]
    assert offered(q="乙") == []
