"""D1: contests held in a period, of skill and of emulation apart, each at the union that held it."""

import datetime as dt

import pytest

from competitions.reporting.contests import ContestSection, contest_lines, entrant_lines
from core.reporting import Period
from tests.factories.contests import ContestFactory, EntrantFactory, EventFactory

pytestmark = pytest.mark.django_db
SEPTEMBER = Period.parse("2026-09")


def counted(code, unions=None, period=SEPTEMBER):
    indicator = next(one for one in ContestSection.indicators if one.code == code)
    return list(indicator.numerator(unions, period))


def test_what_ended_in_the_period_and_was_finished_counts(union, other_union, officer):
    held = ContestFactory(union=union, state="finished")
    ContestFactory(union=union, state="running")
    ContestFactory(union=union, state="cancelled", cancel_reason="场地未落实")
    ContestFactory(union=union, state="finished", starts_on=dt.date(2026, 9, 1), ends_on=dt.date(2026, 10, 1))
    emulation = ContestFactory(union=union, state="finished", kind="labour")
    elsewhere = ContestFactory(union=other_union, state="finished")
    assert counted("D1") == [held, elsewhere]
    assert counted("D1L") == [emulation]
    assert counted("D1", [union.pk]) == [held]
    lines = contest_lines(counted("D1"), officer)
    assert [(line.detail, bool(line.url)) for line in lines] == [
        ("镇级，2026-09-01 至 2026-09-10", True),
        ("镇级，2026-09-01 至 2026-09-10", False),
    ]


def test_people_count_once_per_event_of_contests_that_were_held(union, other_union, officer):
    held = EventFactory(contest=ContestFactory(union=union, state="finished"))
    firm = EventFactory(contest=ContestFactory(union=union, state="finished", level="E"))
    first = EntrantFactory(entry__event=held, entry__state="admitted")
    twice = EntrantFactory(entry__event=firm, entry__state="admitted", worker=first.worker)
    elsewhere = EntrantFactory(entry__event=held, entry__union=other_union, entry__state="admitted")
    EntrantFactory(entry__event=held, entry__state="submitted")
    EntrantFactory(
        entry__event=held, entry__state="admitted", left_at="2026-08-01T00:00:00Z", left_reason="出差"
    )
    EntrantFactory(entry__event=EventFactory(contest=ContestFactory(union=union)), entry__state="admitted")
    assert set(counted("D1E")) == {first, twice, elsewhere}
    assert set(counted("D1T")) == {first, elsewhere}
    assert counted("D1E", [other_union.pk]) == [elsewhere]
    [line] = entrant_lines([first], officer)
    assert (line.text, line.detail) == (first.worker.name, f"{held.contest.title}，{held.title}")
    assert line.url == held.get_absolute_url()
