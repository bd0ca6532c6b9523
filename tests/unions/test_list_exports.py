"""Exports of the reminders and of the posts: the rows of the page in its order, and nobody else's."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleError
from tests.exchange.exports import ask, queries_of_file, rows_in_file
from tests.factories.accounts import UserFactory
from tests.factories.unions import LegalRegistrationFactory, PostFactory, TermFactory, UnionFactory
from unions.post_listing import PostListing
from unions.roles import Role

TODAY = timezone.localdate()
NEW = "exchange:export_create"


def days(number):
    return TODAY + dt.timedelta(days=number)


@pytest.fixture
def terms(federation, union, other_union):
    """One overdue, two that end on one day, and none for the town."""
    TermFactory(union=federation, number=3, end=days(-2))
    for of in (other_union, union):
        TermFactory(union=of, number=5, end=days(30))


@pytest.fixture
def staff(federation):
    """Town staff for one federation only: they manage the posts below it."""
    user = UserFactory(username="staff", name="试专干")
    return PostFactory(user=user, union=federation, role=Role.TOWN_STAFF, start=dt.date(2019, 1, 1)).user


def page_of(client, user, name, query=""):
    client.force_login(user)
    return client.get(f"{reverse(name)}?{query}")


def test_reminders_in_the_file_are_those_of_the_page(
    client, clerk, town, federation, union, other_union, terms
):
    ending = [
        [federation.name, federation.get_org_type_display(), "第 3 届", days(-2), "逾期 2 天"],
        *[
            [of.name, of.get_org_type_display(), "第 5 届", days(30), "还有 30 天"]
            for of in (union, other_union)
        ],
    ]
    never = [town.name, town.get_org_type_display(), None, None, "尚未登记"]
    for query, expected in (
        ("", ending),
        ("state=overdue", ending[:1]),
        ("state=missing", [never]),
        ("state=all&kind=term", [*ending, never]),
        ("q=甲厂", ending[1:2]),
        (f"union={federation.pk}", ending[:2]),
    ):
        assert rows_in_file(clerk, "reminders", query) == expected
        shown = page_of(client, clerk, "unions:reminder_list", query).context["page"]
        assert [[row.of.name, row.told or None, row.due, row.standing] for row in shown] == [
            [name, told, due, standing] for name, _, told, due, standing in expected
        ]


def test_certificates_and_posts_that_run_out(clerk, union):
    LegalRegistrationFactory(union=union, number="浙工法字第7号", end=TODAY)
    post = PostFactory(union=union, user=UserFactory(name="试干部"), end=days(1_001))
    kind = union.get_org_type_display()
    assert rows_in_file(clerk, "reminders", "kind=certificate") == [
        [union.name, kind, "浙工法字第7号", TODAY, "今天到期"]
    ]
    assert rows_in_file(clerk, "reminders", "kind=post&state=all", file_format="csv") == [
        [union.name, kind, f"试干部 · {post.get_role_display()}", str(days(1_001)), "还有 1,001 天"]
    ]


def test_reminders_of_others_stay_out(officer, federation_officer, other_officer, union, federation, terms):
    seen = {
        user.username: [row[0] for row in rows_in_file(user, "reminders")]
        for user in (officer, federation_officer)
    }
    assert seen == {"officer": [union.name], "federation": [federation.name, union.name]}
    with pytest.raises(RuleError, match="筛选条件有误"):
        ask(other_officer, f"union={union.pk}", listing="reminders")


def test_the_page_of_reminders_leads_to_its_own_rows(client, clerk, handler, terms):
    query = "kind=term&state=overdue"
    page = page_of(client, clerk, "unions:reminder_list", f"{query}&after=3").content.decode()
    assert 'list=reminders&amp;kind=term&amp;state=overdue"' in page
    export = ask(clerk, query, listing="reminders")
    assert export.filters == [["种类", "委员会届次"], ["到期情况", "已逾期"]]
    assert "list=reminders" not in page_of(client, handler, "unions:reminder_list").content.decode()


@pytest.fixture
def posts(union, other_union):
    """One post at each stage in ``union``, one running elsewhere; by their stages."""
    dated = {
        "已到期": (days(-900), days(-1)),
        "尚未开始": (days(1), None),
        "即将到期": (days(-900), days(5)),
        "在任": (days(-800), days(900)),
    }
    found = {
        stage: PostFactory(union=union, user=UserFactory(name=f"试{stage}"), start=start, end=end)
        for stage, (start, end) in dated.items()
    }
    return found | {"乙厂": PostFactory(union=other_union, start=days(-800))}


def test_posts_in_the_file_are_those_of_the_page(client, staff, federation, posts):
    def line(stage):
        post = posts[stage]
        return [f"试{stage}", post.user.username, post.union.name, post.get_role_display(), post.start,
                post.end, stage]  # fmt: skip

    own = ["试专干", "staff", federation.name, "镇总工会工作人员", dt.date(2019, 1, 1), None, "在任"]
    coming, running, near, past = [line(stage) for stage in ("尚未开始", "在任", "即将到期", "已到期")]
    for query, expected in (
        ("", [running, near, own]),
        ("state=expiring", [near]),
        ("state=expired", [past]),
        ("state=coming", [coming]),
        (
            "state=all&role=officer",
            [coming, running, *sorted([past, near], key=lambda row: posts[row[-1]].pk)],
        ),
        ("q=试专干", [own]),
    ):
        assert rows_in_file(staff, "posts", query) == expected
        shown = page_of(client, staff, "unions:post_list", query).context["page"]
        assert [[post.user.name, post.stage_name] for post in shown] == [
            [row[0], row[-1]] for row in expected
        ]


def test_who_was_looked_for_is_not_written_down(client, clerk, posts):
    export = ask(clerk, "q=试在任&page=2", listing="posts")
    assert export.filters == [["姓名 / 用户名 / 工会", "（内容不记录）"], ["任期", "在任"]]
    page = page_of(client, clerk, "unions:post_list", "state=all").content.decode()
    assert 'list=posts&amp;state=all"' in page
    assert PostListing().in_words(clerk, QueryDict("")) == [("任期", "在任")]


@pytest.mark.parametrize(("listing", "query"), [("reminders", ""), ("reminders", "kind=post"), ("posts", "")])
def test_a_file_asks_the_same_number_of_queries_for_one_row_and_three(clerk, union, listing, query):
    def make(of):
        TermFactory(union=of, end=days(5))
        PostFactory(union=of, end=days(5))

    make(union)
    one = queries_of_file(clerk, listing, query)
    for _ in range(2):
        make(UnionFactory(parent=union.parent))
    assert queries_of_file(clerk, listing, query) == one


@pytest.mark.parametrize("listing", ["reminders", "posts"])
@pytest.mark.parametrize("actor", ["group_member", "handler", "sysadmin", "secadmin", "auditor"])
def test_who_may_not_export_is_refused(request, client, actor, listing):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(reverse(NEW), {"list": listing}).status_code == 403


def test_posts_do_not_exist_as_a_list_for_officers(client, officer):
    client.force_login(officer)
    assert client.get(reverse(NEW), {"list": "posts"}).status_code == 404
