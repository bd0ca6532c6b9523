"""What surveys of demand add up to, and who has answered."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from core import codes
from core.access import Permission
from training.models import DemandLine, DemandReturn, DemandSurvey
from unions.models import COMMITTEES, Union


@dataclass(frozen=True)
class DemandSum:
    """So many people of so many unions ask for such a training."""

    kind: str
    trade: str
    level: str
    kind_name: str
    level_name: str
    people: int
    unions: int

    @property
    def title(self) -> str:
        """What a class for it may be called."""
        level, *_ = self.level_name.partition("(")
        return f"{self.trade}{level}{self.kind_name}"


@dataclass(frozen=True)
class Answer:
    """One asked union and what it returned, if it did."""

    union: Union
    returned: DemandReturn | None
    lines: int
    people: int

    @property
    def state(self) -> tuple[str, str]:
        """(word, tone)."""
        if self.returned is None:
            return "未报", "warning"
        return ("无需求", "neutral") if self.returned.no_demand else ("已报", "success")


def unions_asked(survey: DemandSurvey, user, permission: str = Permission.VIEW_TRAINING):
    """The existing grassroots unions below the survey's union that the user reaches."""
    unions = Union.objects.within(survey.union).within_reach(user, permission)
    return unions.filter(Q(org_type__in=COMMITTEES) | Q(is_holding=True), dissolved_on=None).order_by("path")


def answers(survey: DemandSurvey, unions) -> list[Answer]:
    """What each of these unions returned, in their order."""
    rows = DemandReturn.objects.filter(survey=survey, union__in=unions.order_by().values("pk"))
    rows = rows.annotate(sum=Sum("lines__people"), count=Count("lines"))
    found = {row.union_id: row for row in rows}
    return [
        Answer(union, row, row.count if row else 0, (row.sum or 0) if row else 0)
        for union in unions
        for row in [found.get(union.pk)]
    ]


def sums(survey: DemandSurvey, user) -> list[DemandSum]:
    """The demand of the unions in reach by kind, trade and level, the largest first."""
    lines = DemandLine.objects.visible_to(user).filter(demand_return__survey=survey).order_by()
    rows = lines.values("kind", "trade", "level").annotate(
        people=Sum("people"), unions=Count("demand_return", distinct=True)
    )
    kinds, levels = codes.names("training_kind"), codes.names("skill_level")
    return [
        DemandSum(
            **row, kind_name=kinds.get(row["kind"], row["kind"]), level_name=levels.get(row["level"], "")
        )
        for row in rows.order_by("-people", "kind", "trade", "level")
    ]
