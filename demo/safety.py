"""Safety training of new staff in the demo town: three levels in a few unions, and one firm of high risk."""

import datetime as dt

from accounts.models import User
from demo.organisation import Town
from training.models import HIGH, Attendance, Enrolment, SafetyLevel, SafetyProfile, Session, TrainingClass
from unions.models import Union
from workers.models import Employment

UNIONS, AGO, HOURS = 4, 25, 8
TIMES = {"starts_at": dt.time(8), "ends_at": dt.time(17), "hours": HOURS}
SOURCE = "演示：安全生产许可证（危险化学品）"


def fill_safety(town: Town, *, by: User, today: dt.date) -> int:
    """Three classes, one of each level, per union for whoever began in the year before them; every fourth person
    missed the last. The second largest covered firm is of high risk. Returns how many classes."""
    unions = list(dict.fromkeys(town.covering.values()))[:UNIONS]
    SafetyProfile.objects.create(
        employer=town.covered_firms[1], risk=HIGH, three_levels=True, start=today - dt.timedelta(days=700),
        source=SOURCE, entered_by=by,
    )  # fmt: skip
    day = today - dt.timedelta(days=AGO)
    for union in unions:
        jobs = Employment.objects.filter(
            worker__union=union, start__gt=day - dt.timedelta(days=365), start__lt=day
        )
        jobs = list(jobs.on(today).order_by("pk").values_list("worker", flat=True))
        people = list(dict.fromkeys(jobs))
        for number, level in enumerate(SafetyLevel):
            missed = 3 if level == SafetyLevel.TEAM else None
            came = [pk for place, pk in enumerate(people) if place % 4 != missed]
            _hold(union, number, level, day + dt.timedelta(days=number), came, by)
    return len(unions) * len(SafetyLevel)


def _hold(union: Union, number: int, level: SafetyLevel, on: dt.date, came: list[int], by: User) -> None:
    made = TrainingClass.objects.create(
        union=union, code=f"{union.code}-{on.year}-{number + 11:03d}", title=f"新员工安全教育（{level.label}）",
        kind="SAFETY", safety_level=level, place="演示培训教室", starts_on=on, ends_on=on, planned_hours=HOURS,
        state=TrainingClass.State.FINISHED, created_by=by,
    )  # fmt: skip
    session = Session.objects.create(training_class=made, on=on, **TIMES)
    rows = Enrolment.objects.bulk_create(
        Enrolment(
            training_class=made, worker_id=pk, union=union, position=place + 1, enrolled_by=by, completed_on=on,
            state=Enrolment.State.ENROLLED, result=Enrolment.Result.PASSED,
        )
        for place, pk in enumerate(came)
    )  # fmt: skip
    Attendance.objects.bulk_create(Attendance(session=session, enrolment=row, noted_by=by) for row in rows)
