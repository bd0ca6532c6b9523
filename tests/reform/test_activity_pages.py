"""Pages of activities: each works, refuses strangers and readers, bad input, and asks a flat number of queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reform.models import Activity, Measure
from tests.exchange.exports import rows_in_file
from tests.factories.activities import ActivityFactory

FACTS = {
    "title": "文明上网倡议", "kind": "NETCULTURE", "starts_on": "2026-09-01", "link": "https://example.org/campaign",
}  # fmt: skip


@pytest.fixture
def own(union):
    return ActivityFactory(union=union, title="甲厂网络文明活动")


@pytest.fixture
def browser(client, officer):
    client.force_login(officer)
    return client


def url(name, *args):
    return reverse(f"reform:activity_{name}", args=args)


def test_an_activity_is_planned_edited_and_held_on_its_pages(browser, union):
    measure = Measure.objects.get(number=8)
    assert browser.get(url("create")).context["form"].initial["union"] == union.pk
    sent = browser.post(url("create"), FACTS | {"union": union.pk, "measure": measure.pk})
    activity = Activity.objects.get()
    assert sent.url == activity.get_absolute_url()
    page = browser.get(sent.url).content.decode()
    assert "https://example.org/campaign" in page
    assert str(measure) in page
    form = browser.get(url("edit", activity.pk)).context["form"]
    assert "participants" not in form.fields
    browser.post(url("edit", activity.pk), FACTS | {"title": "文明上网征文", "version": "1"})
    assert browser.post(url("hold", activity.pk), {"participants": "120", "works": ""}).url == sent.url
    activity.refresh_from_db()
    assert (activity.title, activity.measure, activity.state) == ("文明上网征文", None, "held")
    assert (activity.participants, activity.works) == (120, None)
    page = browser.get(sent.url).content.decode()
    assert "未统计" in page
    assert "登记举办情况" not in page
    facts = FACTS | {"participants": "130", "works": "9", "version": "3"}
    browser.post(url("edit", activity.pk), facts)
    activity.refresh_from_db()
    assert (activity.participants, activity.works) == (130, 9)


def test_a_repeated_post_creates_one_activity(browser, union):
    for _ in range(2):
        browser.post(url("create"), FACTS | {"union": union.pk, "once": "the-key-of-this-form"})
    assert Activity.objects.count() == 1


def test_bad_input_stands_beside_its_field(browser, union, other_union, own):
    bad = {"union": other_union.pk, "starts_on": "2026-02-30", "kind": "X", "link": "javascript:1"}
    page = browser.post(url("create"), FACTS | bad)
    assert set(page.context["form"].errors) == {"union", "starts_on", "kind", "link"}
    plain = browser.post(url("create"), FACTS | {"union": union.pk, "link": "http://example.org/"})
    assert plain.context["form"].non_field_errors() == ["网络链接须以 https:// 开头"]
    page = browser.post(url("hold", own.pk), {"participants": "-1", "works": "很多"})
    assert set(page.context["form"].errors) == {"participants", "works"}
    late = browser.post(url("edit", own.pk), FACTS | {"version": "0"})
    assert "已被其他人修改" in late.content.decode()
    assert list(Activity.objects.values_list("title", "state")) == [("甲厂网络文明活动", "planned")]


def test_an_activity_is_cancelled_with_its_reason_on_the_page(browser, own):
    assert "reason" in browser.post(url("cancel", own.pk), {"reason": "无"}).context["form"].errors
    page = browser.post(url("cancel", own.pk), {"reason": "场地未落实"}, follow=True).content.decode()
    assert "活动已取消：场地未落实" in page
    assert url("edit", own.pk) not in page


def test_strangers_and_readers_are_refused(client, other_officer, group_member, own):
    names = ["edit", "hold", "cancel"]
    for user, status in ((other_officer, 404), (group_member, 403)):
        client.force_login(user)
        assert {client.get(url(name, own.pk)).status_code for name in ["detail", *names]} == {status}
        assert {client.post(url(name, own.pk), {"reason": "场地未落实"}).status_code for name in names} == {
            status
        }
    assert client.get(url("list")).status_code == 403
    assert client.post(url("create"), FACTS | {"union": own.union_id}).status_code == 403
    own.refresh_from_db()
    assert own.state == "planned"


def test_a_union_above_keeps_the_activities_below(client, federation_officer, own):
    client.force_login(federation_officer)
    assert url("hold", own.pk) in client.get(own.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["甲厂普法", "甲厂网络文明活动"]),
        ("q=普", ["甲厂普法"]),
        ("q=礼堂", ["甲厂普法"]),
        ("kind=NETCULTURE", ["甲厂网络文明活动"]),
        ("state=held", ["甲厂普法"]),
        ("year=2026", ["甲厂网络文明活动"]),
    ],
)
def test_the_list_is_filtered_and_its_file_holds_the_same(browser, officer, own, union, query, titles):
    ActivityFactory(
        union=union, title="甲厂普法", kind="LAW", place="礼堂", state="held", participants=30,
        starts_on=dt.date(2027, 1, 2),
    )  # fmt: skip
    page = browser.get(f"{url('list')}?{query}")
    assert [row.title for row in page.context["page"]] == titles
    assert [row[0] for row in rows_in_file(officer, "activities", query)] == titles


def test_the_list_of_the_town_is_narrowed_to_a_union(client, clerk, own, other_union):
    ActivityFactory(union=other_union)
    client.force_login(clerk)
    page = client.get(url("list"), {"union": own.union_id})
    assert list(page.context["page"]) == [own]


def test_an_empty_list_says_what_to_do(browser, union):
    assert "还没有活动" in browser.get(url("list")).content.decode()
    assert "没有符合条件的活动" in browser.get(url("list"), {"state": "held"}).content.decode()


@pytest.mark.parametrize("name", ["list", "detail"])
def test_the_number_of_queries_does_not_grow_with_the_rows(browser, own, union, name):
    address = url(name, own.pk) if name == "detail" else f"{url(name)}?columns=title&columns=measure"
    measures = iter(Measure.objects.all())

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    ActivityFactory(union=union, measure=next(measures))
    asked()
    first = asked()
    for _ in range(2):
        ActivityFactory(union=union, measure=next(measures))
    assert asked() == first
