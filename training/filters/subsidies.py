"""Filters of the lists of subsidies."""

import django_filters as filters
from django import forms
from django.utils import timezone

from core import codes
from core.forms import DateInput, LongSelect
from core.text import clean_label, clean_text
from training.filters.classes import years
from training.models import ABILITY, RUNGS, Certificate, SubsidyClaim
from unions.filters import visible_unions
from unions.models import Union
from workers.search import unseal

DOUBTFUL = "yes"
PARTS = [
    *((f"Q{number}", f"第{'一二三四'[number - 1]}季度") for number in range(1, 5)),
    *((f"{number:02d}", f"{number} 月") for number in range(1, 13)),
]


def rung_choices() -> list[tuple[str, str]]:
    """The levels a rate can be for, by their names."""
    names = codes.names("skill_level")
    return [(rung, names.get(rung, rung)) for rung in RUNGS]


class PersonFilter(filters.FilterSet):
    """What both lists can be narrowed by: the person (sealed as ``find``), the union, the level.

    ``person`` and ``place`` are the ways to the person and to the path of the union.
    """

    person, place = "", ""
    find = filters.CharFilter(label="姓名", method="by_search", widget=forms.HiddenInput)
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    level = filters.ChoiceFilter(label="等级", choices=rung_choices, method="by_level", empty_label="全部")

    @property
    def text(self) -> str:
        """What was looked for."""
        return unseal(self.data.get("find", ""))

    def by_search(self, queryset, name, value):
        """Part of a person's name; an unreadable seal finds nothing."""
        text = clean_text(unseal(value))
        return queryset.filter(**{f"{self.person}__name__contains": text}) if text else queryset.none()

    def below(self, queryset, name, value):
        """Rows of the union or one below it."""
        return queryset.filter(**{f"{self.place}__startswith": value.path})

    def by_level(self, queryset, name, value):
        """By the level; a certificate without one is of special ability."""
        return queryset.filter(level="" if value == ABILITY else value)


class ClaimFilter(PersonFilter):
    """Query string of the claims."""

    person, place = "certificate__worker", "union__path"
    state = filters.ChoiceFilter(label="状态", choices=SubsidyClaim.State.choices, empty_label="全部")
    doubt = filters.ChoiceFilter(
        label="证书", choices=[(DOUBTFUL, "失效或改过")], method="by_doubt", empty_label="全部"
    )
    since = filters.DateFilter(
        label="发放日期起", field_name="paid_on", lookup_expr="gte", widget=DateInput()
    )
    until = filters.DateFilter(
        label="发放日期止", field_name="paid_on", lookup_expr="lte", widget=DateInput()
    )

    class Meta:
        model = SubsidyClaim
        fields = ["find", "state", "union", "level", "doubt", "since", "until"]

    def by_doubt(self, queryset, name, value):
        """Those whose certificate is not what it was."""
        return queryset.doubtful()


class ClaimableFilter(PersonFilter):
    """Query string of the certificates that may be claimed for."""

    person, place = "worker", "worker__union__path"
    trade = filters.CharFilter(label="工种", method="by_trade")

    class Meta:
        model = Certificate
        fields = ["find", "union", "level", "trade"]

    def by_trade(self, queryset, name, value):
        """Part of the trade."""
        return queryset.filter(trade__icontains=clean_label(value[:50], longest=50))


class SubsidySumFilter(filters.FilterSet):
    """Query string of the sums: a year, or a part of it. The rows bring their sums of that period along."""

    year = filters.ChoiceFilter(label="年度", choices=years, method="as_asked", empty_label=None)
    part = filters.ChoiceFilter(label="期间", choices=PARTS, method="as_asked", empty_label="全年")
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )

    class Meta:
        model = Union
        fields = ["year", "part", "union"]

    def __init__(self, data=None, *args, **kwargs):
        data = data.copy() if data is not None else {}
        data.setdefault("year", str(timezone.localdate().year))
        super().__init__(data, *args, **kwargs)

    def as_asked(self, queryset, name, value):
        """The period is in the sums already."""
        return queryset

    def below(self, queryset, name, value):
        """The union and those below it."""
        return queryset.filter(path__startswith=value.path)
