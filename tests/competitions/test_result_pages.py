"""Pages of results: who sees what in which phase, the steps in a browser's order, tables, files and papers."""

import datetime as dt
import io
import re
from html import unescape

import pikepdf
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from competitions import services
from competitions.models import Contest, Event, Objection
from competitions.queries.results import waiting
from tests.badges import badge
from tests.core.pdf_reading import text as text_of_pdf
from tests.exchange.exports import rows_in_file
from tests.factories.contests import (
    AwardFactory,
    ContestFactory,
    CriterionFactory,
    EntrantFactory,
    EntryFactory,
    EventFactory,
    MarkFactory,
    PrizeFactory,
    ResultFactory,
    SeatFactory,
    StageFactory,
    closed,
)
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
OWN, OTHER = "试甲厂选手", "试乙厂选手"


@pytest.fixture
def event(town):
    """A running town contest with one stage and one judge."""
    contest = ContestFactory(union=town, state="running", is_open_below=True, title="全镇电工竞赛")
    event = EventFactory(contest=contest, title="电工")
    stage = StageFactory(event=event)
    CriterionFactory(stage=stage)
    SeatFactory(stage=stage)
    return event


@pytest.fixture
def entries(event, union, other_union):
    """One entry of each union: 61 and 83 points."""
    made = []
    for number, (one, name, points) in enumerate(((union, OWN, 61), (other_union, OTHER, 83)), start=1):
        entry = EntryFactory(event=event, union=one, state="admitted", start_number=number)
        worker = WorkerFactory(employer=EmployerFactory(union=one), name=name)
        EntrantFactory(entry=entry, worker=worker)
        MarkFactory(seat=event.stages.get().seats.get(), entry=entry, points=points)
        made.append(entry)
    return made


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def signed(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(user, event) -> set[str]:
    """Which of the names, scores and ranks the page shows."""
    page = signed(user).get(url("event_results", event.pk)).content.decode()
    page = page.partition('id="list"')[2]
    cells = set(re.findall(r">\s*([\d.]+)\s*<", page))
    return {text for text in (OWN, OTHER) if text in page} | (
        cells & {"61.00", "83.00", "61.0000", "83.0000"}
    )


def test_who_sees_what_from_phase_to_phase(event, entries, officer, other_officer, clerk):
    everything = {OWN, OTHER, "61.00", "83.00", "61.0000", "83.0000"}
    own = {OWN, "61.00", "61.0000"}
    nothing = {name: set() for name in ("clerk", "officer", "other")}

    def seen():
        users = {"clerk": clerk, "officer": officer, "other": other_officer}
        return {name: told(user, event) for name, user in users.items()}

    assert seen() == nothing
    services.freeze(event=event, by=clerk)
    assert seen() == nothing | {"clerk": everything}
    with pytest.raises(ValidationError, match="没有符合条件的行"):
        rows_in_file(officer, "results", "")
    services.publish_preliminary(event=event, objections_until=services.first_end_of_objections(), by=clerk)
    assert seen() == {"clerk": everything, "officer": own, "other": {OTHER, "83.00", "83.0000"}}
    page = signed(officer).get(url("event_results", event.pk)).content.decode()
    assert (
        page.count('data-label="名次"') == 2
    )  # the whole list of ranks, without the other's name and scores
    assert [row[0] for row in rows_in_file(officer, "results", "")] == [OWN]
    closed(Event.objects.get(pk=event.pk))
    event.refresh_from_db()
    assert seen() == {"clerk": everything, "officer": everything - {OTHER}, "other": everything - {OWN}}
    assert "61 / " not in signed(other_officer).get(url("event_results", event.pk)).content.decode()


def test_a_union_that_did_not_enter_waits_for_the_final_list(event, entries, officer, other_officer, clerk):
    services.withdraw_entry(entry=entries[1], reason="身体不适，退出比赛", by=clerk)
    other = EventFactory(contest=event.contest, title="钳工")
    alone = EntryFactory(event=other, union=entries[0].union, state="admitted", start_number=7)
    stage = StageFactory(event=other)
    MarkFactory(
        seat=SeatFactory(stage=stage), criterion=CriterionFactory(stage=stage), entry=alone, points=77
    )
    services.freeze(event=other, by=clerk)
    services.publish_preliminary(event=other, objections_until=services.first_end_of_objections(), by=clerk)
    page = signed(other_officer).get(url("event_results", other.pk)).content.decode()
    assert "成绩还没有向您的工会公布" in page
    assert "77.00" in signed(officer).get(url("event_results", other.pk)).content.decode()
    assert signed(other_officer).get(url("ranking_print", other.pk)).status_code == 302


def test_the_steps_in_a_browser(event, entries, clerk, officer):
    desk, firm = signed(clerk), signed(officer)
    late = EntryFactory(event=event, union=entries[0].union, state="admitted", start_number=3)
    stage = event.stages.get()
    second = SeatFactory(stage=stage)
    MarkFactory(seat=second, entry=late, points=50)
    freeze = url("event_freeze", event.pk)
    shown = desk.get(freeze)
    assert len(shown.context["gaps"]) == 3
    sent = {"seen": shown.context["form"]["seen"].value(), "reason": "评委一人中途离席", "once": "k1"}
    for entry in entries:
        MarkFactory(seat=second, entry=entry, points=70)
    stale = desk.post(freeze, sent).content.decode()
    assert "还缺 1 份评分，与您看到的不同" in stale
    sent["seen"] = re.search(r'name="seen" value="(\w+)"', stale)[1]
    for _ in range(2):  # pressed twice
        page = desk.post(freeze, sent, follow=True).content.decode()
    assert "评委一人中途离席" in page
    assert "已经是“已封存”" in desk.post(freeze, {"once": "k2"}).content.decode()
    until = services.first_end_of_objections()
    refused = desk.post(url("event_preliminary", event.pk), {"objections_until": str(timezone.localdate())})
    assert f"截止日期最早为 {until}" in refused.content.decode()
    desk.post(url("event_preliminary", event.pk), {"objections_until": str(until)})
    assert (badge(officer, waiting), badge(clerk, waiting)) == ("1", "")
    assert "2026" in firm.get(url("result_list")).content.decode()
    assert "本工会参加的项目已公布成绩" in firm.get(url("result_list")).content.decode()
    made = {"entry": entries[0].pk, "text": "实操漏记"}
    assert "异议已提交" in firm.post(url("objection_create", event.pk), made, follow=True).content.decode()
    assert (
        firm.post(url("objection_create", event.pk), {"entry": entries[1].pk, "text": "别人"}).status_code
        == 200
    )
    objection = Objection.objects.get()
    assert (badge(officer, waiting), badge(clerk, waiting)) == ("1", "1")
    assert firm.get(url("objection_decide", objection.pk)).status_code == 404
    cell = f"p{second.pk}-{stage.criteria.get().pk}"
    decide = url("objection_decide", objection.pk)
    kept = desk.post(decide, {"verdict": "uphold", "answer": "复核属实", cell: "101"}).content.decode()
    assert "不能作为得分" in kept
    assert 'value="101"' in kept
    page = desk.post(decide, {"verdict": "uphold", "answer": "复核属实", cell: "99.5"}, follow=True)
    assert "1 项报名的成绩有变化" in page.content.decode() or "2 项报名的成绩有变化" in page.content.decode()
    page = firm.get(url("objection_detail", objection.pk)).content.decode()
    assert [text in page for text in ("70.00", "99.50", "65.5000", "80.2500")] == [True] * 4
    assert desk.get(decide).status_code == 302
    final = url("event_final", event.pk)
    assert "次日起才能公布最终成绩" in desk.post(final, {"is_public": "on"}).content.decode()
    public = url("public_results", event.pk)
    assert Client().get(public).status_code == 404
    with time_machine.travel(dt.datetime.combine(until, dt.time(12)) + dt.timedelta(days=1)):
        late_desk = signed(clerk)
        late_desk.post(final, {"is_public": "on"})
        page = Client().get(public)
        text = page.content.decode()
        assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex, nofollow")
        assert "第 1 名" in text
        assert [part for part in (OWN, OTHER, "80.25", "76.50", f"/{entries[0].pk}/") if part in text] == []
        late_desk.post(url("event_publicity", event.pk), {"public": "no"})
        assert Client().get(public).status_code == 404


@pytest.mark.parametrize(("stages", "is_across"), [(3, False), (4, True)])
def test_a_ranking_of_many_stages_is_printed_across(clerk, town, union, stages, is_across):
    event = EventFactory(contest=ContestFactory(union=town))
    for place in range(1, stages + 1):
        StageFactory(event=event, position=place, title=f"环节{place}", weight=20)
    ResultFactory(entry=EntryFactory(event=event, union=union, state="admitted"), rank=1)
    closed(event)
    paper = signed(clerk).get(url("ranking_print", event.pk)).content
    with pikepdf.open(io.BytesIO(paper)) as opened:
        _, _, width, height = opened.pages[0].mediabox
    assert (width > height) == is_across


def test_medals_are_counted_for_final_results_of_what_is_asked(
    event, entries, town, union, other_union, officer, clerk
):
    services.freeze(event=event, by=clerk)
    prize = PrizeFactory(event=event)
    older = EventFactory(
        contest=ContestFactory(
            union=town, is_open_below=True, state="finished", kind="labour",
            starts_on=dt.date(2025, 5, 1), ends_on=dt.date(2025, 5, 2),
        )
    )  # fmt: skip
    for rank in (1, 1, 3):
        ResultFactory(entry=EntryFactory(event=older, union=union, state="admitted"), rank=rank)
    ResultFactory(
        entry=EntryFactory(event=older, union=other_union, state="admitted"),
        standing="absent",
        rank=None,
        total=None,
    )
    closed(older)
    hidden = EventFactory(contest=ContestFactory(union=other_union))
    ResultFactory(entry=EntryFactory(event=hidden, state="admitted"))
    closed(hidden)
    browser = signed(officer)

    def table(query=""):
        rows = browser.get(f"{url('medal_list')}?{query}").context["page"].items
        return [
            (row.name, row.first, row.second, row.third, row.medals, row.awards, row.ranked) for row in rows
        ]

    assert table() == [(union.name, 2, 0, 1, 3, 0, 3)]  # the other event is not final yet
    closed(Event.objects.get(pk=event.pk))
    AwardFactory(event=Event.objects.get(pk=event.pk), entry=entries[1], prize=prize)
    mine, others = (union.name, 2, 1, 1, 4, 0, 4), (other_union.name, 1, 0, 0, 1, 1, 1)
    assert table() == [mine, others]
    assert table("year=2026") == [others, (union.name, 0, 1, 0, 1, 0, 1)]
    assert table("kind=labour") == table(f"contest={older.contest_id}") == table(f"event={older.pk}")
    assert table("kind=labour") == [(union.name, 2, 0, 1, 3, 0, 3)]
    assert table(f"event={hidden.pk}") == table()  # an event the user does not see cannot be asked for
    desk = signed(clerk)
    for query in ("", "year=2026", "kind=labour", f"contest={older.contest_id}", f"event={older.pk}"):
        page = desk.get(f"{url('medal_list')}?{query}")
        for row in page.context["page"].items:  # each line leads to the results it counts
            [link] = re.findall(rf'href="([^"]+union={row.pk}&amp;[^"]+)"', page.content.decode())
            assert desk.get(unescape(link)).context["page"].count == row.ranked, (query, row)
    found = [[row[0], *map(float, row[1:4])] for row in rows_in_file(officer, "medals", "year=2026")]
    assert found == [[other_union.name, 1, 0, 0], [union.name, 0, 1, 0]]
    paper = text_of_pdf(browser.get(f"{url('medal_print')}?year=2026").content)
    assert "年度：2026年" in paper.replace(" ", "")
    assert other_union.name in paper
    ranking = text_of_pdf(browser.get(url("ranking_print", event.pk)).content)
    assert [name in ranking for name in (OWN, OTHER, "InvalidVar")] == [True, False, False]
    assert "83.0000" in ranking


@pytest.mark.parametrize("is_open", [True, False])
def test_a_result_leads_to_its_event_only_where_that_may_be_opened(event, entries, officer, clerk, is_open):
    services.freeze(event=event, by=clerk)
    services.publish_preliminary(event=event, objections_until=services.first_end_of_objections(), by=clerk)
    Contest.objects.update(is_open_below=is_open)
    browser, address = signed(officer), url("event_results", event.pk)
    assert browser.get(address).status_code == (200 if is_open else 404)
    for listed in ("result_list", "result_notice_list"):
        page = browser.get(url(listed)).content.decode()
        [row] = re.findall("<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
        assert (row.count(">电工<"), f'href="{address}"' in row) == (1, is_open)
    assert f'href="{address}"' in signed(clerk).get(url("result_list")).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(event, entries, officer, clerk, union):
    services.freeze(event=event, by=clerk)
    Event.objects.filter(pk=event.pk).update(
        phase="preliminary", preliminary_at=timezone.now(), objections_until=timezone.localdate()
    )
    browser = signed(officer)
    addresses = (url("event_results", event.pk), url("result_list"), url("medal_list"))

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    asked()
    first = asked()
    for number in (8, 9):
        entry = EntryFactory(event=event, union=union, state="admitted", start_number=number)
        EntrantFactory(entry=entry, worker=WorkerFactory(employer=EmployerFactory(union=union)))
        ResultFactory(entry=entry, event=event, rank=number)
    assert asked() == first
