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


def groups_of(plan: Plan) -> list[tuple[int, str, list[Measure]]]:
    """The groups of the plan in order: number, title, measures."""
    groups: dict[tuple[int, str], list[Measure]] = {}
    for measure in plan.measures.order_by("number"):
        groups.setdefault((measure.group_number, measure.group_title), []).append(measure)
    return [(number, title, measures) for (number, title), measures in groups.items()]


def plan_overview(plan: Plan, period: Period) -> list[GroupView]:
    """The groups of the plan with figures for the whole town at the cut-off of the period."""
    groups, known = groups_of(plan), indicators()
    wanted = {code for *_, measures in groups for measure in measures for code in measure.indicator_codes}
    figures = {code: known[code].measure(None, period) for code in sorted(wanted & known.keys())}
    return [
        GroupView(number, title, tuple(_view(measure, figures) for measure in measures))
        for number, title, measures in groups
    ]


def _view(measure: Measure, figures: dict[str, Figure]) -> MeasureView:
    return MeasureView(measure, tuple(figures[code] for code in measure.indicator_codes if code in figures))
