"""Filters of the list of reminders."""

import django_filters as filters
from django.utils import timezone

from core import codes
from training.models import PermitNotice
from unions.filters import UnionBelowFilter

WAITING, TOLD, OVERDUE = "waiting", "told", "overdue"


class PermitNoticeFilter(filters.FilterSet):
    """Query string of the reminders that stand: rows annotated with ``told_on``."""

    state = filters.ChoiceFilter(
        label="情况",
        method="by_state",
        empty_label="全部",
        choices=[(WAITING, "待告知本人"), (TOLD, "已告知本人"), (OVERDUE, "到期或逾期未审")],
    )
    category = filters.ChoiceFilter(
        label="作业类别",
        field_name="permit__category",
        empty_label="全部",
        choices=lambda: list(codes.names("permit_category").items()),
    )
    union = UnionBelowFilter()

    class Meta:
        model = PermitNotice
        fields = ["state", "category", "union"]

    def by_state(self, queryset, name, value):
        """The holder was told of this step or not, or the day has passed."""
        if value == OVERDUE:
            return queryset.filter(due_on__lt=timezone.localdate())
        return queryset.filter(told_on__isnull=value == WAITING)
