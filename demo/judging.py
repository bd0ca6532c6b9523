"""A contest of the demo town that is being judged today: judges, criteria, marks of some, an absence."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from competitions.models import Absence, Contest, Criterion, Entrant, Entry, Event, Judge, Mark, Seat, Stage
from demo.organisation import Town
from workers.models import Standing, Worker

JUDGES = ("演示评委甲", "演示评委乙", "演示评委丙")
CRITERIA = (
    ("操作规范", 40, "步骤、工具和仪表使用"),
    ("工艺质量", 40, "尺寸、外观和功能"),
    ("安全文明", 20, "防护、场地整理"),
)
ENTRIES = 9
MARKED = (9, 6, 3)  # entries that each judge has marked so far
OFF = (0, 1, -1)  # how far each judge lies from the middle, in points by criterion
ADVANCE = 2  # go on to the final: some are surely cut, of others it is not known yet
SPREAD_LIMIT = 8  # percent of the full mark, set by the demo office


def fill_judging(town: Town, *, by: User, today: dt.date) -> int:
    """Create the contest; returns how many marks it has. The caller holds the transaction."""
    contest = Contest.objects.create(
        union=town.root, code=f"{town.root.code}-S{today.year}-90", title=f"{today.year}年焊接技能比武", kind="skill",
        level="T", hosts=town.root.name, place="演示竞赛场地", starts_on=today, ends_on=today + dt.timedelta(days=1),
        is_open_below=True, state=Contest.State.RUNNING, created_by=by,
    )  # fmt: skip
    event = Event.objects.create(
        contest=contest, title="焊工", trade="焊工", trim=0, outlier_percent=SPREAD_LIMIT, aims_at="L4"
    )
    stage = Stage.objects.create(
        event=event, position=1, title="实操", kind="practice", weight=60, advance=ADVANCE, held_on=today
    )
    criteria = Criterion.objects.bulk_create(
        Criterion(stage=stage, position=place, title=title, most=most, guidance=guidance)
        for place, (title, most, guidance) in enumerate(CRITERIA, start=1)
    )
    entries = _enter(event, by=by)
    chief = Judge(contest=contest, name="演示裁判长", workplace="演示技师学院", is_chief=True, created_by=by)
    others = [Judge(contest=contest, name=name, workplace="演示技师学院", created_by=by) for name in JUDGES]
    judges = Judge.objects.bulk_create([chief, *others])
    seats = Seat.objects.bulk_create(Seat(stage=stage, judge=judge) for judge in judges[1:])
    _add_final(event, judges[1:])
    if entries:
        Absence.objects.create(stage=stage, entry=entries[-1], reason="没有到场检录", recorded_by=by)
    marks = [
        Mark(seat=seat, entry=entry, criterion=one, points=_points(one, place, OFF[judge]), source="phone")
        for judge, seat in enumerate(seats)
        for place, entry in enumerate(entries[: min(MARKED[judge], len(entries) - 1)])
        for one in criteria
    ]
    return len(Mark.objects.bulk_create(marks))


def _add_final(event: Event, judges: list[Judge]) -> None:
    """A second stage for those who go on; nobody is marked there yet."""
    final = Stage.objects.create(
        event=event, position=2, title="决赛", kind=Stage.Kind.FINAL, weight=40, held_on=event.contest.ends_on
    )
    Criterion.objects.create(stage=final, position=1, title="作品", most=100)
    Seat.objects.bulk_create(Seat(stage=final, judge=judge) for judge in judges)


def _points(criterion: Criterion, place: int, off: int) -> int:
    """Between half and all of the points; the judges lie further apart at every fourth entry."""
    least, apart = int(criterion.most) // 2, 6 if place % 4 == 3 else 1
    return least + (place * 7) % (int(criterion.most) // 2 - 5) + off * apart


def _enter(event: Event, *, by: User) -> list[Entry]:
    people = Worker.objects.exclude(standing=Standing.LEFT).exclude(employer=None).only("pk", "union")
    people = list(people.order_by("pk")[:ENTRIES])
    entries = Entry.objects.bulk_create(
        Entry(
            event=event,
            union_id=person.union_id,
            state=Entry.State.ADMITTED,
            start_number=number,
            entered_by=by,
            decided_by=by,
            decided_at=timezone.now(),
        )
        for number, person in enumerate(people, start=1)
    )
    Entrant.objects.bulk_create(
        Entrant(entry=entry, event=event, worker=person)
        for entry, person in zip(entries, people, strict=True)
    )
    return entries
