"""Filters of the list of who competes."""

import django_filters as filters
from django import forms
from django.db.models import Q

from competitions.models import Entrant, Entry
from core.forms import LongSelect, years
from core.text import clean_text
from unions.filters import visible_unions


class OfEntryFilter(filters.FilterSet):
    """What lists about entries in events have in common: rows with ``entry`` and ``event``."""

    q = filters.CharFilter(
        label="竞赛 / 项目 / 工种 / 队名",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="参赛工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    year = filters.ChoiceFilter(label="年度", choices=years, method="in_year", empty_label="全部")

    def search(self, queryset, name, value):
        """Contest, event, trade or team holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(
            Q(event__contest__title__icontains=text)
            | Q(event__contest__code__icontains=text)
            | Q(event__title__icontains=text)
            | Q(event__trade__icontains=text)
            | Q(entry__team_name__icontains=text)
        )

    def below(self, queryset, name, value):
        """Entries of the union and those below it."""
        return queryset.filter(entry__union__path__startswith=value.path)

    def in_year(self, queryset, name, value):
        """Of contests that begin in the year."""
        return queryset.filter(event__contest__starts_on__year=int(value))


class EntrantFilter(OfEntryFilter):
    """Query string of the list of entrants."""

    state = filters.ChoiceFilter(
        label="报名状态", choices=Entry.State.choices, field_name="entry__state", empty_label="全部"
    )

    class Meta:
        model = Entrant
        fields = ["q", "union", "state", "year"]
