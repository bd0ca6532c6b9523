"""Pages of contests: each works, refuses strangers and readers, bad input, and asks a flat number of queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from competitions.models import Contest, Event
from core.models import Code
from tests.exchange.exports import rows_in_file
from tests.factories.contests import ContestFactory, CriterionFactory, EventFactory, StageFactory, closed

FACTS = {
    "title": "2026年叉车技能竞赛", "kind": "skill", "level": "E", "starts_on": "2026-09-01", "ends_on": "2026-09-03",
}  # fmt: skip


@pytest.fixture
def own(union):
    return ContestFactory(union=union, title="甲厂电工竞赛")


@pytest.fixture
def browser(client, officer):
    client.force_login(officer)
    return client


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def test_a_contest_is_planned_filled_opened_run_and_finished_on_its_pages(browser, union):
    sent = browser.post(url("contest_create"), FACTS | {"union": union.pk})
    planned = Contest.objects.get()
    assert sent.url == planned.get_absolute_url()
    refused = browser.post(url("contest_move", planned.pk), {"move": "open"}, follow=True)
    assert "还没有比赛项目" in refused.content.decode()
    browser.post(url("event_create", planned.pk), {"title": "叉车驾驶", "trade": "叉车工", "trim": "1"})
    event = Event.objects.get()
    stage = {"position": "1", "kind": "practice", "title": "实操", "weight": "100"}
    browser.post(url("stage_create", event.pk), stage)
    for move in ("open", "start", "finish"):
        browser.post(url("contest_move", planned.pk), {"move": move})
    planned.refresh_from_db()
    assert planned.state == "finished"
    page = browser.get(event.get_absolute_url()).content.decode()
    assert "去掉 1 个最高分和 1 个最低分后取平均" in page
    assert "编辑</a>" not in page


def test_a_repeated_post_creates_one_contest(browser, union):
    for _ in range(2):
        browser.post(url("contest_create"), FACTS | {"union": union.pk, "once": "the-key-of-this-form"})
    assert Contest.objects.count() == 1


def test_bad_input_stands_beside_its_field(browser, union, other_union):
    page = browser.post(
        url("contest_create"), FACTS | {"union": other_union.pk, "ends_on": "2026-02-30", "level": "X"}
    )
    assert set(page.context["form"].errors) == {"union", "ends_on", "level"}
    late = browser.post(url("contest_create"), FACTS | {"union": union.pk, "ends_on": "2026-08-31"})
    assert late.context["form"].non_field_errors() == ["结束日期不能早于开始日期"]
    assert not Contest.objects.exists()


def test_events_and_stages_are_edited_and_deleted(browser, own):
    event = EventFactory(contest=own, title="电工")
    stage = StageFactory(event=event)
    facts = {"title": "维修电工", "trim": "0", "version": "1"}
    assert browser.post(url("event_edit", event.pk), facts).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.employed_only) == ("维修电工", False)
    assert (
        "已被其他人修改"
        in browser.post(url("event_edit", event.pk), facts | {"title": "钳工"}).content.decode()
    )
    facts = {"position": "1", "kind": "final", "title": "决赛", "weight": "101", "version": "1"}
    page = browser.post(url("stage_edit", stage.pk), facts)
    assert "weight" in page.context["form"].errors
    criterion = CriterionFactory(stage=stage)
    parts = {
        url("stage_edit", stage.pk): facts | {"weight": "40"},
        url("criterion_edit", criterion.pk): {"position": "1", "title": "作品", "most": "90", "version": "1"},
    }
    for address, sent in parts.items():
        assert 'name="version" value="1"' in browser.get(address).content.decode()
        assert browser.post(address, sent).status_code == 302
        late = browser.post(address, sent | {"title": "复赛"}).content.decode()
        # What the form shows then is what was typed: the words must not promise anything newer.
        assert ["本次没有保存。请重新打开页面" in late, 'value="复赛"' in late] == [True, True]
    browser.post(url("stage_delete", stage.pk))
    assert event.stages.count() == 0
    assert browser.post(url("event_delete", event.pk)).url == own.get_absolute_url()
    assert own.events.count() == 0


def test_a_clone_goes_on_to_its_form(browser, own):
    StageFactory(event=EventFactory(contest=own))
    sent = browser.post(url("contest_clone", own.pk))
    clone = Contest.objects.get(cloned_from=own)
    assert sent.url == url("contest_edit", clone.pk)
    assert browser.get(sent.url).context["form"].initial["starts_on"] == dt.date(2027, 9, 1)


def test_a_contest_of_a_level_out_of_use_is_not_cloned_and_says_why(browser, own):
    Code.objects.filter(table="competition_level", code=own.level).update(valid_to=dt.date(2026, 1, 1))
    page = browser.post(url("contest_clone", own.pk), follow=True)
    assert page.redirect_chain[-1][0] == own.get_absolute_url()
    assert "已于 2026-01-01 停用" in page.content.decode()
    assert Contest.objects.get() == own


def test_what_final_results_fixed_cannot_be_typed_and_says_since_when(browser, own):
    event = closed(EventFactory(contest=own))
    form = browser.get(url("contest_edit", own.pk)).context["form"]
    fixed = [name for name, field in form.fields.items() if field.disabled]
    assert fixed == ["kind", "level", "starts_on", "ends_on", "entries_from", "entries_until"]
    day = timezone.localdate(event.final_at)
    assert {form.fields[name].help_text for name in fixed} == {f"最终成绩已于 {day} 公布，不能再变更"}
    typed = {"title": "改名后的竞赛", "kind": "labour", "ends_on": "2027-01-01", "version": "1"}
    assert browser.post(url("contest_edit", own.pk), typed).url == own.get_absolute_url()
    kept = (own.kind, own.level, own.starts_on, own.ends_on)
    own.refresh_from_db()
    assert (own.title, own.kind, own.level, own.starts_on, own.ends_on) == ("改名后的竞赛", *kept)


def test_a_contest_is_cancelled_with_its_reason_on_the_page(browser, own):
    page = browser.post(url("contest_cancel", own.pk), {"reason": "场地未落实"}, follow=True)
    assert "竞赛已取消：场地未落实" in page.content.decode()
    page = browser.post(url("contest_move", own.pk), {"move": "explode"}, follow=True)
    assert "没有选择要办理的事项" in page.content.decode()


def test_strangers_and_readers_are_refused(client, other_officer, group_member, own):
    event = EventFactory(contest=own)
    stage = StageFactory(event=event)
    pages = [
        url("contest_detail", own.pk), url("contest_edit", own.pk), url("contest_cancel", own.pk),
        url("event_create", own.pk), url("event_detail", event.pk), url("event_edit", event.pk),
        url("stage_create", event.pk), url("stage_edit", stage.pk),
    ]  # fmt: skip
    posts = [
        url("contest_move", own.pk), url("contest_clone", own.pk), url("event_delete", event.pk),
        url("stage_delete", stage.pk),
    ]  # fmt: skip
    for user, status in ((other_officer, 404), (group_member, 403)):
        client.force_login(user)
        assert {client.get(address).status_code for address in pages} == {status}
        assert {client.post(address).status_code for address in posts} == {status}
    assert client.get(url("contest_list")).status_code == 403


def test_below_sees_what_is_open_to_it_and_keeps_nothing(browser, town):
    shown = ContestFactory(union=town, is_open_below=True, state="open", title="全镇焊工竞赛")
    StageFactory(event=EventFactory(contest=shown))
    ContestFactory(union=town, is_open_below=True, title="全镇草案")
    ContestFactory(union=town, state="open", title="机关竞赛")
    page = browser.get(url("contest_list"))
    assert [row.title for row in page.context["page"]] == ["全镇焊工竞赛"]
    assert "编辑</a>" not in browser.get(shown.get_absolute_url()).content.decode()
    assert browser.get(shown.events.get().get_absolute_url()).status_code == 200
    assert browser.get(url("contest_edit", shown.pk)).status_code == 404


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["甲厂劳动竞赛", "甲厂电工竞赛"]),
        ("q=焊", ["甲厂劳动竞赛"]),
        ("q=甲厂电", ["甲厂电工竞赛"]),
        ("kind=labour", ["甲厂劳动竞赛"]),
        ("level=T", ["甲厂电工竞赛"]),
        ("state=planned", ["甲厂电工竞赛"]),
        ("year=2026", ["甲厂电工竞赛"]),
    ],
)
def test_the_list_is_filtered_and_its_file_holds_the_same(browser, officer, own, union, query, titles):
    other = ContestFactory(
        union=union, title="甲厂劳动竞赛", kind="labour", level="E", state="running",
        starts_on=dt.date(2027, 1, 2), ends_on=dt.date(2027, 1, 3),
    )  # fmt: skip
    EventFactory(contest=other, title="比武", trade="焊工")
    page = browser.get(f"{url('contest_list')}?{query}")
    assert [row.title for row in page.context["page"]] == titles
    assert [row[0] for row in rows_in_file(officer, "contests", query)] == titles


def test_the_calendar_shows_what_is_held_and_what_closes(browser, union, other_union):
    ContestFactory(
        union=union, title="甲厂电工竞赛", entries_until=dt.date(2026, 7, 31),
        starts_on=dt.date(2026, 8, 30), ends_on=dt.date(2026, 9, 2),
    )  # fmt: skip
    ContestFactory(union=union, title="甲厂旧竞赛", state="cancelled", cancel_reason="场地未落实")
    ContestFactory(union=other_union)
    months = browser.get(url("contest_calendar"), {"year": "2026"}).context["months"]
    closing = {
        month.number: [contest.title for contest in month.closing] for month in months if month.closing
    }
    held = {month.number: [contest.title for contest in month.held] for month in months if month.held}
    assert closing == {7: ["甲厂电工竞赛"]}
    assert held == {8: ["甲厂电工竞赛"], 9: ["甲厂电工竞赛"]}
    assert browser.get(url("contest_calendar"), {"year": "x"}).status_code == 200


@pytest.mark.parametrize("name", ["contest_list", "contest_calendar", "contest_detail", "event_detail"])
def test_the_number_of_queries_does_not_grow_with_the_rows(browser, own, union, name):
    event = EventFactory(contest=own)
    address = {"contest_detail": [own.pk], "event_detail": [event.pk]}.get(name, [])

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url(name, *address)).status_code == 200
        return len(seen)

    def add():
        ContestFactory(union=union)
        EventFactory(contest=own)
        StageFactory(event=event, position=event.stages.count() + 1, weight=10)

    add()
    asked()
    first = asked()
    add()
    add()
    assert asked() == first
