"""Filters of the roll."""

import datetime as dt

import django_filters as filters
from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from core import codes
from core.forms import DateInput, LongSelect, RemoteSelect
from unions.models import Employer, Union
from workers.models import Sex, Standing, Worker
from workers.search import search, unseal

ON_ROLL, EVERYBODY = "on_roll", "all"
OLDEST = 120


def visible_unions(request):
    """The unions a filter may offer to this user."""
    return Union.objects.visible_to(request.user).order_by("path")


def visible_employers(request):
    """The firms a filter may offer to this user."""
    return Employer.objects.visible_to(request.user).order_by("name")


def of_code(table: str, label: str) -> filters.ChoiceFilter:
    """A filter by one code of a table."""
    return filters.ChoiceFilter(label=label, choices=lambda: codes.choices(table), empty_label="全部")


class WorkerFilter(filters.FilterSet):
    """Query string of the roll. The text of the search box arrives sealed as ``find`` (workers.search)."""

    find = filters.CharFilter(method="by_search", widget=forms.HiddenInput)
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
    standing = filters.ChoiceFilter(
        label="会籍",
        method="by_standing",
        empty_label="在册",
        choices=[*Standing.choices, (EVERYBODY, "全部（含已离会）")],
    )
    sex = filters.ChoiceFilter(label="性别", choices=Sex.choices, empty_label="全部")
    education = of_code("education", "学历")
    skill_level = of_code("skill_level", "技能等级")
    political = of_code("political_affiliation", "政治面貌")
    age_from = filters.NumberFilter(label="年龄不小于", method="by_age_from", min_value=0, max_value=OLDEST)
    age_to = filters.NumberFilter(label="年龄不大于", method="by_age_to", min_value=0, max_value=OLDEST)
    joined_from = filters.DateFilter(
        label="入会不早于", field_name="member_since", lookup_expr="gte", widget=DateInput()
    )
    joined_to = filters.DateFilter(
        label="入会不晚于", field_name="member_since", lookup_expr="lte", widget=DateInput()
    )

    class Meta:
        model = Worker
        fields = [
            "find", "union", "employer", "standing", "sex", "education", "skill_level", "political",
            "age_from", "age_to", "joined_from", "joined_to",
        ]  # fmt: skip

    @property
    def text(self) -> str:
        """What the user typed into the search box."""
        return unseal(self.data.get("find", ""))

    @property
    def more_in_use(self) -> bool:
        """True when one of the folded filters is set."""
        return any(self.data.get(name) for name in self.Meta.fields[4:])

    def filter_queryset(self, queryset):
        """People who left are shown when asked for, by the filter or by a search."""
        if not self.form.cleaned_data.get("standing") and not self.text:
            queryset = queryset.on_roll()
        return super().filter_queryset(queryset)

    def by_search(self, queryset, name, value):
        """The search box; a token that is not ours finds nobody."""
        return search(queryset, unseal(value))

    def below(self, queryset, name, value):
        """People of the union or one below it."""
        return queryset.filter(union__in=Union.objects.within(value).values("pk"))

    def by_standing(self, queryset, name, value):
        """One standing, or everybody."""
        return queryset if value == EVERYBODY else queryset.filter(standing=value)

    def by_age_from(self, queryset, name, value):
        """At least so many completed years today."""
        return queryset.filter(birth_date__lte=_years_ago(int(value)))

    def by_age_to(self, queryset, name, value):
        """At most so many completed years today."""
        return queryset.filter(birth_date__gt=_years_ago(int(value) + 1))


def _years_ago(years: int) -> dt.date:
    today = timezone.localdate()
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)
