"""The roll as a list: every filter by exact rows, readings of the search box, orders, columns, counts, reach."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import pages
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from workers.filters import ORDERS, WorkerFilter
from workers.models import Change, Membership, Worker
from workers.selections import LARGEST, pack, unpack

LIST = "workers:worker_list"
TODAY = timezone.localdate


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, name="乐清市甲试验电器有限公司")


@pytest.fixture
def plain(firm):
    """The person whom none of the filters below is about."""
    return WorkerFactory(employer=firm, name="试平常", is_migrant=False, is_key_post=False, is_industrial=False,
                         birth_date=dt.date(1990, 3, 1), confirmed_on=dt.date(2026, 1, 15))  # fmt: skip


@pytest.fixture
def odd(firm):
    """Somebody who differs from the plain one in everything that can be filtered."""
    worker = WorkerFactory(
        employer=firm, name="试特别", sex="2", birth_date=dt.date(1960, 12, 24), ethnicity="53", education="",
        skill_level="L5", political="01", employment_status="6", household_type="1", is_migrant=True,
        is_key_post=True, is_industrial=None, joined_on=dt.date(2024, 5, 1), phone=None, phone_index=None,
        phone_tail="",
    )  # fmt: skip
    worker.documents.update(doc_type="414")
    worker.employments.update(form="30", staff_number="A-017")
    worker.memberships.update(status="21")
    return worker


def names(response):
    return [row.name for row in response.context["page"]]


def listed(client, query=None, **more):
    return set(names(client.get(reverse(LIST), {**(query or {}), **more})))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "21"}, "odd"),
        ({"status": ["20", "21"]}, "both"),
        ({"joined_from": "2024-05-01"}, "odd"),
        ({"joined_to": "2024-04-30"}, "plain"),
        ({"job_form": "30"}, "odd"),
        ({"job_form": "-"}, "plain"),
        ({"sex": "2"}, "odd"),
        ({"sex": ["1", "2"]}, "both"),
        ({"age_from": "60"}, "odd"),
        ({"age_to": "59"}, "plain"),
        ({"birth_month": "12"}, "odd"),
        ({"birth_month": ["3", "12"]}, "both"),
        ({"doc_type": "414"}, "odd"),
        ({"ethnicity": "53"}, "odd"),
        ({"ethnicity": ["01", "53"]}, "both"),
        ({"education": "-"}, "odd"),
        ({"education": "60"}, "plain"),
        ({"skill_level": "L5"}, "odd"),
        ({"political": "01"}, "odd"),
        ({"employment_status": "6"}, "odd"),
        ({"household_type": "1"}, "odd"),
        ({"migrant": "yes"}, "odd"),
        ({"migrant": "no"}, "plain"),
        ({"key_post": "yes"}, "odd"),
        ({"industrial": "blank"}, "odd"),
        ({"industrial": "no"}, "plain"),
        ({"complete": "yes"}, "plain"),
        ({"complete": "no"}, "odd"),
        ({"complete": "phone"}, "odd"),
        ({"complete": "birth_date"}, "nobody"),
        ({"confirmed": "yes"}, "plain"),
        ({"confirmed": "no"}, "odd"),
        ({"confirmed_from": "2026-01-15"}, "plain"),
        ({"confirmed_from": "2026-01-16"}, "nobody"),
        ({"confirmed_to": "2026-01-15"}, "plain"),
        ({"migrant": "yes", "sex": "1"}, "nobody"),
    ],
)
def test_each_filter_finds_exactly_its_people(client, officer, plain, odd, query, found):
    people = {"odd": {odd.name}, "plain": {plain.name}, "both": {odd.name, plain.name}, "nobody": set()}
    client.force_login(officer)
    assert listed(client, query) == people[found]


def test_every_filter_has_a_case_above_or_a_test_of_its_own():
    """A new filter needs its rows: see the test of each filter."""
    mark = next(m for m in test_each_filter_finds_exactly_its_people.pytestmark if m.name == "parametrize")
    covered = {name for query, _ in mark.args[1] for name in query}
    elsewhere = {"find", "by", "people", "union", "employer", "standing", "sort"}
    assert set(WorkerFilter.Meta.fields) - covered == elsewhere


@pytest.mark.parametrize(
    "query", [{"ethnicity": "999"}, {"migrant": "x"}, {"birth_month": "13"}, {"sort": "x"}]
)
def test_an_unknown_value_is_told(client, officer, plain, query):
    client.force_login(officer)
    page = client.get(reverse(LIST), query)
    assert set(page.context["filter"].form.errors) == set(query)


def test_complete_and_incomplete_share_out_everybody(plain, odd, firm):
    for fact in ("ethnicity", "employment_status", "education", "skill_level", "household_type"):
        WorkerFactory(employer=firm, **{fact: ""})
    WorkerFactory(employer=firm, sex="9")
    rows = Worker.objects.defer("phone")
    complete, incomplete = set(rows.complete()), set(rows.incomplete())
    assert (complete & incomplete, complete | incomplete) == (set(), set(rows))
    assert complete == {plain}


# --- the search box --------------------------------------------------------------------------


def search(client, text, **more):
    response = client.post(reverse(LIST), {"q": text, **more})
    assert text not in response.url
    return client.get(response.url)


@pytest.mark.parametrize("text", ["A-017", "a-017"])
def test_a_staff_number_finds_who_has_it_today(client, officer, plain, odd, text):
    client.force_login(officer)
    page = search(client, text)
    assert (names(page), page.context["understood"].asked.kind) == ([odd.name], "staff")
    odd.employments.update(end=TODAY() - dt.timedelta(days=1))
    assert names(search(client, text)) == []


def test_a_tail_that_is_also_a_staff_number_offers_both(client, officer, plain, odd):
    odd.employments.update(staff_number="0312")
    plain.documents.update(number_tail="0312")
    client.force_login(officer)
    page = search(client, "0312")
    assert (names(page), page.context["understood"].asked.kind) == ([plain.name], "tail")
    [(label, address)] = page.context["other_readings"]
    assert label == "按工号"
    assert names(client.get(reverse(LIST) + address)) == [odd.name]


def test_letters_and_digits_that_are_no_number_are_a_staff_number(client, officer, odd):
    odd.employments.update(staff_number="JX00417")
    client.force_login(officer)
    page = search(client, "JX00417")
    assert (names(page), page.context["understood"].asked.kind) == ([odd.name], "staff")
    assert search(client, "JX00418").context["understood"].asked.kind == "number"


@pytest.mark.parametrize(
    ("text", "kind", "others"),
    [
        ("甲试验电器", "employer", ["name"]),
        ("甲厂工会", "union", ["name"]),
        ("甲厂", "union", ["name"]),
        ("工会", "union", ["name"]),
        ("甲试", "employer", ["name"]),
        ("平常", "name", []),
        ("试平", "name", []),
        ("某某", "name", []),
    ],
)
def test_chinese_text_is_a_union_or_firm_where_one_is_called_so(
    client, officer, union, plain, text, kind, others
):
    union.short_name = "甲厂"
    union.save()
    client.force_login(officer)
    page = search(client, text)
    understood = page.context["understood"]
    assert (understood.asked.kind, [way.kind for way in understood.others]) == (kind, others)
    assert understood.asked.label in page.content.decode()
    if kind in ("union", "employer"):
        assert names(page) == [plain.name]
    for _, address in page.context["other_readings"]:
        assert client.get(reverse(LIST) + address).context["understood"].asked.kind in others


def test_a_person_s_name_goes_before_a_firm_that_only_contains_it(client, officer, firm, plain):
    WorkerFactory(employer=firm, name="甲试验")
    client.force_login(officer)
    page = search(client, "甲试验")
    assert (names(page), page.context["understood"].asked.kind) == (["甲试验"], "name")
    assert [way.kind for way in page.context["understood"].others] == ["employer"]


def test_a_union_out_of_reach_is_not_recognised(client, officer, other_union, plain):
    EmployerFactory(union=other_union, name="乐清市乙试验电器有限公司")
    client.force_login(officer)
    for text in ("乙厂工会委员会", "乙试验电器"):
        understood = search(client, text).context["understood"]
        assert (understood.asked.kind, understood.others) == ("name", ())


def test_a_federation_is_found_with_the_unions_below(client, clerk, federation, plain):
    client.force_login(clerk)
    page = search(client, federation.name)
    assert (names(page), page.context["understood"].asked.kind) == ([plain.name], "union")


# --- orders, pages, counts ----------------------------------------------------------------------


@pytest.mark.parametrize("key", ORDERS)
def test_pages_of_every_order_hold_everybody_once(client, officer, firm, key, monkeypatch):
    monkeypatch.setattr("workers.views.lists.SIZE", 2)
    for number in range(5):
        day = dt.date(2026, 1, 1 + number // 2)
        WorkerFactory(employer=firm, name="试" + "甲乙丙丁戊"[number], confirmed_on=day, joined_on=day)
    client.force_login(officer)
    found, query = [], f"?sort={key}"
    while query:
        page = client.get(reverse(LIST) + query).context["page"]
        found += page.items
        query = page.next_query if page.has_next else ""
    rows = Worker.objects.order_by(*ORDERS[key][0])
    assert [row.pk for row in found] == list(rows.values_list("pk", flat=True))


def test_orders_by_a_date_list_those_who_have_it(client, officer, plain, odd):
    client.force_login(officer)
    assert listed(client, sort="confirmed") == listed(client, sort="-confirmed") == {plain.name}


def test_the_exact_count_comes_on_demand(client, officer, plain, odd, firm, monkeypatch):
    monkeypatch.setattr(pages, "COUNT_CAP", 2)
    monkeypatch.setattr("workers.views.lists.SIZE", 2)
    WorkerFactory(employer=firm, sex="2")
    client.force_login(officer)
    page = client.get(reverse(LIST))
    text = page.content.decode()
    assert "共 2+ 条" in text
    assert f'hx-get="{page.context["page"].count_query}"' in text
    assert "共 3 条" in client.get(reverse(LIST), {"part": "count"}).content.decode()
    assert "共 2 条" in client.get(reverse(LIST), {"part": "count", "sex": "2"}).content.decode()


def test_a_count_that_takes_too_long_is_given_up(plain):
    slow = Worker.objects.extra(where=["pg_sleep(2)::text <> 'x'"])
    assert pages.exact_count(slow, seconds=0.05) is None
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"
    assert pages.exact_count(Worker.objects.all(), seconds=5) == 1


def test_a_page_does_not_wait_for_its_count(client, officer, plain, odd, monkeypatch):
    monkeypatch.setattr("workers.views.lists.SIZE", 1)
    monkeypatch.setattr(pages, "_in_time", lambda ask, seconds: None)
    client.force_login(officer)
    text = client.get(reverse(LIST)).content.decode()
    assert "共 1+ 条" in text
    assert "数出准确条数" in text
    assert "没有数完" in client.get(reverse(LIST), {"part": "count"}).content.decode()


# --- columns, folded filters ------------------------------------------------------------------------


def test_columns_are_chosen_and_the_name_stays(client, officer, plain):
    client.force_login(officer)
    page = client.get(reverse(LIST), {"columns": ["birth_date", "number"]})
    assert [column.key for column in page.context["tools"].columns] == ["name", "birth_date", "number"]
    text = page.content.decode()
    assert "1990-03-01" in text
    assert f"••{plain.documents.get().number_tail[-2:]}<" in text
    assert plain.get_absolute_url() in text
    again = client.get(reverse(LIST), {"columns": "birth_date,number"})
    assert [column.key for column in again.context["tools"].columns] == ["name", "birth_date", "number"]
    usual = client.get(reverse(LIST), {"columns": "nonsense"}).context["tools"]
    assert (usual.column_keys, usual.columns[0].key) == ("name", "name")


def test_columns_of_the_job_ask_one_query_whatever_the_rows(client, officer, plain, odd, firm):
    client.force_login(officer)
    client.get(reverse(LIST))

    def asked():
        with CaptureQueriesContext(connection) as seen:
            page = client.get(reverse(LIST), {"columns": "name,staff_number,form,occupation"})
        return len(seen), page

    before, page = asked()
    assert "A-017" in page.content.decode()
    WorkerFactory.create_batch(3, employer=firm)
    assert asked()[0] == before


def test_folded_filters_come_when_they_are_opened_and_keep_what_is_in_use(client, officer, plain):
    client.force_login(officer)
    assert 'name="ethnicity"' not in client.get(reverse(LIST)).content.decode()
    assert 'name="ethnicity"' in client.get(reverse(LIST), {"part": "filters"}).content.decode()
    page = client.get(
        reverse(LIST), {"migrant": "no", "ethnicity": ["01", "02"], "sort": "name"}
    ).content.decode()
    kept = [("migrant", "no"), ("ethnicity", "01"), ("ethnicity", "02"), ("sort", "name")]
    for name, value in kept:
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert "已用 2 项" in page


def test_a_new_search_keeps_filters_columns_and_order(client, officer, plain, odd):
    client.force_login(officer)
    page = search(client, "试", sex=["1", "2"], columns="name,sex", sort="name", standing="member")
    query = page.wsgi_request.GET
    assert (query.getlist("sex"), query["columns"], query["sort"]) == (["1", "2"], "name,sex", "name")
    assert names(page) == [plain.name, odd.name]


# --- picked people, reach ------------------------------------------------------------------------------


def test_keys_pack_and_unpack():
    keys = [7, 8, 1_000_000, 3, 7]
    assert unpack(pack(keys)) == [3, 7, 8, 1_000_000]
    assert (pack([]), unpack("")) == ("", [])
    assert [
        unpack(bad) for bad in ("x y", "-1", "1..2", "z" * 14, "一", ".".join(["1"] * (LARGEST + 1)))
    ] == [[]] * 6
    assert len(pack(range(1_000_000, 2_000_000, 2_000))) < 2_100


def test_picked_people_are_listed_within_reach_even_after_leaving(client, officer, plain, odd, other_union):
    left = WorkerFactory(employer=plain.employer, name="试离会")
    Worker.objects.filter(pk=left.pk).update(standing="left", member_since=None)
    foreign = WorkerFactory(employer=EmployerFactory(union=other_union))
    client.force_login(officer)
    query = {"people": [pack([plain.pk, foreign.pk]), pack([left.pk])]}
    assert listed(client, query) == {plain.name, left.name}
    assert listed(client, people="nonsense!") == set()


@pytest.mark.parametrize("few", [200, 0])
def test_reach_is_the_same_with_keys_and_with_a_sub_query(
    monkeypatch, client, federation_officer, federation, plain, odd, few
):
    monkeypatch.setattr("unions.scoping.FEW_UNIONS", few)
    WorkerFactory(employer=EmployerFactory(union=UnionFactory(parent=federation.parent)))
    client.force_login(federation_officer)
    assert listed(client) == {plain.name, odd.name}
    assert listed(client, union=federation.pk) == {plain.name, odd.name}


def test_a_retained_member_is_found_by_the_reason(client, officer, plain):
    plain.memberships.update(end=dt.date(2025, 1, 1), end_change=Change.RETAIN)
    Membership.objects.create(
        worker=plain, union=plain.union, start=dt.date(2025, 1, 1), start_change=Change.RETAIN, status="31",
        is_retained=True,
    )  # fmt: skip
    client.force_login(officer)
    assert listed(client, status="31") == {plain.name}
    assert listed(client, status="20") == set()
