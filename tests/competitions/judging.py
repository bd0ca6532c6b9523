"""A contest of the town that runs, with judges, criteria and entries of two unions, for tests of judging."""

from dataclasses import dataclass

from competitions.models import Criterion, Entry, Event, Judge, Seat, Stage
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    EntryFactory,
    EventFactory,
    JudgeFactory,
    SeatFactory,
    StageFactory,
)


@dataclass
class Bench:
    """One stage with two criteria of 60 and 40 points; ``entries`` have the start numbers 1, 2, 3…"""

    event: Event
    stage: Stage
    criteria: list[Criterion]
    judges: list[Judge]
    seats: list[Seat]
    entries: list[Entry]


def bench(town, unions, *, judges: int = 2, entries: int = 3, **facts) -> Bench:
    """``unions`` enter in turn; ``facts`` are those of the event."""
    contest = ContestFactory(union=town, state="running", is_open_below=True)
    event = EventFactory(contest=contest, **facts)
    stage = StageFactory(event=event)
    criteria = [
        CriterionFactory(stage=stage, position=1, title="操作规范", most=60),
        CriterionFactory(stage=stage, position=2, title="工艺质量", most=40),
    ]
    people = [JudgeFactory(contest=contest) for _ in range(judges)]
    seats = [SeatFactory(stage=stage, judge=judge) for judge in people]
    rows = [
        EntryFactory(event=event, union=unions[n % len(unions)], state="admitted", start_number=n + 1)
        for n in range(entries)
    ]
    return Bench(event, stage, criteria, people, seats, rows)


def card(made: Bench, *points) -> dict[int, str]:
    """Points as a judge types them, in the order of the criteria."""
    return {one.pk: str(text) for one, text in zip(made.criteria, points, strict=False)}
