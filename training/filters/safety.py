"""Filters of the lists of safety training."""

import django_filters as filters
from django.urls import reverse_lazy
from django.utils import timezone

from core.forms import LongSelect, RemoteSelect
from unions.filters import visible_unions
from unions.models import Employer
from unions.scoping import unions_under
from workers.models import Employment

MET, UNMET = "met", "unmet"
YEARS_BACK = 3


def visible_employers(request):
    """The firms a filter may offer to this user."""
    return Employer.objects.visible_to(request.user).order_by("name")


def past_years() -> list[tuple[str, str]]:
    """Years before this one, the latest first."""
    this = timezone.localdate().year
    return [(str(this - back), f"{this - back} 年") for back in range(1, YEARS_BACK + 1)]


class SafetyFilter(filters.FilterSet):
    """What the two lists share. ``year`` chooses the rows before they are narrowed (``training.listings.safety``)."""

    state = filters.ChoiceFilter(
        label="情况", method="by_state", choices=[(UNMET, "未达标"), (MET, "已达标")], empty_label="全部"
    )
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    employer = filters.ModelChoiceFilter(
        label="工作单位",
        queryset=visible_employers,
        empty_label="全部",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )

    class Meta:
        model = Employment
        fields = ["state", "union", "employer"]

    def by_state(self, queryset, name, value):
        """By whether all that is asked for is there."""
        return queryset.filter(met=value == MET)

    def below(self, queryset, name, value):
        """People of the union or one below it."""
        return queryset.filter(worker__union__in=unions_under([value.path]))

    def of_year(self, queryset, name, value):
        """The rows are those of the year already."""
        return queryset


class NewStaffFilter(SafetyFilter):
    """Query string of the list of new staff."""

    year = filters.ChoiceFilter(label="入职年份", method="of_year", choices=past_years, empty_label="今年")

    class Meta(SafetyFilter.Meta):
        fields = ["year", "state", "union", "employer"]


class RefresherFilter(SafetyFilter):
    """Query string of the list of yearly refreshers."""

    year = filters.ChoiceFilter(label="培训年度", method="of_year", choices=past_years, empty_label="今年")

    class Meta(SafetyFilter.Meta):
        fields = ["year", "state", "union", "employer"]
