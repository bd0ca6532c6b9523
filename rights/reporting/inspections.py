"""C26 隐患整改率 (domain/measures.csv, measure 5): hazards closed in time among those that were due."""

from types import MappingProxyType

from django.db.models import F

from core.reporting import Direction, Indicator, Line, Period, Section, counted
from rights.models import Hazard


def hazards_due(unions, period: Period):
    """Hazards whose deadline lies in the period."""
    rows = Hazard.objects.filter(due_on__range=(period.start, period.end))
    rows = rows.select_related("inspection__employer").order_by("due_on", "pk")
    return counted(rows, F("inspection__union"), unions)


def hazards_closed(unions, period: Period):
    """Those of them that were closed on the day that was set, or before."""
    return hazards_due(unions, period).closed_in_time()


def hazard_lines(records, user) -> list[Line]:
    """Hazards with firm and deadline."""
    rows = list(records)
    seen = Hazard.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    opened = set(seen.values_list("pk", flat=True))
    return [
        Line(
            row.what,
            f"{row.inspection.employer.name}，期限 {row.due_on}",
            row.get_absolute_url() if row.pk in opened else "",
        )
        for row in rows
    ]


class SupervisionSection(Section):
    """How many hazards were put right in time."""

    code = "supervision"
    title = "劳动保护监督"
    lines = MappingProxyType({"rights.hazard": hazard_lines})
    indicators = (
        Indicator(
            code="C26",
            title="隐患整改率",
            unit="%",
            direction=Direction.UP,
            numerator=hazards_closed,
            denominator=hazards_due,
            numerator_title="按期复查销号的隐患",
            denominator_title="整改期限在统计期内的隐患",
            numerator_unit="条",
            denominator_unit="条",
            note="按整改期限在统计期内的隐患统计，计在检查工会；期限当日及以前复查销号的为按期，只有答复没有复查的不算。",
        ),
    )
