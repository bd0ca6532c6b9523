"""Indicators of learning online and outside the unions' own classes (measures 8 and 9): C17 平台参与率, with what was
learned outside in times and 学时; C18 网上课堂人次; C19 完课率.

None of it is part of 培训人次 (C5): what others organise stands apart (docs/adr/0028).
"""

from types import MappingProxyType

from django.db.models import Exists, F, IntegerField, OuterRef, Q
from django.db.models.functions import Cast, Round

from core.reporting import Direction, Indicator, Line, Period, Section, counted
from training.models import Course, Learner, OutsideLearning
from workers.reporting import workforce

APART = "按完成日期在统计期内、登记时所属工会计，结论为不合格的、平台成绩中已有的不再计；与培训人次（C5）分开统计，不重复相加。"


def learned_on_platform(unions, period: Period):
    """People at work at the cut-off with a result of the platform in the period, whatever it says; each once."""
    rows = OutsideLearning.objects.from_platform().filter(completed_on__range=(period.start, period.end))
    return workforce(unions, period).filter(Exists(rows.filter(worker=OuterRef("pk"))))


def learned_outside(unions, period: Period):
    """Learning outside that counts and was completed in the period."""
    rows = OutsideLearning.objects.counting().filter(completed_on__range=(period.start, period.end))
    return counted(rows.select_related("worker").order_by("completed_on", "pk"), F("union"), unions)


def hours_outside(unions, period: Period):
    """Those of them that state 学时; ``whole_hours`` rounds each to whole ones."""
    rows = learned_outside(unions, period).filter(hours__isnull=False)
    return rows.annotate(whole_hours=Cast(Round("hours"), IntegerField()))


def courses_completed(unions, period: Period):
    """Online courses that people completed in the period: who completes two counts twice."""
    rows = Learner.objects.completed().filter(completed_on__range=(period.start, period.end))
    return counted(rows.select_related("worker", "course").order_by("completed_on", "pk"), F("union"), unions)


def courses_to_complete(unions, period: Period):
    """People in online courses by the cut-off, of courses that could be learned on some day of the period."""
    rows = Learner.objects.filter(enrolled_on__lte=period.end, course__opens_on__lte=period.end)
    rows = rows.filter(Q(course__closes_on=None) | Q(course__closes_on__gte=period.start))
    rows = rows.exclude(course__state=Course.State.DRAFT)  # withdrawn: nobody can learn it
    return counted(rows.select_related("worker", "course").order_by("enrolled_on", "pk"), F("union"), unions)


def courses_done(unions, period: Period):
    """Those of them who have completed by the cut-off, be it before the period."""
    return courses_to_complete(unions, period).filter(completed_on__lte=period.end)


def learner_lines(records, user) -> list[Line]:
    """People by name with course and day, leading to the course where the user sees it."""
    rows = list(records)
    seen = Course.objects.visible_to(user).filter(pk__in={row.course_id for row in rows})
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(
            row.worker.name,
            f"{row.course.title}，{row.completed_on:%Y-%m-%d}完成" if row.completed_on else row.course.title,
            row.course.get_absolute_url() if row.course_id in opened else "",
        )
        for row in rows
    ]


def learning_lines(records, user) -> list[Line]:
    """People by name with course, source and day."""
    rows = list(records)
    seen = OutsideLearning.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(row.worker.name, _detail(row), row.get_absolute_url() if row.pk in opened else "")
        for row in rows
    ]


def _detail(row: OutsideLearning) -> str:
    hours = f"，{row.hours} 学时" if row.hours is not None else ""
    return f"{row.title}（{row.get_source_display()}），{row.completed_on:%Y-%m-%d}完成{hours}"


class OnlineSection(Section):
    """Who learned on the city federation's platform, what was learned outside, and the unions' own online courses."""

    code = "online"
    title = "网上学习与校外学习"
    lines = MappingProxyType({"training.outsidelearning": learning_lines, "training.learner": learner_lines})
    indicators = (
        Indicator(
            code="C17",
            title="平台参与率",
            unit="%",
            direction=Direction.UP,
            numerator=learned_on_platform,
            denominator=workforce,
            numerator_title="统计期内有平台成绩的在岗职工",
            denominator_title="在册在岗职工",
            note="按市总学习平台成绩表中完成日期在统计期内的记录计算，一人只计一次，合格与否都计。"
            "在册在岗职工指截止日的在籍会员和在册就业人员。",
        ),
        Indicator(
            code="C17T",
            title="校外学习人次",
            unit="人次",
            direction=Direction.UP,
            numerator=learned_outside,
            denominator=None,
            numerator_title="统计期内完成的校外学习",
            numerator_unit="人次",
            note=f"市总学习平台的成绩和镇总工会认可的自行参加的培训。{APART}",
        ),
        Indicator(
            code="C17H",
            title="校外学习学时",
            unit="学时",
            direction=Direction.UP,
            numerator=hours_outside,
            denominator=None,
            numerator_title="统计期内校外学习的学时",
            numerator_unit="学时",
            weight="whole_hours",
            note=f"每条记录四舍五入到整学时，没有写明学时的不计。{APART}",
        ),
        Indicator(
            code="C18",
            title="网上课堂人次",
            unit="人次",
            direction=Direction.UP,
            numerator=courses_completed,
            denominator=None,
            numerator_title="统计期内完成的网上课程",
            numerator_unit="人次",
            note="按完成日期在统计期内、登记时所属工会计，一人完成几门计几次；只打开、没有完成的不计。不计入培训人次（C5）。",
        ),
        Indicator(
            code="C19",
            title="完课率",
            unit="%",
            direction=Direction.UP,
            numerator=courses_done,
            denominator=courses_to_complete,
            numerator_title="已完成的学习",
            denominator_title="统计期内开放课程的学习安排",
            numerator_unit="人次",
            denominator_unit="人次",
            note="分母为截止日前安排到统计期内开放过的课程的人次，其中截止日前（含统计期之前）完成的为分子。",
        ),
    )
