"""Pages of entries: each works, refuses strangers and readers, bad input, and asks a flat number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import Entrant, Entry
from competitions.services import enter
from tests.exchange.exports import rows_in_file
from tests.factories.contests import ContestFactory, EntrantFactory, EntryFactory, EventFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory


@pytest.fixture
def event(town):
    contest = ContestFactory(union=town, is_open_below=True, state="open", title="全镇电工竞赛")
    return EventFactory(contest=contest, title="电工")


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def browser(client, officer):
    client.force_login(officer)
    return client


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def test_people_are_found_ticked_admitted_and_numbered(client, officer, clerk, event, firm):
    wanted, other = WorkerFactory(employer=firm, name="试寻人"), WorkerFactory(employer=firm, name="试旁人")
    client.force_login(officer)
    found = client.post(url("entry_create", event.pk), {"action": "find", "text": "试寻人\n试无名"})
    assert found.context["picked"].people == [wanted]
    assert "有 1 行没有找到人" in found.content.decode()
    assert "请勾选要报名的职工" in client.post(url("entry_create", event.pk), {}).content.decode()
    sent = client.post(url("entry_create", event.pk), {"worker": [wanted.pk, other.pk]}, follow=True)
    assert "已报名 2 人，待主办工会审核" in sent.content.decode()
    assert client.post(url("entry_decide", event.pk), {"entry": "1"}).status_code == 404
    client.force_login(clerk)
    keys = list(event.entries.order_by("pk").values_list("pk", flat=True))
    client.post(url("entry_decide", event.pk), {"entry": keys[:1], "verdict": "admit"})
    page = client.post(url("entry_decide", event.pk), {"entry": keys[1:], "verdict": "refuse"}, follow=True)
    assert "请写明事由" in page.content.decode()
    client.post(
        url("entry_decide", event.pk), {"entry": keys[1:], "verdict": "refuse", "note": "超出工会名额"}
    )
    client.post(url("number_draw", event.pk))
    page = client.get(event.get_absolute_url()).content.decode()
    assert "待审核 0 · 审核通过 1 · 不予通过 1 · 已退赛 0" in page
    assert event.entries.get(state="admitted").start_number == 1


def test_who_does_not_meet_the_rules_is_told_before_entering(browser, officer, event, firm):
    young = WorkerFactory(employer=firm, name="试年少", birth_date=event.contest.starts_on.replace(year=2006))
    old = WorkerFactory(employer=firm, name="试年长", birth_date=event.contest.starts_on.replace(year=1980))
    event.most_age = 35
    event.save()
    page = browser.get(url("entry_create", event.pk))
    age = event.contest.starts_on.year - 1980
    said = f"年龄应为35 周岁以下，现为{age} 周岁"
    assert page.context["unmet"] == {young.pk: "", old.pk: said}
    html = page.content.decode()
    assert [text in html for text in (said, "符合</td>", "不符合参赛条件的也可以报")] == [True] * 3
    [entry] = enter(event=event, workers=[young.pk], by=officer)
    html = browser.get(url("entrant_substitute", entry.entrants.get().pk)).content.decode()
    assert said in html
    type(event).objects.filter(pk=event.pk).update(most_age=None, employed_only=False)
    assert "参赛条件</th>" not in browser.get(url("entry_create", event.pk)).content.decode()


def test_a_refused_decision_keeps_ticks_and_note_and_leads_back_to_the_list(client, clerk, event, firm):
    people = WorkerFactory.create_batch(51, employer=firm)
    entries = [
        EntrantFactory(entry__event=event, entry__union=firm.union, worker=person).entry for person in people
    ]
    client.force_login(clerk)
    said = {"entry": [entries[0].pk, entries[1].pk], "verdict": "refuse", "note": " "}
    html = client.post(url("entry_decide", event.pk) + "?page=1", said).content.decode()
    assert html.count(" checked") == 2
    assert 'maxlength="200" value=" "' in html
    assert f'href="{event.get_absolute_url()}?after=' in html


def test_a_team_keeps_what_was_ticked_when_its_name_is_missing(browser, event, firm):
    event.is_team, event.team_least, event.team_most = True, 2, 3
    event.save()
    people = WorkerFactory.create_batch(2, employer=firm)
    keys = [person.pk for person in people]
    page = browser.post(url("entry_create", event.pk), {"worker": keys, "team_name": ""})
    assert (page.context["ticked"], set(page.context["about"].errors)) == (set(keys), {"team_name"})
    browser.post(url("entry_create", event.pk), {"worker": keys, "team_name": "一队"})
    assert Entry.objects.get().team_name == "一队"


def test_the_page_says_how_many_places_are_left(client, officer, clerk, event, union, other_union, firm):
    event.quota, event.capacity = 2, 5
    event.save()
    for place in (union, union, other_union):
        EntrantFactory(entry__event=event, entry__union=place)
    address = url("entry_create", event.pk)
    client.force_login(officer)
    page = client.get(address).content.decode()
    for said in ("总名额 5，还剩 2", f"{union.name}：已报 2，", "名额已满", "人多的可以"):
        assert said in page
    assert f"{other_union.name}：已报" not in page
    client.force_login(clerk)
    page = client.get(address).content.decode()
    assert f"{other_union.name}：已报 1，还可报 1" in page
    worker = WorkerFactory(employer=EmployerFactory(union=other_union))
    client.post(address, {"worker": worker.pk, "remark": "去年二等奖"})
    assert event.entries.get(remark="去年二等奖").union == other_union
    assert "报名备注：去年二等奖" in client.get(event.get_absolute_url()).content.decode()


def test_a_repeated_post_enters_once(browser, event, firm):
    worker = WorkerFactory(employer=firm)
    for _ in range(2):
        browser.post(url("entry_create", event.pk), {"worker": worker.pk, "once": "the-key-of-this-form"})
    assert Entry.objects.count() == 1


def test_somebody_is_replaced_and_an_entry_taken_out(browser, event, union, firm):
    entrant = EntrantFactory(entry__event=event, entry__union=union)
    other = WorkerFactory(employer=firm, name="试替补")
    address = url("entrant_substitute", entrant.pk)
    assert browser.get(address).context["picked"].people == [other]
    assert "请选择一个替换的人" in browser.post(address, {"reason": "临时出差"}).content.decode()
    assert "请写明事由" in browser.post(address, {"reason": "出", "worker": other.pk}).content.decode()
    browser.post(address, {"reason": "临时出差", "worker": other.pk})
    page = browser.get(event.get_absolute_url()).content.decode()
    assert f"{entrant.worker.name}已退出：临时出差" in page
    assert browser.get(address).status_code == 404
    browser.post(url("entry_withdraw", entrant.entry_id), {"reason": "产线任务紧"})
    assert "说明：产线任务紧" in browser.get(event.get_absolute_url()).content.decode()


def test_strangers_and_readers_are_refused(client, other_officer, group_member, event, union):
    entrant = EntrantFactory(entry__event=event, entry__union=union)
    own = [url("entry_withdraw", entrant.entry_id), url("entrant_substitute", entrant.pk)]
    client.force_login(other_officer)
    assert {client.get(address).status_code for address in own} == {404}
    assert {client.post(address).status_code for address in own} == {404}
    page = client.get(event.get_absolute_url()).content.decode()
    assert entrant.worker.name not in page
    assert "待审核 0" in page
    client.force_login(group_member)
    forbidden = [*own, url("entry_create", event.pk), url("entry_decide", event.pk), url("entrant_list")]
    assert {client.get(address).status_code for address in forbidden} == {403}


def test_the_list_of_entrants_is_filtered_and_exported(browser, officer, event, union, other_union):
    mine = EntrantFactory(entry__event=event, entry__union=union)
    EntrantFactory(entry__event=event, entry__union=other_union)
    out = EntrantFactory(
        entry=EntryFactory(
            event=EventFactory(contest=ContestFactory(union=union, title="甲厂钳工竞赛"), title="钳工"),
            state="withdrawn", note="身体不适", withdrawn_at="2026-08-01T00:00:00Z",
        )
    )  # fmt: skip
    names = {"": [mine, out], "q=钳工": [out], "state=submitted": [mine], "year=2026": [mine, out]}
    for query, rows in names.items():
        page = browser.get(f"{url('entrant_list')}?{query}")
        assert set(page.context["page"]) == set(rows)
        found = [row[0] for row in rows_in_file(officer, "entrants", query)]
        assert sorted(found) == sorted(row.worker.name for row in rows)


@pytest.mark.parametrize("name", ["event_detail", "entry_create", "entrant_list"])
def test_the_number_of_queries_does_not_grow_with_the_rows(browser, event, union, firm, name):
    event.least_level = "L2"
    event.save()

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            address = url(name) if name == "entrant_list" else url(name, event.pk)
            assert browser.get(address).status_code == 200
        return len(seen)

    def add():
        EntrantFactory(entry__event=event, entry__union=union, worker=WorkerFactory(employer=firm))
        WorkerFactory(employer=firm)

    add()
    asked()
    first = asked()
    add()
    add()
    assert asked() == first
    assert Entrant.objects.count() == 3
