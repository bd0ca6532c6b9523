"""Filters of the list of apprenticeships."""

import django_filters as filters
from django.utils import timezone

from core.text import clean_text
from training.models import Apprenticeship
from training.queries.apprentices import RUNNING, STATES, in_state
from workers.people_filters import PeopleFilter


class ApprenticeshipFilter(PeopleFilter):
    """Query string of the list; people are found as masters or as apprentices."""

    people = ("apprentice", "master")

    state = filters.ChoiceFilter(
        label="情况", method="by_state", empty_label="在带和待登记结果", choices=STATES
    )
    trade = filters.CharFilter(label="工种", method="by_trade")

    class Meta:
        model = Apprenticeship
        fields = ["find", "state", "trade", "union", "employer"]

    def filter_queryset(self, queryset):
        """Pairs without an outcome, unless another state is asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.open()
        return super().filter_queryset(queryset)

    def by_state(self, queryset, name, value):
        """See ``queries.apprentices.in_state``."""
        return in_state(queryset, value or RUNNING, timezone.localdate())

    def by_trade(self, queryset, name, value):
        """Part of the trade."""
        return queryset.filter(trade__icontains=clean_text(value)[:50])
