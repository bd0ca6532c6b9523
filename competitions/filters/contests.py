"""Filters of the list of contests."""

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q

from competitions.models import Contest, Event
from core import codes
from core.forms import LongSelect, years
from core.text import clean_text
from unions.filters import visible_unions


class ContestFilter(filters.FilterSet):
    """Query string of the list of contests."""

    q = filters.CharFilter(
        label="名称 / 编号 / 项目 / 工种",
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
    kind = filters.ChoiceFilter(label="竞赛种类", choices=Contest.Kind.choices, empty_label="全部")
    level = filters.ChoiceFilter(
        label="竞赛级别", choices=lambda: codes.choices("competition_level"), empty_label="全部"
    )
    state = filters.ChoiceFilter(label="状态", choices=Contest.State.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Contest
        fields = ["q", "union", "kind", "level", "state", "year"]

    def search(self, queryset, name, value):
        """Title or code, or title or trade of one of its events, holds the text."""
        text = clean_text(value)[:50]
        events = Event.objects.filter(contest=OuterRef("pk"))
        events = events.filter(Q(title__icontains=text) | Q(trade__icontains=text))
        return queryset.filter(Q(title__icontains=text) | Q(code__icontains=text) | Exists(events))

    def below(self, queryset, name, value):
        """Contests of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)

    def in_year(self, queryset, name, value):
        """Contests that begin in the year."""
        return queryset.filter(starts_on__year=int(value))
