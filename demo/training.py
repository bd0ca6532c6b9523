"""The classes of the demo town: last year's, this year's, one running and one that is full."""

import datetime as dt
import random

from accounts.models import User
from demo.organisation import Town
from training.models import Attendance, Enrolment, Session, TrainingClass
from unions.models import Union
from workers.models import Standing, Worker

# title, kind, trade, level, days before today, sessions, places
TOWN_CLASSES = (
    ("{year}年职工安全生产培训班", "SAFETY", "", "", 400, 3, 60),
    ("{year}年电工技能提升班（中级）", "SKILL", "电工", "L3", 210, 6, 40),
    ("{year}年产业工人思想政治教育专题班", "IDEOLOGY", "", "", 120, 2, None),
    ("{year}年钳工技能提升班（高级）", "SKILL", "钳工", "L4", 3, 6, 30),
    ("{year}年装配钳工技能提升班（高级）", "SKILL", "装配钳工", "L4", -25, 6, 40),
    ("{year}年劳动法律法规培训班", "LAW", "", "", -20, 2, 25),
)
FIRM_CLASSES = (
    ("新进员工岗前培训", "ONBOARD", "", "", 150, 2, None),
    ("班组安全教育", "SAFETY", "", "", 60, 1, 30),
)
State = Enrolment.State
UNIONS_WITH_CLASSES = 6
MORNING = (dt.time(8, 30), dt.time(11, 30), 4)


def fill_classes(town: Town, *, by: User, rng: random.Random, today: dt.date) -> int:
    """Create classes, sessions and enrolments; returns how many classes. The caller holds the transaction."""
    unions = list(dict.fromkeys(town.covering.values()))[:UNIONS_WITH_CLASSES]
    made = 0
    for number, plan in enumerate(TOWN_CLASSES):
        _make(town.root, number + 1, plan, list(_people(unions)), by=by, rng=rng, today=today)
        made += 1
    for union in unions:
        for number, plan in enumerate(FIRM_CLASSES):
            _make(union, number + 1, plan, list(_people([union])), by=by, rng=rng, today=today)
            made += 1
    return made


def _people(unions: list[Union]):
    people = Worker.objects.filter(union__in=unions).exclude(standing=Standing.LEFT)
    return people.exclude(employer=None).only("pk", "union").order_by("pk")


def _make(union: Union, number: int, plan: tuple, people: list[Worker], *, by, rng, today) -> None:
    title, kind, trade, level, age, meetings, places = plan
    starts_on = today - dt.timedelta(days=age)
    ends_on = starts_on + dt.timedelta(days=meetings)
    state = _state(starts_on, ends_on, today)
    made = TrainingClass.objects.create(
        union=union, code=f"{union.code}-{starts_on.year}-{number:03d}", title=title.format(year=starts_on.year),
        kind=kind, trade=trade, level=level, place="演示培训教室", starts_on=starts_on, ends_on=ends_on,
        planned_hours=meetings * 4, capacity=places, is_open_below=union.parent_id is None, state=state,
        fund_source="工会经费", created_by=by,
    )  # fmt: skip
    start, end, hours = MORNING
    sessions = Session.objects.bulk_create(
        Session(
            training_class=made,
            on=starts_on + dt.timedelta(days=day),
            starts_at=start,
            ends_at=end,
            hours=hours,
        )
        for day in range(meetings)
    )
    wanted = min(len(people), int((places or 40) * (1.2 if state == "open" else 0.9)))
    rows = [
        _enrolment(made, place, person, by=by, rng=rng)
        for place, person in enumerate(rng.sample(people, wanted))
    ]
    Enrolment.objects.bulk_create(rows)
    placed = [row for row in rows if row.state == State.ENROLLED and row.result != Enrolment.Result.ABSENT]
    Attendance.objects.bulk_create(
        Attendance(session=session, enrolment=row, **_noted(row, by))
        for session in sessions
        if session.on < today
        for row in placed
        if rng.random() < 0.94
    )


def _noted(row: Enrolment, by: User) -> dict:
    """Every second person signs in with the code, the others are ticked."""
    has_scanned = row.position % 2 == 0
    source = Attendance.Source.CODE if has_scanned else Attendance.Source.LIST
    return {"source": source, "noted_by": None if has_scanned else by}


def _state(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> str:
    if ends_on < today:
        return TrainingClass.State.FINISHED
    return TrainingClass.State.RUNNING if starts_on <= today else TrainingClass.State.OPEN


def _enrolment(made: TrainingClass, place: int, person: Worker, *, by, rng) -> Enrolment:
    has_place = made.capacity is None or place < made.capacity
    row = Enrolment(
        training_class=made, worker=person, union_id=person.union_id, position=place + 1, enrolled_by=by,
        state=State.ENROLLED if has_place else State.WAITING,
    )  # fmt: skip
    if has_place and made.state == TrainingClass.State.FINISHED:
        row.result = rng.choices(Enrolment.Result.values, [86, 8, 6])[0]
        if row.result != Enrolment.Result.ABSENT:
            row.completed_on = made.ends_on
            row.score = rng.randint(60, 98) if row.result == Enrolment.Result.PASSED else rng.randint(30, 59)
            row.satisfaction = rng.choice((3, 4, 4, 5, 5, 5))
        if row.result == Enrolment.Result.PASSED and made.level and rng.random() < 0.7:
            row.certified_on = made.ends_on
    return row
