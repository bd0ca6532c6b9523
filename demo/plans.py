"""Next year's survey of demand, answered by some unions, and the town's plan of this year with classes that fulfil it."""

import datetime as dt

from accounts.models import User
from demo.organisation import Town
from training.models import DemandLine, DemandReturn, DemandSurvey, PlanLine, TrainingClass, TrainingPlan
from unions.models import COMMITTEES, Union

# kind, trade, level, people, quarter
DEMAND = (
    ("SKILL", "电工", "L3", 12, 1),
    ("SKILL", "钳工", "L4", 6, 2),
    ("SAFETY", "", "", 30, 1),
    ("LAW", "", "", 20, None),
    ("SKILL", "焊工", "L3", 8, 3),
)
# title, kind, trade, level, people, hours, quarter
LINES = (
    ("{year}年电工技能提升（中级）", "SKILL", "电工", "L3", 40, 24, 2),
    ("{year}年钳工技能提升（高级）", "SKILL", "钳工", "L4", 30, 24, 4),
    ("{year}年产业工人思想政治教育", "IDEOLOGY", "", "", 60, 8, 3),
    ("{year}年职工安全生产培训", "SAFETY", "", "", 60, 12, 2),
    ("{year}年劳动法律法规培训", "LAW", "", "", 25, 8, 4),
)


def fill_plans(town: Town, *, by: User, today: dt.date) -> int:
    """Create the survey with answers, by place and not by chance, and the plan; returns how many lines of demand.
    The caller holds the transaction."""
    survey = DemandSurvey.objects.create(
        union=town.root, title=f"{today.year + 1}年度职工培训需求调查", year=today.year + 1, created_by=by,
        deadline=today + dt.timedelta(days=25), text="请按本工会实际填写，同一工种、等级合并为一行。",
    )  # fmt: skip
    unions = Union.objects.filter(org_type__in=COMMITTEES, dissolved_on=None).order_by("path")
    answering = [union for place, union in enumerate(unions) if place % 3]
    answers = DemandReturn.objects.bulk_create(
        DemandReturn(survey=survey, union=union, no_demand=place % 7 == 6, returned_by=by, version=1)
        for place, union in enumerate(answering)
    )
    lines = DemandLine.objects.bulk_create(
        DemandLine(
            demand_return=answer, position=number + 1, kind=kind, trade=trade, level=level, wished=wished,
            people=people + place % 5,
        )
        for place, answer in enumerate(answers)
        if not answer.no_demand
        for number, (kind, trade, level, people, wished) in enumerate(DEMAND[place % 4 : place % 4 + 2])
    )  # fmt: skip
    _plan(town, by=by, today=today)
    return len(lines)


def _plan(town: Town, *, by: User, today: dt.date) -> None:
    plan = TrainingPlan.objects.create(
        union=town.root, year=today.year, state=TrainingPlan.State.PUBLISHED, created_by=by,
        published_on=dt.date(today.year, 1, 1),
    )  # fmt: skip
    for place, (title, kind, trade, level, people, hours, quarter) in enumerate(LINES, start=1):
        line = PlanLine.objects.create(
            plan=plan, position=place, title=title.format(year=today.year), kind=kind, trade=trade, level=level,
            people=people, hours=hours, quarter=quarter, fund_source="工会经费",
        )  # fmt: skip
        classes = TrainingClass.objects.filter(union=town.root, kind=kind, trade=trade)
        classes.filter(starts_on__year=today.year).update(plan_line=line)
