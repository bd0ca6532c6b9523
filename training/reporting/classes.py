"""Indicators of training: C4 培训覆盖率, C5 培训人次 with people and 学时, C6 取证率, C13 人均学时 (domain facts 15.1),
C27 素养教育覆盖率 (plan measure 2).

培训人次 counts completed enrolments, 培训人数 the different people among them: both are shown, each under its name.
"""

from types import MappingProxyType

from django.db.models import BigIntegerField, Count, Exists, F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Cast, Round, TruncMonth

from core import charts
from core.reporting import Direction, Indicator, Line, Period, Section, counted, trailing_months
from training.models import Attendance, Enrolment, TrainingClass
from workers.models import Worker
from workers.reporting import workforce

ETHIC = "ETHIC"  # the kind of class that C27 counts (code table training_kind)
PEOPLE = Count("worker", distinct=True)
PERIOD_NOTE = "按结业日期在统计期内、结论为合格或不合格的报名统计，按报名时所属工会计。"


def completed(unions, period: Period):
    """Enrolments completed in the period (培训人次)."""
    rows = Enrolment.objects.completed().filter(completed_on__range=(period.start, period.end))
    rows = rows.select_related("worker", "training_class").order_by("completed_on", "pk")
    return counted(rows, F("union"), unions)


def people_trained(unions, period: Period):
    """Different people who completed a class in the period (培训人数), each at the union of the latest one."""
    return people_of(completed(None, period), unions, ("-completed_on", "-pk"))


def people_of(enrolments, unions, latest: tuple[str, ...]):
    """Different people of these enrolments, each at the union of the first one in the order ``latest``."""
    rows = enrolments.filter(worker=OuterRef("pk")).order_by(*latest)
    people = Worker.objects.filter(Exists(rows))
    place = Subquery(rows.values("union")[:1], output_field=BigIntegerField())
    return counted(people, place, unions).order_by("pk")


def trained_at_work(unions, period: Period):
    """People at work at the cut-off who completed a class in the period."""
    rows = completed(None, period).filter(worker=OuterRef("pk"))
    return workforce(unions, period).filter(Exists(rows))


def educated_at_work(unions, period: Period):
    """People at work at the cut-off who completed a class in work ethic and vocational quality in the period."""
    rows = completed(None, period).filter(worker=OuterRef("pk"), training_class__kind=ETHIC)
    return workforce(unions, period).filter(Exists(rows))


def hours_attended(unions, period: Period):
    """Enrolments with attendance in the period; ``hours`` are their 学时, rounded to whole ones."""
    notes = Attendance.objects.filter(enrolment=OuterRef("pk"), session__on__range=(period.start, period.end))
    sums = notes.order_by().values("enrolment").annotate(sum=Sum("session__hours")).values("sum")
    rows = Enrolment.objects.filter(Exists(notes))
    rows = rows.annotate(hours=Cast(Round(Subquery(sums)), IntegerField()))
    rows = rows.select_related("worker", "training_class").order_by("pk")
    return counted(rows, F("union"), unions)


def completed_for_certificates(unions, period: Period):
    """Enrolments completed in the period in classes that lead to a skill level."""
    return completed(unions, period).exclude(training_class__level="")


def certified(unions, period: Period):
    """Those of them whose certificate was gained by the cut-off."""
    return completed_for_certificates(unions, period).filter(certified_on__lte=period.end)


def enrolment_lines(records, user) -> list[Line]:
    """People by name with class and day of completion, and hours where the figure sums them."""
    rows = list(records)
    classes = {row.training_class_id for row in rows}
    opened = set(TrainingClass.objects.visible_to(user).filter(pk__in=classes).values_list("pk", flat=True))
    return [
        Line(
            row.worker.name,
            _detail(row),
            row.training_class.get_absolute_url() if row.training_class_id in opened else "",
        )
        for row in rows
    ]


def _detail(row: Enrolment) -> str:
    day = f"，{row.completed_on:%Y-%m-%d}结业" if row.completed_on else ""
    hours = f"，{row.hours} 学时" if hasattr(row, "hours") else ""
    return f"{row.training_class.title}{day}{hours}"


class TrainingSection(Section):
    """How many were trained, how often, for how long, and who gained a certificate."""

    code = "training"
    title = "职工教育培训"

    lines = MappingProxyType({"training.enrolment": enrolment_lines})
    indicators = (
        Indicator(
            code="C4",
            title="培训覆盖率",
            unit="%",
            direction=Direction.UP,
            numerator=trained_at_work,
            denominator=workforce,
            numerator_title="统计期内结业的在岗职工（人数）",
            denominator_title="在册在岗职工",
            note="一人参加几次培训只计一次。在册在岗职工指截止日的在籍会员和在册就业人员。",
        ),
        Indicator(
            code="C27",
            title="素养教育覆盖率",
            unit="%",
            direction=Direction.UP,
            numerator=educated_at_work,
            denominator=workforce,
            numerator_title="统计期内在“职业精神和职业素养教育”班次结业的在岗职工（人数）",
            denominator_title="在册在岗职工",
            note="只计培训类别为“职业精神和职业素养教育”的班次，一人参加几次只计一次。",
        ),
        Indicator(
            code="C5",
            title="培训人次",
            unit="人次",
            direction=Direction.UP,
            numerator=completed,
            denominator=None,
            numerator_title="统计期内结业的报名",
            numerator_unit="人次",
            note=f"{PERIOD_NOTE}一人参加几次计几次。",
        ),
        Indicator(
            code="C5P",
            title="培训人数",
            unit="人",
            direction=Direction.UP,
            numerator=people_trained,
            denominator=None,
            numerator_title="统计期内结业的职工",
            note=f"{PERIOD_NOTE}一人参加几次只计一次，计在最近一次报名时所属工会。",
        ),
        Indicator(
            code="C5H",
            title="培训学时",
            unit="学时",
            direction=Direction.UP,
            numerator=hours_attended,
            denominator=None,
            numerator_title="统计期内到课学时",
            numerator_unit="学时",
            weight="hours",
            note="按统计期内登记到课的课次合计，每人每班四舍五入到整学时；没有登记考勤的课次不计。",
        ),
        Indicator(
            code="C13",
            title="人均学时",
            unit="学时/人",
            direction=Direction.UP,
            numerator=hours_attended,
            denominator=workforce,
            numerator_title="统计期内到课学时",
            denominator_title="在册在岗职工",
            numerator_unit="学时",
            weight="hours",
            note="到课学时同 C5H，按报名时所属工会计；在册在岗职工指截止日的在籍会员和在册就业人员。没有参加培训的人也计入分母。",
        ),
        Indicator(
            code="C6",
            title="取证率",
            unit="%",
            direction=Direction.UP,
            numerator=certified,
            denominator=completed_for_certificates,
            numerator_title="截止日前取证的人次",
            denominator_title="结业人次（填写了技能等级的班次）",
            numerator_unit="人次",
            denominator_unit="人次",
            note=f"{PERIOD_NOTE}只统计填写了技能等级的班次；取证以登记的取证日期为准。",
        ),
    )

    def chart(self, unions, period):
        """培训人次 and 培训人数 by month, over the twelve months that end with the period."""
        months = trailing_months(period)
        span = Period(months[0].start, period.end, period.kind)
        rows = completed(unions, span).order_by().values(month=TruncMonth("completed_on"))
        found = {row["month"]: row for row in rows.annotate(attendances=Count("pk"), people=PEOPLE)}
        if not found:
            return None
        series = [
            charts.Series(title, [found.get(month.start, {}).get(name, 0) for month in months])
            for name, title in (("attendances", "培训人次"), ("people", "培训人数"))
        ]
        return charts.bar(
            title="近十二个月培训人次和培训人数",
            categories=[f"{month.start.month}月" for month in months],
            series=series,
        )
