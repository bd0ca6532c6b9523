"""Filters of the list of candidates."""

import django_filters as filters
from django.utils import timezone

from training.filters.classes import years
from training.models import Candidate
from training.queries.candidates import STATES, in_state
from workers.people_filters import PeopleFilter


class CandidateFilter(PeopleFilter):
    """Query string of the list."""

    state = filters.ChoiceFilter(
        label="情况", method="by_state", empty_label="培养中和待审定", choices=STATES
    )
    year = filters.ChoiceFilter(label="年度", choices=years, empty_label="全部")
    scope = filters.ChoiceFilter(label="级别", choices=Candidate.Scope.choices, empty_label="全部")

    class Meta:
        model = Candidate
        fields = ["find", "state", "year", "scope", "union", "employer"]

    def filter_queryset(self, queryset):
        """Those without an outcome that were not refused, unless another state is asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = in_state(queryset, "", timezone.localdate())
        return super().filter_queryset(queryset)

    def by_state(self, queryset, name, value):
        """See ``queries.candidates.in_state``."""
        return in_state(queryset, value, timezone.localdate())
