"""Pages of candidates and merges: works, foreign union 404, reader refused, bad input, flat queries, masked."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.duplicates import find_all
from workers.models import DuplicatePair, Merge
from workers.services import register_worker

BORN = dt.date(1990, 1, 1)
NUMBERS = [citizen_number(birth=BORN, sequence=place) for place in (801, 803)]
LIST = "workers:duplicate_list"


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    facts = {"name": "试同名", "birth_date": BORN, "employer": firm}
    return [WorkerFactory(document=number, **facts) for number in NUMBERS]


@pytest.fixture
def pair(people):
    find_all()
    return DuplicatePair.objects.get()


def merge_url(people):
    return reverse("workers:worker_merge", args=[people[0].pk, people[1].pk])


def test_the_list_shows_pairs_in_reach_by_ground_union_and_state(
    client, pair, officer, other_officer, clerk, union
):
    client.force_login(officer)
    assert list(client.get(reverse(LIST)).context["page"]) == [pair]
    assert list(client.get(reverse(LIST), {"ground": "same_phone"}).context["page"]) == []
    assert list(client.get(reverse(LIST), {"union": union.pk, "ground": "same_name"}).context["page"]) == [
        pair
    ]
    assert list(client.get(reverse(LIST), {"state": "distinct"}).context["page"]) == []
    assert list(client.get(reverse(LIST), {"state": "nonsense", "union": "x"}).context["page"]) == [pair]
    client.force_login(other_officer)
    assert list(client.get(reverse(LIST), {"union": union.pk}).context["page"]) == []


def test_a_pair_across_two_unions_is_for_those_who_reach_both(
    client, people, officer, other_officer, clerk, other_union
):
    WorkerFactory(name="试同名", birth_date=BORN, employer=EmployerFactory(union=other_union))
    find_all()
    counts = {}
    for user in (officer, other_officer, clerk):
        client.force_login(user)
        counts[user.username] = len(client.get(reverse(LIST)).context["page"])
    assert counts == {"officer": 1, "officer2": 0, "clerk": 3}


def test_a_pair_shows_both_records_masked(client, pair, people, officer):
    client.force_login(officer)
    body = client.get(pair.get_absolute_url()).content.decode()
    assert all(number not in body and number[-4:] not in body for number in NUMBERS)
    assert "1990-01-01" in body
    assert all(worker.phone_tail in body for worker in people)


def test_not_the_same_person_on_the_page(client, pair, officer):
    client.force_login(officer)
    refused = client.post(pair.get_absolute_url(), {"note": "否"})
    assert refused.context["form"].errors.keys() == {"note"}
    assert client.post(pair.get_absolute_url(), {"note": "已见两人本人"}).status_code == 302
    pair.refresh_from_db()
    assert pair.state == "distinct"
    assert "已见两人本人" in client.get(pair.get_absolute_url()).content.decode()


def test_merging_on_the_page_and_what_was_before(client, pair, people, officer):
    client.force_login(officer)
    page = client.get(merge_url(people))
    assert "fact_phone" in page.context["form"].fields
    assert client.post(merge_url(people), {"note": ""}).context["form"].errors.keys() >= {
        "note",
        "document",
        "fact_phone",
    }
    facts = {"note": "已核对本人证件", "document": "former", "fact_phone": "absorbed"}
    facts |= {
        name: "kept"
        for name in page.context["form"].fields
        if name.startswith("fact_") and name != "fact_phone"
    }
    done = client.post(merge_url(people), facts)
    assert (done.status_code, done.url) == (302, people[0].get_absolute_url())
    people[0].refresh_from_db()
    assert people[0].phone == people[1].phone
    body = client.get(reverse("workers:merge_detail", args=[Merge.objects.get().pk])).content.decode()
    assert "2021-06-01" in body
    Merge.objects.update(rows={}, note="")
    assert client.get(reverse("workers:merge_detail", args=[Merge.objects.get().pk])).status_code == 200
    assert client.get(pair.get_absolute_url()).status_code in (200, 404)


def test_foreign_records_do_not_exist(client, pair, people, other_officer):
    client.force_login(other_officer)
    for url in (pair.get_absolute_url(), merge_url(people)):
        assert client.get(url).status_code == client.post(url).status_code == 404
    own = WorkerFactory(employer=EmployerFactory(union=other_officer.posts.get().union))
    assert client.get(reverse("workers:worker_merge", args=[own.pk, people[0].pk])).status_code == 404


@pytest.mark.parametrize("actor", ["group_member", "handler", "sysadmin", "secadmin", "auditor"])
def test_readers_are_refused(request, client, pair, people, actor):
    client.force_login(request.getfixturevalue(actor))
    for url in (reverse(LIST), pair.get_absolute_url(), merge_url(people)):
        assert client.get(url).status_code == 403
    assert client.post(reverse("workers:duplicate_search")).status_code == 403


def test_only_the_town_searches_the_whole_roll(client, officer, clerk):
    client.force_login(officer)
    assert client.post(reverse("workers:duplicate_search")).status_code == 403
    client.force_login(clerk)
    assert client.post(reverse("workers:duplicate_search")).status_code == 302
    assert "正在查找" in client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("user", ["clerk", "officer"])
def test_the_list_asks_the_same_number_of_queries_for_one_row_and_three(request, client, pair, people, user):
    client.force_login(request.getfixturevalue(user))
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(LIST))
    WorkerFactory(name="试同名", birth_date=BORN, employer=people[0].employer)
    find_all()
    with CaptureQueriesContext(connection) as three:
        page = client.get(reverse(LIST))
    assert (len(three), len(page.context["page"])) == (len(one), 3)


def test_whoever_registers_a_likely_double_is_told_within_reach(
    client, people, union, officer, other_union, other_officer
):
    facts = {
        "name": "试同名", "sex": "1", "doc_type": "111", "phone": "16012349999", "ethnicity": "01",
        "education": "60", "skill_level": "L0", "employment_status": "1", "household_type": "2",
    }  # fmt: skip
    mine = register_worker(union=union, by=officer, number=citizen_number(birth=BORN, sequence=805), **facts)
    theirs = register_worker(
        union=other_union, by=other_officer, number=citizen_number(birth=BORN, sequence=807), **facts
    )
    client.force_login(officer)
    assert "可能与" in client.get(mine.get_absolute_url()).content.decode()
    client.force_login(other_officer)
    assert "可能与" not in client.get(theirs.get_absolute_url()).content.decode()
