"""The contests of the demo town: last year's, this year's with entries open or running, and one of a firm; and who
competes."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from competitions.models import Contest, Draw, Entrant, Entry, Event, Stage
from demo.organisation import Town
from unions.models import Union
from workers.models import Standing, Worker

# title, kind, level, days from today, days long, state, events (title, trade, trim)
TOWN_CONTESTS = (
    (
        "{year}年全镇职工技能竞赛",
        "skill",
        "T",
        -380,
        3,
        "finished",
        (("电工", "电工", 1), ("钳工", "钳工", 1)),
    ),
    ("{year}年全镇职工技能竞赛", "skill", "T", 30, 4, "open", (("电工", "电工", 1), ("钳工", "钳工", 1))),
    ("{year}年全镇叉车驾驶技能竞赛", "skill", "T", -5, 20, "running", (("叉车驾驶", "叉车工", 1),)),
    ("{year}年“安康杯”劳动竞赛", "labour", "T", -120, 60, "finished", (("班组安全生产竞赛", "", 0),)),
)
FIRM_CONTESTS = (("{year}年岗位练兵", "skill", "E", -90, 1, "finished", (("叉车驾驶", "叉车工", 0),)),)
STAGES = (("理论", Stage.Kind.THEORY, 30, None), ("实操", Stage.Kind.PRACTICE, 70, 1))
FIRMS = 3
QUOTA = 5


def fill_contests(town: Town, *, by: User, today: dt.date) -> int:
    """Create contests with events and stages; returns how many. The caller holds the transaction."""
    unions = list(dict.fromkeys(town.covering.values()))[:FIRMS]
    plans = [(town.root, plan) for plan in TOWN_CONTESTS]
    plans += [(union, plan) for union in unions for plan in FIRM_CONTESTS]
    people = {union.pk: _people(union) for union in unions}
    for number, (union, plan) in enumerate(plans, start=1):
        entering = unions if union.parent_id is None else [union]
        _make(union, number, plan, [people[one.pk] for one in entering], by=by, today=today)
    return len(plans)


def _people(union: Union) -> list[Worker]:
    people = Worker.objects.filter(union=union).exclude(standing=Standing.LEFT).exclude(employer=None)
    return list(people.only("pk", "union").order_by("pk")[: QUOTA * 2])


def _make(union: Union, number: int, plan: tuple, people: list[list[Worker]], *, by, today) -> None:
    title, kind, level, offset, days, state, events = plan
    starts_on = today + dt.timedelta(days=offset)
    contest = Contest.objects.create(
        union=union, code=f"{union.code}-S{starts_on.year}-{number:02d}", title=title.format(year=starts_on.year),
        kind=kind, level=level, hosts=union.name, place="演示竞赛场地", starts_on=starts_on,
        ends_on=starts_on + dt.timedelta(days=days), entries_until=starts_on - dt.timedelta(days=7),
        is_open_below=union.parent_id is None, state=state, created_by=by,
    )  # fmt: skip
    for place, (name, trade, trim) in enumerate(events):
        event = Event.objects.create(
            contest=contest, title=name, trade=trade, trim=trim, quota=QUOTA, aims_at="L4" if trade else ""
        )
        Stage.objects.bulk_create(
            Stage(event=event, position=place, title=stage, kind=sort, weight=weight, tie_order=tie)
            for place, (stage, sort, weight, tie) in enumerate(STAGES, start=1)
        )
        entering = [one for group in people for one in group[place * QUOTA : (place + 1) * QUOTA]]
        _enter(event, entering, by=by)


def _enter(event: Event, people: list[Worker], *, by: User) -> None:
    """Those of a contest that runs or is over are admitted and have drawn numbers; the others wait."""
    is_admitted = event.contest.state in (Contest.State.RUNNING, Contest.State.FINISHED)
    decided = {"decided_by": by, "decided_at": timezone.now()} if is_admitted else {}
    state = Entry.State.ADMITTED if is_admitted else Entry.State.SUBMITTED
    entries = Entry.objects.bulk_create(
        Entry(
            event=event,
            union_id=person.union_id,
            state=state,
            start_number=number if is_admitted else None,
            entered_by=by,
            **decided,
        )
        for number, person in enumerate(people, start=1)
    )
    Entrant.objects.bulk_create(
        Entrant(entry=entry, event=event, worker=person)
        for entry, person in zip(entries, people, strict=True)
    )
    if is_admitted and entries:
        Draw.objects.create(event=event, first=1, last=len(entries), drawn_by=by)
