"""Prizes, awards by rank, their certificates singly and in bulk, the public check, and the printed summary."""

import datetime as dt
import random
import zipfile

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from competitions import services
from competitions.award_papers import code_of
from competitions.invariants.follow import INVARIANTS
from competitions.models import Award, Entry, Prize, Result
from competitions.queries.follow import awarded, prize_lines
from competitions.queries.summary import summary_of
from competitions.rules.prizes import prize_of_rank
from core import pdf
from core.errors import RuleError
from tests.core.pdf_reading import POINTS_PER_MM, runs, text as text_of_pdf
from tests.exchange.exports import ask, done, path_of, rows_in_file
from tests.factories.contests import (
    AwardFactory,
    ContestFactory,
    EntrantFactory,
    EventFactory,
    PrizeFactory,
    PromiseFactory,
    ResultFactory,
    StageFactory,
    closed,
    preliminary,
)
from tests.factories.unions import UnionFactory

DAY = dt.date(2026, 9, 20)


@pytest.fixture
def event(town):
    contest = ContestFactory(union=town, title="2026年全镇电工竞赛", code="ROOT-S2026-01", budget=20000)
    return EventFactory(contest=contest, title="电工")


def ranked(event, union, *ranks, name="试获奖"):
    """An entry with one person for each rank; None is absent. The event stays open."""
    people = []
    for rank in ranks:
        row = EntrantFactory(entry__event=event, entry__union=union, entry__state="admitted")
        row.worker.name = f"{name}{rank}"
        row.worker.save(update_fields=["name"])
        facts = {} if rank else {"standing": Result.Standing.ABSENT, "total": None}
        ResultFactory(entry=row.entry, rank=rank, **facts)
        people.append(row)
    return people


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def test_who_shares_a_rank_shares_the_prize_as_in_a_plain_reference():
    """Reference: walk the places one by one; the place of a rank is its own number."""
    rng = random.Random(7)
    for _ in range(200):
        prizes = [
            Prize(position=place, title=str(place), places=rng.randint(1, 3))
            for place in range(1, rng.randint(2, 5))
        ]
        places = [prize for prize in prizes for _ in range(prize.places)]
        scores = sorted((rng.randint(0, 6) for _ in range(rng.randint(1, 12))), reverse=True)
        for score in scores:
            rank = 1 + sum(other > score for other in scores)
            expected = places[rank - 1] if rank <= len(places) else None
            assert prize_of_rank(prizes, rank) is expected


def test_awards_follow_the_final_ranks_and_nobody_else_gets_one(event, union, clerk, officer):
    for position, (title, places) in enumerate((("一等奖", 1), ("二等奖", 1), ("三等奖", 1)), start=1):
        services.add_prize(event=event, position=position, title=title, places=places, by=clerk)
    first, second, other, fourth, _, absent = ranked(event, union, 1, 2, 2, 4, 5, None)
    preliminary(event)
    with pytest.raises(RuleError, match="成绩现在是“初步成绩”"):
        services.give_awards(event=event, awarded_on=DAY, by=clerk)
    closed(event)
    assert [(line.prize.title, line.gets, line.beyond) for line in prize_lines(event)] == [
        ("一等奖", 1, 0),
        ("二等奖", 2, 1),
        ("三等奖", 0, 0),
    ]
    with pytest.raises(RuleError, match="颁发日期不能早于竞赛开始日期 2026-09-01，现填 2026-08-31"):
        services.give_awards(event=event, awarded_on=dt.date(2026, 8, 31), by=clerk)
    services.give_awards(event=event, awarded_on=DAY, by=clerk)
    given = Award.objects.order_by("code").values_list("entry", "prize__title", "code")
    assert list(given) == [
        (first.entry_id, "一等奖", "ROOT-S2026-01-J001"),
        (second.entry_id, "二等奖", "ROOT-S2026-01-J002"),
        (other.entry_id, "二等奖", "ROOT-S2026-01-J003"),
    ]
    assert not hasattr(absent.entry, "award")
    assert not hasattr(fourth.entry, "award")
    with pytest.raises(RuleError, match="已经颁奖"):
        services.give_awards(event=event, awarded_on=DAY, by=clerk)
    with pytest.raises(RuleError, match="不能再修改奖项"):
        services.add_prize(event=event, position=4, title="优秀奖", places=9, by=clerk)
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []


def test_the_database_refuses_awards_without_a_final_rank_and_prizes_after_the_end(event, union):
    won, absent = ranked(event, union, 1, None)
    prize = PrizeFactory(event=event)
    made = {
        "event": event,
        "prize": prize,
        "code": "J",
        "awarded_on": DAY,
        "created_by": won.entry.entered_by,
    }

    def refused(change, words):
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            change()

    refused(lambda: Award.objects.create(entry=won.entry, **made), "rests on a rank of a final result")
    closed(event)
    refused(lambda: Award.objects.create(entry=absent.entry, **made), "rests on a rank of a final result")
    strange = PrizeFactory(event=EventFactory(contest=event.contest))
    refused(lambda: Award.objects.create(entry=won.entry, **made | {"prize": strange}), "rests on a rank")
    refused(prize.delete, "competitions_prize stays")
    refused(lambda: Prize.objects.filter(pk=prize.pk).update(places=9), "competitions_prize stays")
    Award.objects.create(entry=won.entry, **made)


def test_prizes_are_kept_on_the_page_and_go_along_to_the_next_year(client, clerk, officer, event):
    client.force_login(clerk)
    assert (
        client.post(
            url("prize_create", event.pk), {"position": 1, "title": "一等奖", "places": 2}
        ).status_code
        == 302
    )
    bad = client.post(url("prize_create", event.pk), {"position": 1, "title": "特等奖", "places": 3})
    assert bad.context["form"].errors == {"__all__": ["这个顺序已有奖项"]}
    prize = event.prizes.get()
    sent = {"position": 1, "title": "金奖", "places": 3, "version": "1"}
    client.post(url("prize_edit", prize.pk), sent)
    late = client.post(url("prize_edit", prize.pk), sent | {"title": "特等奖"})
    assert "已被其他人修改" in late.content.decode()
    assert "金奖" in client.get(event.get_absolute_url()).content.decode()
    StageFactory(event=event)
    copied = services.clone_contest(contest=event.contest, by=clerk).events.get().prizes.get()
    assert (copied.position, copied.title, copied.places) == (1, "金奖", 3)
    client.post(url("prize_delete", prize.pk))
    assert not event.prizes.exists()
    client.force_login(officer)
    assert client.get(url("prize_edit", copied.pk)).status_code == 404


@pytest.fixture
def winner(event, union):
    [row] = ranked(event, union, 1)
    AwardFactory(entry=row.entry, code="ROOT-S2026-01-J001")
    return awarded_row(row)


def awarded_row(row):
    rows = type(row).objects.select_related("worker", "entry__award__prize", "entry__union", "event__contest")
    return rows.get(pk=row.pk)


def test_a_certificate_is_printed_checked_by_anybody_and_told_from_one_corrected_since(
    client, officer, other_officer, winner
):
    client.force_login(officer)
    answer = client.get(url("award_paper", winner.pk))
    page = text_of_pdf(answer.content)
    for words in (
        "获奖证书",
        "试获奖1",
        "2026年全镇电工竞赛",
        "一等奖",
        "ROOT-S2026-01-J001",
        code_of(winner, winner.entry.award),
    ):
        assert words in page
    assert winner.worker.documents.get().number not in page
    entry = AuditEntry.objects.get(action="competitions.award_paper")
    assert (entry.category, entry.details) == ("access", {"entrant": winner.pk})
    client.force_login(other_officer)
    assert client.get(url("award_paper", winner.pk)).status_code == 404
    client = Client()
    address = url("award_check", winner.pk, code_of(winner, winner.entry.award))
    shown = client.get(address)
    assert shown.status_code == 200
    assert "试***" in shown.content.decode()
    assert winner.worker.name not in shown.content.decode()
    assert "一等奖" in shown.content.decode()
    wrong = client.get(url("award_check", winner.pk, "0000-0000-0000"))
    assert (wrong.status_code, "一等奖" in wrong.content.decode()) == (404, False)
    winner.event.title = "更正后的项目"
    winner.event.save(update_fields=["title"])
    assert client.get(address).status_code == 404


def test_codes_are_not_tried_without_end_and_wrong_ones_look_alike(winner, settings):
    """Guessing from one address ends, for a right code too: the answer says nothing of what was asked."""
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"award_check": "4/m/ip"}
    right = code_of(winner, winner.entry.award)
    asked = [
        (winner.pk, "0000-0000-0000"),
        (winner.pk + 1, right),
        (10**30, "无"),
        (winner.pk, right.lower()),
    ]
    answers = [Client().get(url("award_check", *one)) for one in asked]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 200]
    assert len({answer.content.decode().split("<h1>")[1] for answer in answers[:3]}) == 1
    stopped = Client().get(url("award_check", winner.pk, right))
    assert (stopped.status_code, winner.entry.award.code in stopped.content.decode()) == (429, False)
    cache.clear()


@pytest.mark.parametrize(
    ("contest", "hosts", "event", "union", "name", "team", "prize"),
    [
        (100, 200, 100, 100, 50, 50, 30),  # each as long as its column
        (46, 60, 60, 58, 24, 10, 14),
        (20, 40, 19, 20, 24, 9, 14),  # as long as the ordinary sizes take
    ],
)
def test_the_longest_names_stay_on_the_certificate(
    client, clerk, town, contest, hosts, event, union, name, team, prize
):
    """The end of the sentence, the prize and the foot ran into each other, or off the page."""
    held = ContestFactory(union=town, title="竞" * contest, hosts="办" * hosts)
    held = EventFactory(contest=held, title="项" * event)
    [row] = ranked(held, UnionFactory(parent=town, name="工" * union), 1, name="试" * (name - 1))
    Entry.objects.filter(pk=row.entry_id).update(team_name="队" * team)
    AwardFactory(entry=row.entry, prize=PrizeFactory(event=held, title="奖" * prize))
    client.force_login(clerk)
    data = client.get(url("award_paper", row.pk)).content
    assert pdf.page_count(data) == 1
    found = runs(data, 1)
    told = "".join(run.text for run in found)
    assert [told.count(letter) for letter in "竞办项工试队"] == [contest, hosts, event, union, name - 1, team]
    [code], [thanks] = ([run for run in found if words in run.text] for words in ("获奖编号", "特发此证"))
    prizes = [run.y for run in found if "奖奖" in run.text]
    issuer = [run for run in found if "办办" in run.text]
    assert min(run.y for run in found) > 15 * POINTS_PER_MM  # inside the frame
    assert len(prizes) == 1
    assert prizes[0] > thanks.y > code.y + 30  # above the square to scan
    assert prizes[0] > max(run.y for run in issuer)
    assert min(run.x for run in issuer) > thanks.end or thanks.y > max(run.y for run in issuer) + 20


def test_the_list_leads_to_an_archive_of_certificates(client, officer, clerk, event, union, other_union):
    rows = [*ranked(event, union, 1), *ranked(event, other_union, 2, name="试别家")]
    for number, row in enumerate(rows, start=1):
        AwardFactory(entry=row.entry, code=f"J{number}")
    client.force_login(officer)
    page = client.get(url("award_list"), {"q": "电工"})
    assert [row.pk for row in page.context["page"]] == [rows[0].pk]
    assert [line[0] for line in rows_in_file(officer, "awards")] == ["试获奖1"]
    export = done(ask(clerk, f"contest={event.contest_id}", listing="award_papers"))
    with zipfile.ZipFile(path_of(export)) as archive:
        names = archive.namelist()
    assert names == [f"J1-{rows[0].pk}-试获奖1.pdf", f"J2-{rows[1].pk}-试别家2.pdf", "说明.txt"]


def test_lists_and_the_event_page_ask_a_flat_number_of_queries(client, clerk, event, union):
    client.force_login(clerk)
    counts = []
    for place in (event, EventFactory(contest=event.contest)):
        for row in ranked(place, union, *((1,) if place == event else (1, 2, 3))):
            AwardFactory(entry=row.entry)
            PromiseFactory(entrant=row, gain="pay", level="", detail="岗位工资上调一级")
        found = []
        for address in (url("award_list"), url("promise_list"), place.get_absolute_url()):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]


def test_the_summary_says_what_came_of_a_contest_to_its_holder_alone(client, clerk, officer, event, union):
    won, second, _ = ranked(event, union, 1, 2, None)
    for row, total in ((won, "84.6512"), (second, "84.6508")):  # told apart by what ranked them
        Result.objects.filter(entry=row.entry).update(total=total)
    AwardFactory(entry=won.entry, code="J1")
    PromiseFactory(entrant=won, gain="bonus", level="", amount=800)
    EventFactory(contest=event.contest, title="未比完")
    client.force_login(clerk)
    page = text_of_pdf(client.get(url("contest_summary", event.contest_id)).content)
    for words in (
        "2026年全镇电工竞赛",
        "试获奖1",
        "试获奖2",
        "84.6512",
        "84.6508",
        "一等奖",
        "最终成绩尚未公布",
        "缺考、未晋级或退赛1项",
        "20000.00元",
        "800元",
    ):
        assert words.replace(" ", "") in page.replace(" ", "").replace("\n", "")
    client.force_login(officer)
    assert client.get(url("contest_summary", event.contest_id)).status_code == 404
    assert awarded(officer).get().pk == won.pk


def test_the_summary_keeps_two_unions_of_one_name_apart(event, union, town):
    namesake = UnionFactory(parent=town, name=union.name)
    for won in ranked(event, union, 1) + ranked(event, namesake, 2):
        AwardFactory(entry=won.entry, code=f"J{won.entry_id}")
    told = summary_of(event.contest)
    assert [(row["entry__union__name"], row["people"]) for row in told["unions"]] == [(union.name, 1)] * 2
    assert [(row["union"], row["sum"]) for row in told["medals"]] == [(union.name, 1)] * 2


def asked_for(client, address, **query) -> int:
    """How many queries the page takes once it was opened before."""
    client.get(address, query)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, query).status_code == 200
    return len(asked)


def test_the_summary_asks_a_flat_number_of_queries(client, clerk, union, other_union, town):
    """One event with one winner, and three events with three of two unions and two prizes each."""
    client.force_login(clerk)
    counts = []
    for number in (1, 3):
        contest = ContestFactory(union=town, title=f"演练竞赛{number}", code=f"ROOT-S2026-9{number}")
        for _ in range(number):
            place = EventFactory(contest=contest)
            PrizeFactory(event=place)
            PrizeFactory(event=place, position=2, title="二等奖", places=5)
            for rank in range(1, number + 1):
                ranked(place, union if rank == 1 else other_union, rank)
            closed(place)
            for row in place.entrants.select_related("event", "entry__event"):
                AwardFactory(entry=row.entry)
                PromiseFactory(entrant=row, gain="bonus", level="", amount=800)
                PromiseFactory(entrant=row, gain="pay", level="", detail="上调一级")
        counts.append(asked_for(client, url("contest_summary", contest.pk)))
    assert counts[0] == counts[1]


def test_the_public_check_and_the_paper_ask_a_flat_number_of_queries(client, clerk, event, union):
    """A person alone, and one of a team of three, whose award was revoked twice before."""
    client.force_login(clerk)
    counts = []
    for number in (1, 3):
        place = EventFactory(contest=event.contest)
        [row] = ranked(place, union, 1)
        for _ in range(number - 1):
            EntrantFactory(entry=row.entry, event=place)
            services.revoke_award(award=AwardFactory(entry=row.entry), reason="奖项登记有误", by=clerk)
            row.entry.refresh_from_db()
        AwardFactory(entry=row.entry)
        row = awarded_row(row)
        code = code_of(row, row.entry.award)
        found = [asked_for(client, url("award_paper", row.pk))]
        found.append(asked_for(Client(), url("award_check", row.pk, code)))
        counts.append(found)
    assert counts[0] == counts[1]
