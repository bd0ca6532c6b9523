"""Filters of the list of roll calls."""

import django_filters as filters
from django.db.models import Exists, OuterRef

from core.errors import RuleError
from core.reporting import Period, PeriodKind
from unions.models import Union
from workers.models import RollCall
from workers.roll_calls import quarter_of_today, recent_quarters

DONE, RUNNING, TO_DO = "done", "running", "todo"


class RollCallFilter(filters.FilterSet):
    """Quarter, state and name; the quarter is this one by default."""

    quarter = filters.ChoiceFilter(
        label="季度",
        method="keep",
        empty_label=None,
        choices=lambda: [(p.code, p.label) for p in recent_quarters()],
    )
    state = filters.ChoiceFilter(
        label="状态",
        method="by_state",
        empty_label="全部",
        choices=[(DONE, "已完成"), (RUNNING, "进行中"), (TO_DO, "未开始")],
    )
    name = filters.CharFilter(label="工会名称", lookup_expr="icontains")

    class Meta:
        model = Union
        fields = ["name", "quarter", "state"]

    def __init__(self, data=None, *args, **kwargs):
        data = data.copy()
        data.setdefault("quarter", quarter_of_today())
        super().__init__(data, *args, **kwargs)

    @property
    def quarter_shown(self) -> str:
        """The quarter shown; this one when the address names none that can be read."""
        try:
            period = Period.parse(self.data.get("quarter") or quarter_of_today())
        except RuleError:
            return quarter_of_today()
        return period.code if period.kind == PeriodKind.QUARTERLY else quarter_of_today()

    def keep(self, queryset, name, value):
        """The quarter chooses the roll calls shown, not the unions."""
        return queryset

    def by_state(self, queryset, name, value):
        """Unions whose roll call of the quarter is done, running, or not begun."""
        calls = RollCall.objects.filter(union=OuterRef("pk"), quarter=self.quarter_shown)
        if value == TO_DO:
            return queryset.filter(~Exists(calls))
        return queryset.filter(Exists(calls.filter(completed_at__isnull=value == RUNNING)))
