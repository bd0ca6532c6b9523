"""B4 先进推荐中工人占比 (domain facts 15.1): workers put forward for honours, of all people put forward."""

from types import MappingProxyType

from django.db.models import F

from competitions.models import Nomination
from competitions.querysets.nominations import STANDING
from competitions.rules.shares import WORKERS
from core.reporting import PER_CENT, Direction, Indicator, Line, Period, Section, counted

NOTE = (
    "按提交日期在统计期内的个人推荐统计，一人参加几项评选计几次，计在推荐工会；草稿、退回和撤回的不计，审核不予推荐、"
    "未获授予的照计。"
)
WORKER_NOTE = "工人是推荐时由工会干部认定的产业工人和其他一线职工、专业技术人员；科教和管理人员不是。"


def nominated(unions, period: Period):
    """People put forward in the period, once for each selection."""
    rows = Nomination.objects.filter(
        subject=Nomination.Subject.PERSON,
        state__in=(*STANDING, Nomination.State.REFUSED),
        submitted_on__range=(period.start, period.end),
    )
    rows = rows.select_related("worker", "selection").defer("worker__phone", "worker__phone_index")
    return counted(rows.order_by("submitted_on", "pk"), F("union"), unions)


def workers_nominated(unions, period: Period):
    """Those of them who are workers."""
    return nominated(unions, period).filter(position__in=WORKERS)


def migrants_nominated(unions, period: Period):
    """Those of them whom the roll knew as migrant workers when they were put forward."""
    return nominated(unions, period).filter(is_migrant=True)


def nomination_lines(records, user) -> list[Line]:
    """People by name with what they were put forward for."""
    rows = list(records)
    seen = Nomination.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(
            row.name,
            f"{row.selection.title}，{row.get_position_display()}，{row.submitted_on} 提交",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in rows
    ]


class NominationSection(Section):
    """Who is put forward for honours."""

    code = "nominations"
    title = "先进推荐"
    lines = MappingProxyType({"competitions.nomination": nomination_lines})
    indicators = (
        Indicator(
            code="B4",
            title="先进推荐中工人占比",
            unit=PER_CENT,
            direction=Direction.UP,
            numerator=workers_nominated,
            denominator=nominated,
            numerator_title="推荐的工人",
            denominator_title="推荐的全部人员",
            numerator_unit="人次",
            denominator_unit="人次",
            note=f"{NOTE}{WORKER_NOTE}",
        ),
        Indicator(
            code="B4M",
            title="先进推荐中农民工占比",
            unit=PER_CENT,
            direction=Direction.UP,
            numerator=migrants_nominated,
            denominator=nominated,
            numerator_title="推荐的农民工",
            denominator_title="推荐的全部人员",
            numerator_unit="人次",
            denominator_unit="人次",
            note=f"{NOTE}农民工按提交当天的名册，名册没有登记的不算。",
        ),
    )
