"""Filters of the list of permits."""

import django_filters as filters
from django.utils import timezone

from core import codes
from training.models import Permit
from training.queries.permit_states import CURRENT, in_state, state_choices
from workers.people_filters import PeopleFilter


class PermitFilter(PeopleFilter):
    """Query string of the list of permits."""

    state = filters.ChoiceFilter(label="情况", method="by_state", empty_label="在用", choices=state_choices)
    category = filters.ChoiceFilter(
        label="作业类别", empty_label="全部", choices=lambda: list(codes.names("permit_category").items())
    )

    class Meta:
        model = Permit
        fields = ["find", "state", "category", "union", "employer"]

    def filter_queryset(self, queryset):
        """Cards in use of people on the roll, unless another state is asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = in_state(queryset, CURRENT, timezone.localdate())
        return super().filter_queryset(queryset)

    def by_state(self, queryset, name, value):
        """See ``permit_states.in_state``."""
        return in_state(queryset, value, timezone.localdate())
