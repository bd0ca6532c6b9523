"""Filters of the list of activities."""

import django_filters as filters
from django import forms
from django.db.models import Q

from core import codes
from core.forms import LongSelect, years
from core.text import clean_text
from reform.models import Activity
from unions.filters import visible_unions


class ActivityFilter(filters.FilterSet):
    """Query string of the list of activities."""

    q = filters.CharFilter(
        label="名称 / 地点 / 主办单位",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="主办工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    kind = filters.ChoiceFilter(
        label="活动种类", choices=lambda: list(codes.names("activity_kind").items()), empty_label="全部"
    )
    state = filters.ChoiceFilter(label="状态", choices=Activity.State.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Activity
        fields = ["q", "union", "kind", "state", "year"]

    def search(self, queryset, name, value):
        """Title, place or hosts hold the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(title__icontains=text) | Q(place__icontains=text) | Q(hosts__icontains=text))

    def below(self, queryset, name, value):
        """Activities of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)

    def in_year(self, queryset, name, value):
        """Activities whose first day lies in the year."""
        return queryset.filter(starts_on__year=int(value))
