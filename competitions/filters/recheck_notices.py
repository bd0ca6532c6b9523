"""Filters of the list of reminders of re-checks."""

import django_filters as filters
from django.db.models import Q
from django.utils import timezone

from competitions.models import RecheckNotice
from competitions.queries.recheck_notices import NOUNS
from unions.filters import UnionBelowFilter

NEAR, OVERDUE = "near", "overdue"


class RecheckNoticeFilter(filters.FilterSet):
    """Query string of the reminders that stand."""

    kind = filters.ChoiceFilter(
        label="种类", method="of_kind", choices=list(NOUNS.items()), empty_label="全部"
    )
    state = filters.ChoiceFilter(
        label="情况", method="by_state", choices=[(NEAR, "未到期"), (OVERDUE, "已逾期")], empty_label="全部"
    )
    union = UnionBelowFilter()

    class Meta:
        model = RecheckNotice
        fields = ["kind", "state", "union"]

    def of_kind(self, queryset, name, value):
        """About honours of people, of collectives, or studios."""
        return queryset.filter(**{f"{value}__isnull": False})

    def by_state(self, queryset, name, value):
        """The day has passed or not."""
        today = timezone.localdate()
        return queryset.filter(Q(due_on__lt=today) if value == OVERDUE else Q(due_on__gte=today))
