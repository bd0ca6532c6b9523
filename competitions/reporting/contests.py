"""D1 竞赛场次 and 参赛人次 (domain facts 15.1): what was held, 技能竞赛 and 劳动竞赛 apart, and who competed."""

from types import MappingProxyType

from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from competitions.models import Contest, Entrant, Entry, Event
from competitions.reporting import follow
from core import charts, codes
from core.reporting import Direction, Indicator, Line, Period, Section, counted, trailing_months

ENTRANTS = "审核通过、没有退赛的人员，参加几个项目计几次，计在报名时的参赛工会；技能竞赛和劳动竞赛都计。"
NOTE = "按结束日期在统计期内、已办结的竞赛统计，计在主办工会；取消的不计。"


def _held(kind: str):
    def contests(unions, period: Period):
        rows = Contest.objects.filter(kind=kind, state=Contest.State.FINISHED)
        rows = rows.filter(ends_on__range=(period.start, period.end)).order_by("ends_on", "pk")
        return counted(rows, F("union"), unions)

    return contests


skill_contests = _held(Contest.Kind.SKILL)
labour_contests = _held(Contest.Kind.LABOUR)


def _competed(*local: str):
    """People who competed in contests held in the period, without those of the levels ``local``; once per event."""

    def entrants(unions, period: Period):
        rows = Entrant.objects.competing().filter(entry__state=Entry.State.ADMITTED)
        rows = rows.filter(
            event__contest__state=Contest.State.FINISHED,
            event__contest__ends_on__range=(period.start, period.end),
        ).exclude(event__contest__level__in=local)
        rows = rows.select_related("worker", "event__contest").defer("worker__phone", "worker__phone_index")
        return counted(rows.order_by("event__contest__ends_on", "pk"), F("entry__union"), unions)

    return entrants


competed = _competed()
competed_above_firms = _competed("E", "I")


def entrant_lines(records, user) -> list[Line]:
    """People by name with contest and event."""
    rows = list(records)
    seen = Event.objects.visible_to(user).filter(pk__in={row.event_id for row in rows})
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(
            row.worker.name,
            f"{row.event.contest.title}，{row.event.title}",
            row.event.get_absolute_url() if row.event_id in opened else "",
        )
        for row in rows
    ]


def contest_lines(records, user) -> list[Line]:
    """Contests by title with level and days."""
    rows, names = list(records), codes.names("competition_level")
    seen = Contest.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(
            row.title,
            f"{names.get(row.level, row.level)}，{row.starts_on} 至 {row.ends_on}",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in rows
    ]


class ContestSection(Section):
    """How many contests were held."""

    code = "contests"
    title = "劳动和技能竞赛"
    lines = MappingProxyType(
        {
            "competitions.contest": contest_lines,
            "competitions.entrant": entrant_lines,
            "competitions.promise": follow.promise_lines,
        }
    )
    indicators = (
        Indicator(
            code="D1",
            title="技能竞赛场次",
            unit="场",
            direction=Direction.UP,
            numerator=skill_contests,
            denominator=None,
            numerator_title="统计期内办结的技能竞赛",
            numerator_unit="场",
            note=NOTE,
        ),
        Indicator(
            code="D1L",
            title="劳动竞赛场次",
            unit="场",
            direction=Direction.UP,
            numerator=labour_contests,
            denominator=None,
            numerator_title="统计期内办结的劳动竞赛",
            numerator_unit="场",
            note=NOTE,
        ),
        Indicator(
            code="D1E",
            title="参赛人次",
            unit="人次",
            direction=Direction.UP,
            numerator=competed,
            denominator=None,
            numerator_title="统计期内办结的竞赛的参赛人员",
            numerator_unit="人次",
            note=ENTRANTS,
        ),
        Indicator(
            code="D1T",
            title="镇级以上参赛人次",
            unit="人次",
            direction=Direction.UP,
            numerator=competed_above_firms,
            denominator=None,
            numerator_title="统计期内办结的镇级以上竞赛的参赛人员",
            numerator_unit="人次",
            note=f"{ENTRANTS}不含企业级竞赛和班组岗位练兵。",
        ),
        *follow.INDICATORS,
    )

    def chart(self, unions, period):
        """参赛人次 of 技能竞赛 and of 劳动竞赛 by the month in which they ended, over the twelve months that end with the
        period."""
        months = trailing_months(period)
        span = Period(months[0].start, period.end, period.kind)
        rows = competed(unions, span).order_by()
        rows = rows.values(month=TruncMonth("event__contest__ends_on"), kind=F("event__contest__kind"))
        found = {(row["month"], row["kind"]): row["found"] for row in rows.annotate(found=Count("pk"))}
        if not found:
            return None
        series = [
            charts.Series(title, [found.get((month.start, kind), 0) for month in months])
            for kind, title in Contest.Kind.choices
        ]
        return charts.bar(
            title="近十二个月竞赛参赛人次",
            categories=[f"{month.start.month}月" for month in months],
            series=series,
        )
