"""D4 先进操作法 and 创新项目 (domain facts 15.1; plan measure 11): what was done and accepted, what was adopted, and
what other units took over."""

from types import MappingProxyType

from django.db.models import F

from competitions.models import Innovation
from competitions.models.innovation_kinds import Kind
from core import charts
from core.reporting import Direction, Indicator, Line, Period, Section, counted, trailing_months

DRAWN = ((Kind.PROJECT, "D4P"), (Kind.METHOD, "D4"), (Kind.PATENT, "D4T"))
ACCEPTED = "统计期内完成、镇总工会已评审通过的才计，计在登记的工会。"


def _done(kind: str):
    """Accepted innovations of the kind, done in the period."""

    def innovations(unions, period: Period):
        rows = Innovation.objects.accepted().filter(kind=kind, done_on__range=(period.start, period.end))
        return counted(rows.order_by("done_on", "pk"), F("union"), unions)

    return innovations


projects_done = _done(Kind.PROJECT)
methods_named = _done(Kind.METHOD)
patents_granted = _done(Kind.PATENT)


def proposals_made(unions, period: Period):
    """Proposals put forward in the period."""
    rows = Innovation.objects.filter(kind=Kind.PROPOSAL, begun_on__range=(period.start, period.end))
    return counted(rows.order_by("begun_on", "pk"), F("union"), unions)


def proposals_adopted(unions, period: Period):
    """Those of them that were adopted by the cut-off, whatever came of it."""
    return proposals_made(unions, period).filter(adopted_on__lte=period.end)


def methods_taken_over(unions, period: Period):
    """Accepted methods that another unit works by since a day of the period, as its union has confirmed."""
    rows = Innovation.objects.methods().taken_over_in(period)
    return counted(rows.order_by("done_on", "pk"), F("union"), unions)


def innovation_lines(records, user) -> list[Line]:
    """Innovations by title with kind, stage and days; nobody is named."""
    rows = list(records)
    seen = Innovation.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [Line(row.title, _said(row), row.get_absolute_url() if row.pk in opened else "") for row in rows]


def _said(row: Innovation) -> str:
    words = row.words
    days = [(words.begun, row.begun_on), ("采纳日期", row.adopted_on), (words.done, row.done_on)]
    told = "，".join(f"{label} {day}" for label, day in days if day)
    return f"{row.get_kind_display()}，{row.standing}，{told}"


class InnovationSection(Section):
    """What came of innovation, and how far it spread."""

    code = "innovation"
    title = "职工创新"
    lines = MappingProxyType({"competitions.innovation": innovation_lines})
    indicators = (
        Indicator(
            code="D4P",
            title="创新项目数",
            unit="项",
            direction=Direction.UP,
            numerator=projects_done,
            denominator=None,
            numerator_title="统计期内完成的创新项目",
            numerator_unit="项",
            dated_by="done_on",
            note=ACCEPTED,
        ),
        Indicator(
            code="D4",
            title="先进操作法数",
            unit="项",
            direction=Direction.UP,
            numerator=methods_named,
            denominator=None,
            numerator_title="统计期内命名的先进操作法",
            numerator_unit="项",
            dated_by="done_on",
            note=ACCEPTED,
        ),
        Indicator(
            code="D4S",
            title="先进操作法推广数",
            unit="项",
            direction=Direction.UP,
            numerator=methods_taken_over,
            denominator=None,
            numerator_title="统计期内有其他单位开始应用的先进操作法",
            numerator_unit="项",
            note="应用单位工会已确认成效的才计，计在首创的工会；首创单位自己应用的不计，一项操作法推广到几个单位都计一项。",
        ),
        Indicator(
            code="D4A",
            title="合理化建议采纳率",
            unit="%",
            direction=Direction.UP,
            numerator=proposals_adopted,
            denominator=proposals_made,
            numerator_title="其中到统计期末已采纳的",
            denominator_title="统计期内提出的合理化建议",
            numerator_unit="件",
            denominator_unit="件",
            note="按提出日期计，采纳以后没有实施的也算采纳；统计期末以后才采纳的不计入这一期。",
        ),
        Indicator(
            code="D4T",
            title="授权专利数",
            unit="件",
            direction=Direction.UP,
            numerator=patents_granted,
            denominator=None,
            numerator_title="统计期内授权的专利",
            numerator_unit="件",
            dated_by="done_on",
            note=ACCEPTED,
        ),
    )

    def chart(self, unions, period: Period):
        """What was done in each of the twelve months up to the cut-off, by kind; none without anything done."""
        months = trailing_months(period)
        by_code = {indicator.code: indicator for indicator in self.indicators}
        series = [
            charts.Series(Kind(kind).label, by_code[code].measure_by_month(unions, months), "项")
            for kind, code in DRAWN
        ]
        if not any(value for one in series for value in one.values):
            return None
        return charts.bar(
            title="近十二个月完成的创新成果",
            categories=[f"{month.start.month}月" for month in months],
            series=series,
            stacked=True,
        )
