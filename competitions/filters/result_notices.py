"""Filters of the list of notices about results."""

import django_filters as filters

from competitions.models import ResultNotice

UNSEEN, SEEN = "unseen", "seen"


class ResultNoticeFilter(filters.FilterSet):
    """Query string of the notices that stand: rows annotated with ``seen_at``."""

    state = filters.ChoiceFilter(
        label="情况",
        method="by_state",
        empty_label="全部",
        choices=[(UNSEEN, "未看"), (SEEN, "已看")],
    )
    step = filters.ChoiceFilter(label="成绩", choices=ResultNotice.Step.choices, empty_label="全部")

    class Meta:
        model = ResultNotice
        fields = ["state", "step"]

    def by_state(self, queryset, name, value):
        """The user has marked it as seen or not."""
        return queryset.filter(seen_at__isnull=value == UNSEEN)
