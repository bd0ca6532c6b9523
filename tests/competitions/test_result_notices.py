"""Unions with entries are told when results come out: once per step, each officer for themselves, no figures."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from competitions import services
from competitions.invariants.results import INVARIANTS
from competitions.models import ResultNotice
from competitions.queries.result_notices import home_notices, result_notices_waiting
from competitions.services.result_notices import tell_unions
from core.errors import RuleError
from tests.badges import badge
from tests.exchange.exports import rows_in_file
from tests.factories.accounts import UserFactory
from tests.factories.contests import (
    ContestFactory,
    EntrantFactory,
    EventFactory,
    ResultFactory,
    closed,
    frozen,
    preliminary,
)
from tests.factories.unions import PostFactory

LIST = reverse("competitions:result_notice_list")
UNTIL = dt.date(2026, 10, 20)


def at(day):
    return time_machine.travel(dt.datetime(2026, 10, day, 4, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def event(town, union, other_union):
    """A frozen event with two entries of one union and one of another."""
    contest = ContestFactory(union=town, title="2026年全镇电工竞赛", state="running", is_open_below=True)
    event = EventFactory(contest=contest, title="电工")
    for rank, place in enumerate((union, union, other_union), start=1):
        row = EntrantFactory(entry__event=event, entry__union=place, entry__state="admitted")
        row.worker.name = f"试参赛{rank}"
        row.worker.save(update_fields=["name"])
        ResultFactory(entry=row.entry, rank=rank, total=90 - rank)
    return frozen(event)


def published(event, clerk):
    with at(8):
        return services.publish_preliminary(event=event, objections_until=UNTIL, by=clerk)


def told():
    rows = ResultNotice.objects.order_by("step", "union")
    return list(rows.values_list("union", "step", "objections_until", "made_on"))


def test_each_step_tells_each_union_with_entries_once(event, clerk, union, other_union):
    assert told() == []
    published(event, clerk)
    first = [(place.pk, "preliminary", UNTIL, dt.date(2026, 10, 8)) for place in (union, other_union)]
    assert told() == sorted(first)
    with at(9):
        with pytest.raises(RuleError, match="不用再办一次"):
            services.publish_preliminary(event=event, objections_until=UNTIL, by=clerk)
        event.refresh_from_db()
        assert tell_unions(event) == 2
    assert told() == sorted(first)
    with at(21):
        services.publish_final(event=event, by=clerk)
    last = [(place.pk, "final", None, dt.date(2026, 10, 21)) for place in (union, other_union)]
    assert told() == sorted(last) + sorted(first)
    told_right = dict(INVARIANTS)["notices tell what came out"]
    assert told_right() == []
    wrong = ResultNotice.objects.create(
        event=event, union=event.contest.union, step="final", made_on=dt.date(2026, 10, 21)
    )
    assert told_right() == [f"ResultNotice {wrong.pk}: of results that are not out or not theirs"]


def test_every_officer_of_the_union_sees_it_until_marked_and_nobody_else(
    client, event, clerk, officer, other_officer, union
):
    colleague = PostFactory(user=UserFactory(), union=union, role="officer").user
    published(event, clerk)
    with at(9):
        assert [badge(one, result_notices_waiting) for one in (officer, colleague, other_officer)] == [
            "1"
        ] * 3
        assert (badge(clerk, result_notices_waiting), home_notices(clerk)) == ("", [])
        words = "2026年全镇电工竞赛 · 电工 已公布初步成绩，异议到 2026-10-20 为止"
        assert home_notices(officer) == [(words, LIST)]
        client.force_login(officer)
        assert words in client.get(reverse("home")).content.decode()
        [row] = client.get(LIST, {"state": "unseen"}).context["page"]
        see = reverse("competitions:result_notice_see", args=[row.pk])
        assert client.post(see).url == LIST
        client.post(see)
        assert AuditEntry.objects.filter(action="competitions.result_notice_see").count() == 1
        assert [badge(one, result_notices_waiting) for one in (officer, colleague)] == ["", "1"]
        assert words not in client.get(reverse("home")).content.decode()
        assert [line[6] for line in rows_in_file(officer, "result_notices", "state=seen")] != [""]
        client.force_login(other_officer)
        assert client.post(see).status_code == 404
        with pytest.raises(PermissionDenied):
            services.see_result_notice(notice=row, by=other_officer)


def test_it_holds_no_figure_and_nobody_of_another_union(client, event, clerk, officer, other_union):
    published(event, clerk)
    with at(9):
        client.force_login(officer)
        page = client.get(LIST).content.decode()
        home = client.get(reverse("home")).content.decode()
        lines = rows_in_file(officer, "result_notices")
    assert [line[:6] for line in lines] == [
        [
            "2026年全镇电工竞赛",
            "电工",
            "初步成绩",
            dt.date(2026, 10, 20),
            event.entries.first().union.name,
            dt.date(2026, 10, 8),
        ]
    ]
    for hidden in (other_union.name, "试参赛", "89.0000", "87.0000", "第 3 名"):
        assert hidden not in page
        assert hidden not in home


def test_the_final_ones_take_the_place_of_the_preliminary_and_a_cancelled_contest_tells_nothing(
    event, clerk, officer
):
    published(event, clerk)
    with at(21):
        services.publish_final(event=event, by=clerk)
        assert [words for words, _ in home_notices(officer)] == ["2026年全镇电工竞赛 · 电工 已公布最终成绩"]
        type(event.contest).objects.update(state="cancelled", cancel_reason="停办")
        assert (badge(officer, result_notices_waiting), home_notices(officer)) == ("", [])


def test_the_database_takes_a_notice_once_and_the_day_with_the_preliminary_alone(event, union):
    event = preliminary(event)
    facts = {"event": event, "union": union, "made_on": UNTIL}
    ResultNotice.objects.create(step="preliminary", objections_until=UNTIL, **facts)
    for wrong in (
        {"step": "preliminary", "objections_until": UNTIL},
        {"step": "final", "objections_until": UNTIL},
    ):
        with pytest.raises(DatabaseError, match="competitions_resultnotice_"), transaction.atomic():
            ResultNotice.objects.create(**facts | wrong)


def test_the_list_and_the_first_page_ask_a_flat_number_of_queries(client, event, clerk, officer, union):
    client.force_login(officer)
    published(event, clerk)
    counts = []
    for more in (0, 2):
        for _ in range(more):
            row = EntrantFactory(
                entry__event=EventFactory(contest=event.contest), entry__union=union, entry__state="admitted"
            )
            ResultFactory(entry=row.entry)
            tell_unions(closed(row.entry.event))
        found = []
        for address in (LIST, reverse("home")):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            found.append(len(asked))
        counts.append((len(client.get(LIST).context["page"].items), found))
    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
