"""Filters of the list of skill leaders."""

import django_filters as filters
from django.utils import timezone

from core.text import clean_text
from training.models import SkillLeader
from training.queries.leaders import STATES, in_state
from workers.people_filters import PeopleFilter


class LeaderFilter(PeopleFilter):
    """Query string of the list."""

    state = filters.ChoiceFilter(
        label="情况", method="by_state", empty_label="在聘、待审定和未开始", choices=STATES
    )
    trade = filters.CharFilter(label="工种", method="by_trade")

    class Meta:
        model = SkillLeader
        fields = ["find", "state", "trade", "union", "employer"]

    def filter_queryset(self, queryset):
        """Those in term, proposed and to come, unless another state is asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = in_state(queryset, "", timezone.localdate())
        return super().filter_queryset(queryset)

    def by_state(self, queryset, name, value):
        """See ``queries.leaders.in_state``."""
        return in_state(queryset, value, timezone.localdate())

    def by_trade(self, queryset, name, value):
        """Part of the trade."""
        return queryset.filter(trade__icontains=clean_text(value)[:50])
