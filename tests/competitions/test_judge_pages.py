"""Pages of judges, by link and by account: only the own seats, only start numbers, and refusals that name the remedy."""

from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.queries import hash_token
from competitions import services
from competitions.models import Mark
from core import pdf
from tests.competitions.judging import bench, card
from tests.factories.accounts import UserFactory
from tests.factories.contests import JudgeFactory, SeatFactory, closed, frozen, preliminary

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def made(town, union, other_union):
    return bench(town, [union, other_union])


@pytest.fixture
def token(made, clerk):
    [(_, link)] = services.issue_judge_links(contest=made.event.contest, judges=[made.judges[0].pk], by=clerk)
    return link.rstrip("/").rsplit("/", 1)[1]


def test_links_stay_when_the_slips_cannot_be_drawn(client, made, token, clerk, monkeypatch):
    monkeypatch.setattr(pdf, "render", Mock(side_effect=pdf.PrintError("字体缺字")))
    client.force_login(clerk)
    judge = made.judges[0]
    links = reverse("competitions:judge_links", args=[made.event.contest_id])
    assert "字体缺字" in client.post(links, {"judge": [judge.pk]}, follow=True).content.decode()
    judge.refresh_from_db()
    assert bytes(judge.token_hash) == hash_token(token)


def test_seats_that_somebody_else_arranged_meanwhile_stay(client, made, clerk):
    client.force_login(clerk)
    page = client.get(reverse("competitions:judge_list", args=[made.event.contest_id])).content.decode()
    shown = [f"{made.stage.pk}-{judge.pk}" for judge in made.judges]
    assert [page.count(f'name="seen" value="{pair}"') for pair in shown] == [1, 1]
    late = JudgeFactory(contest=made.event.contest)
    services.seat_judges(contest=made.event.contest, add=[(made.stage.pk, late.pk)], drop=[], by=clerk)
    save = reverse("competitions:seat_save", args=[made.event.contest_id])
    assert client.post(save, {"seen": shown, "seat": shown[1:]}).status_code == 302
    assert [seat.judge for seat in made.stage.seats.order_by("judge")] == [made.judges[1], late]
    answer = client.post(save, {"seen": ["1"], "seat": shown}, follow=True).content.decode()
    assert ("勾选的内容无法识别" in answer, made.stage.seats.count()) == (True, 2)


def address(token, made, entry=None) -> str:
    seat = made.seats[0].pk
    if entry is None:
        return reverse("judging:seat", args=[token, seat])
    return reverse("judging:card", args=[token, seat, entry.pk])


def typed(made, *points, version=0) -> dict:
    return {"version": version} | {f"points-{key}": text for key, text in card(made, *points).items()}


def test_a_link_shows_the_own_marks_by_start_number_and_nothing_else(client, made, token, clerk):
    services.give_marks(seat=made.seats[0], entry=made.entries[0], points=card(made, "41.5", "30"), seen=0)
    services.give_marks(seat=made.seats[1], entry=made.entries[0], points=card(made, "59.25", "7"), seen=0)
    for url in (reverse("judging:home", args=[token]), address(token, made)):
        answer = client.get(url)
        page = answer.content.decode()
        assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex, nofollow")
        for hidden in ("59.25", "甲厂", "乙厂", made.judges[1].name):
            assert hidden not in page
    assert 'value="41.5"' in page
    assert tuple(f"{n} 号" for n in (1, 2, 3) if f">{n} 号<" in page) == ("1 号", "2 号", "3 号")
    foreign = reverse("judging:seat", args=[token, made.seats[1].pk])
    assert client.get(foreign).status_code == 404
    assert (
        client.post(reverse("judging:card", args=[token, made.seats[1].pk, made.entries[0].pk])).status_code
        == 404
    )
    assert (
        client.get(reverse("judging:spread", args=[token, made.event.pk])).status_code == 404
    )  # not the chief
    services.end_judge_link(judge=made.judges[0], by=clerk)
    assert client.get(address(token, made)).status_code == 404


def test_a_phone_saves_sends_again_and_learns_of_the_other_device(client, made, token):
    url = address(token, made, made.entries[0])
    assert client.post(url, typed(made, "50", "30"), headers=JSON).json() == {"version": 2}
    assert client.post(url, typed(made, "50", "30"), headers=JSON).json() == {
        "version": 2
    }  # the answer was lost
    stale = client.post(url, typed(made, "41", "30"), headers=JSON)
    one, two = (f"points-{criterion.pk}" for criterion in made.criteria)
    assert (stale.status_code, stale.json()) == (
        200,
        {
            "message": "系统里的得分与您看到的不同：另一台设备保存过，或主办工会更改过",
            "code": "stale",
            "version": 2,
            "stored": {one: "50", two: "30"},
        },
    )
    bad = client.post(url, typed(made, "61", "30", version=2), headers=JSON)
    said = "“操作规范”“61”不能作为得分。应为 0 至 60，最多两位小数。"
    assert (bad.status_code, bad.json()) == (200, {"message": said, "code": "refused"})
    frozen(made.event)
    late = client.post(url, typed(made, "41", "30", version=2), headers=JSON)
    assert (late.status_code, late.json()) == (200, {"message": "成绩已封存，不能再评分", "code": "frozen"})
    assert [int(mark.points) for mark in Mark.objects.order_by("criterion")] == [50, 30]


@pytest.mark.parametrize(
    ("reached", "said"),
    [(frozen, "成绩已封存"), (preliminary, "初步成绩已公布"), (closed, "最终成绩已公布")],
)
def test_a_closed_sheet_says_how_far_the_results_are(client, made, token, reached, said):
    reached(made.event)
    assert f">{said}，不能再评分。下面是您给出的得分。<" in client.get(address(token, made)).content.decode()


def test_a_browser_without_scripts_saves_and_keeps_what_was_refused(client, made, token):
    url = address(token, made, made.entries[1])
    saved = client.post(url, typed(made, "50", ""))
    assert (saved.status_code, saved.url) == (302, f"{address(token, made)}#e{made.entries[1].pk}")
    answer = client.post(url, typed(made, "50", "41", version=1))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="41"' in page
    assert "“工艺质量”“41”不能作为得分。应为 0 至 40，最多两位小数。" in page
    services.give_marks(seat=made.seats[0], entry=made.entries[1], points=card(made, "48.5"), seen=1)
    page = client.post(url, typed(made, "51", "", version=1)).content.decode()
    assert [text in page for text in ('value="51"', "系统里是 48.5", 'name="version" value="2"')] == [
        True
    ] * 3


def test_an_account_opens_its_own_seats_and_home_stays_flat(client, made, officer, other_officer):
    made.judges[0].user = officer
    made.judges[0].save()
    client.force_login(officer)
    url = reverse("competitions:my_card", args=[made.seats[0].pk, made.entries[0].pk])
    assert client.post(url, typed(made, "50", "30"), headers=JSON).json() == {"version": 2}
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("competitions:my_home")).status_code == 200
        counts.append(len(asked))
        for _ in range(2):
            again = bench(made.event.contest.union, [made.entries[0].union])
            SeatFactory(
                stage=again.stage,
                judge=JudgeFactory(contest=again.event.contest, user=officer, is_chief=True),
            )
    assert counts[0] == counts[1]
    client.force_login(other_officer)
    assert client.post(url, typed(made, "1", "1"), headers=JSON).status_code == 404
    assert f'href="{reverse("start")}"' in client.get(reverse("competitions:my_home")).content.decode()


def test_a_chief_sees_spread_but_figures_only_where_the_chief_does_not_judge(client, made, clerk):
    for seat, points in zip(made.seats, ((50, 30), (40, 20)), strict=True):
        services.give_marks(seat=seat, entry=made.entries[0], points=card(made, *points), seen=0)
    chief = JudgeFactory(
        contest=made.event.contest,
        is_chief=True,
        token_hash=hash_token("chief"),
        issued_at="2026-01-01T00:00Z",
    )
    url = reverse("judging:spread", args=["chief", made.event.pk])
    page = client.get(url).content.decode()
    assert [text in page for text in (">10.00<", ">20.00<")] == [True, True]
    SeatFactory(stage=made.stage, judge=chief)
    page = client.get(url).content.decode()
    assert [text in page for text in (">10.00<", ">20.00<", "1 号")] == [False, False, True]


@pytest.mark.parametrize("name", ["judge_list", "event_judging"])
def test_the_holders_pages_ask_as_often_for_four_judges_as_for_one(
    client, town, union, other_union, clerk, name
):
    client.force_login(clerk)
    counts = []
    for many in (1, 4):
        made = bench(town, [union, other_union], judges=many, entries=many + 1)
        for judge, seat in zip(made.judges, made.seats, strict=True):
            judge.union, judge.user = union, UserFactory()
            judge.save()
            services.declare_conflict(judge=judge, entry=made.entries[0], reason="师徒关系回避", by=clerk)
            services.give_marks(seat=seat, entry=made.entries[1], points=card(made, 50, 30), seen=0)
        key = made.event.contest_id if name == "judge_list" else made.event.pk
        url = reverse(f"competitions:{name}", args=[key])
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url).content.decode()
        assert made.judges[-1].name in page
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_holder_sees_progress_and_spread_and_no_marks(client, made, clerk):
    for seat, points in zip(made.seats, (("51.25", 30), ("40.75", 20)), strict=True):
        services.give_marks(seat=seat, entry=made.entries[0], points=card(made, *points), seen=0)
    client.force_login(clerk)
    page = client.get(reverse("competitions:event_judging", args=[made.event.pk])).content.decode()
    assert [text in page for text in ("还差 2 项", ">10.25<", ">20.50<")] == [True, True, True]
    assert [text in page for text in ("51.25", "81.25", "40.75", "60.75")] == [False] * 4
    type(made.judges[0]).objects.filter(pk=made.judges[0].pk).update(user=clerk)
    page = client.get(reverse("competitions:event_judging", args=[made.event.pk])).content.decode()
    assert [text in page for text in ("还差 2 项", ">10.25<", ">20.50<")] == [True, False, False]
