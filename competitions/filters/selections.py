"""Filters of the lists of selections and of nominations."""

import django_filters as filters
from django import forms
from django.db.models import Q

from competitions.models import Nomination, Selection
from core import codes
from core.forms import LongSelect, years
from core.text import clean_text
from unions.filters import visible_unions

SEARCH = forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"})


class SelectionFilter(filters.FilterSet):
    """Query string of the list of selections."""

    q = filters.CharFilter(label="名称 / 授予单位 / 文号", method="search", widget=SEARCH)
    honour_type = filters.ChoiceFilter(
        label="荣誉", choices=lambda: codes.choices("honour_type"), empty_label="全部", widget=LongSelect()
    )
    phase = filters.ChoiceFilter(label="进度", choices=Selection.Phase.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="年度", choices=years, empty_label="全部")

    class Meta:
        model = Selection
        fields = ["q", "honour_type", "phase", "year"]

    def search(self, queryset, name, value):
        """Title, issuer or one of the numbers holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(
            Q(title__icontains=text)
            | Q(issuer__icontains=text)
            | Q(document_number__icontains=text)
            | Q(sent_number__icontains=text)
        )


class NominationFilter(filters.FilterSet):
    """Query string of the list of nominations. People are looked for on the roll, never by an address."""

    q = filters.CharFilter(label="评选 / 班组 / 单位", method="search", widget=SEARCH)
    union = filters.ModelChoiceFilter(
        label="推荐工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    subject = filters.ChoiceFilter(label="对象", choices=Nomination.Subject.choices, empty_label="全部")
    position = filters.ChoiceFilter(label="职工类别", choices=Nomination.Position.choices, empty_label="全部")
    state = filters.ChoiceFilter(label="情况", choices=Nomination.State.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="年度", choices=years, field_name="selection__year", empty_label="全部")

    class Meta:
        model = Nomination
        fields = ["q", "union", "subject", "position", "state", "year"]

    def search(self, queryset, name, value):
        """Selection, team or firm holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(
            Q(selection__title__icontains=text)
            | Q(team__name__icontains=text)
            | Q(employer__name__icontains=text)
        )

    def below(self, queryset, name, value):
        """Nominations of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)
