"""Safety training of people who are new in a firm, and the yearly refresher of firms of high risk (domain facts 8.1).

Both are read from employments: a job says who began where and when. What the records do not tell is not guessed: a
change of post within a firm leaves no dated row, and training in another firm counts like that in the own one.
"""

import datetime as dt
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from core.codes import legal_number
from core.intervals import later
from core.models import LegalNumber
from training.models import HIGH, MANUFACTURING, SAFETY, Attendance, Enrolment, SafetyLevel, SafetyProfile
from workers.models import Employment

HOURS = DecimalField(max_digits=8, decimal_places=1)
LEVELS = {level.value: f"passed_{level.value}" for level in SafetyLevel}


def new_staff(begun: tuple[dt.date, dt.date], as_at: dt.date):
    """Jobs begun between the two days (both included) that still run on ``as_at``, with the rule and what was attended.

    Who comes back to the same firm within the months after which training must be repeated is not new. ``risk`` and
    ``stated_levels`` are None where no profile was entered; ``required`` are the hours of the law in force on the day
    the job began, and jobs begun before there was any are left out. ``attended`` are the hours of classes of safety
    since then, ``passed_plant``, ``passed_workshop`` and ``passed_team`` the levels passed; ``met`` says whether all
    that is asked for was there on ``as_at``.
    """
    jobs = Employment.objects.filter(start__range=begun).on(as_at)
    jobs = jobs.exclude(Exists(_lately_left(as_at)))
    profile = SafetyProfile.objects.on(OuterRef("start")).filter(employer=OuterRef("employer"))
    jobs = jobs.annotate(
        risk=Subquery(profile.values("risk")[:1]), stated_levels=Subquery(profile.values("three_levels")[:1])
    )
    jobs = jobs.annotate(
        three_levels=_three_levels(),
        required=Case(
            When(risk=HIGH, then=_law("safety.new_high_hours")),
            default=_law("safety.new_hours"),
            output_field=HOURS,
        ),
        attended=attended_hours(OuterRef("start"), as_at),
        **{name: Exists(_passed(level, as_at)) for level, name in LEVELS.items()},
    )
    every_level = Q(three_levels=False) | Q(**dict.fromkeys(LEVELS.values(), True))
    met = Q(attended__gte=F("required")) & every_level
    return jobs.filter(required__isnull=False).annotate(met=ExpressionWrapper(met, BooleanField()))


def refreshers(year: int, today: dt.date):
    """Jobs in firms of high risk that began before the year and run on its last day, or today while it runs, with the
    hours ``attended`` in it, the ``required`` ones, and ``met``. Empty before there was a rule."""
    first, last = dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)
    high = SafetyProfile.objects.on(last).filter(risk=HIGH)
    jobs = Employment.objects.filter(start__lt=first, employer__in=high.values("employer")).on(last)
    jobs = jobs.annotate(
        required=ExpressionWrapper(_law("safety.yearly_high_hours", Value(last)), output_field=HOURS),
        attended=attended_hours(Value(first), last),
    )
    met = ExpressionWrapper(Q(attended__gte=F("required")), BooleanField())
    return jobs.filter(required__isnull=False).annotate(met=met)


def attended_hours(since, until: dt.date):
    """学时 of classes of safety that the person of the job attended between the days, both included; 0 for none."""
    notes = Attendance.objects.filter(
        enrolment__worker=OuterRef("worker"),
        session__training_class__kind=SAFETY,
        session__on__gte=since,
        session__on__lte=until,
    )
    sums = notes.order_by().values("enrolment__worker").annotate(sum=Sum("session__hours")).values("sum")
    return Coalesce(Subquery(sums, output_field=HOURS), Value(Decimal(0)), output_field=HOURS)


def rule_on(employer, day: dt.date) -> dict:
    """The rule of a firm on a day: ``profile`` (None where nothing was entered), ``is_high``, ``three_levels``, and
    the hours of the law."""
    profile = SafetyProfile.objects.on(day).filter(employer=employer).first()
    is_high = profile is not None and profile.risk == HIGH
    return {
        "profile": profile,
        "is_high": is_high,
        "three_levels": profile.three_levels if profile else employer.industry == MANUFACTURING,
        "new_hours": legal_number(f"safety.new_{'high_' if is_high else ''}hours", on=day),
        "yearly_hours": legal_number("safety.yearly_high_hours", on=day) if is_high else None,
    }


def _lately_left(as_at: dt.date):
    """Jobs of the same person in the same firm that ended less than the months of the law before this one began."""
    months = Value(int(legal_number("safety.away_months", on=as_at)))
    before = Employment.objects.filter(worker=OuterRef("worker"), employer=OuterRef("employer"))
    return before.annotate(free_from=later("end", months=months)).filter(
        end__lte=OuterRef("start"), free_from__gt=OuterRef("start")
    )


def _three_levels():
    return Case(
        When(stated_levels__isnull=False, then=F("stated_levels")),
        When(employer__industry=MANUFACTURING, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _law(code: str, day=None) -> Subquery:
    """The legal number in force on the day the job began, or on ``day``."""
    rows = LegalNumber.objects.filter(code=code, valid_from__lte=day or OuterRef("start"))
    return Subquery(rows.order_by("-valid_from").values("value")[:1], output_field=HOURS)


def _passed(level: str, as_at: dt.date):
    return Enrolment.objects.filter(
        worker=OuterRef("worker"),
        training_class__kind=SAFETY,
        training_class__safety_level=level,
        result=Enrolment.Result.PASSED,
        completed_on__gte=OuterRef("start"),
        completed_on__lte=as_at,
    )
