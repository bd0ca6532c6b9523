"""The plan with what is known about each measure."""

from dataclasses import dataclass

from core.reporting import Figure, Period, indicators
from reform.models import Measure, Plan


@dataclass(frozen=True)
class MeasureView:
    """A measure with the town's figures of its indicators; none for a measure nobody can report on yet."""

    measure: Measure
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class GroupView:
    """A group of measures, numbered from one."""

    number: int
    title: str
    measures: tuple[MeasureView, ...]


def plan_overview(plan: Plan, period: Period) -> list[GroupView]:
    """The groups of the plan in order, with figures for the whole town at the cut-off of the period."""
    measures = list(plan.measures.all())
    known = indicators()
    wanted = sorted({code for measure in measures for code in measure.indicator_codes if code in known})
    figures = {code: known[code].measure(None, period) for code in wanted}
    groups: dict[tuple[int, str], list[MeasureView]] = {}
    for measure in measures:
        found = tuple(figures[code] for code in measure.indicator_codes if code in figures)
        key = (measure.group_number, measure.group_title)
        groups.setdefault(key, []).append(MeasureView(measure, found))
    return [GroupView(number, title, tuple(views)) for (number, title), views in groups.items()]
