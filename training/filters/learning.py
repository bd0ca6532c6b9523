"""Filters of the list of learning outside the unions' own classes."""

import django_filters as filters
from django import forms

from core import codes
from core.forms import DateInput, LongSelect
from core.text import clean_text
from training.models import OutsideLearning
from unions.filters import visible_unions
from workers.search import unseal


class LearningFilter(filters.FilterSet):
    """Query string of the list. A name that is looked for arrives sealed as ``find``."""

    find = filters.CharFilter(label="姓名", method="by_search", widget=forms.HiddenInput)
    title = filters.CharFilter(label="课程名称", method="by_title")
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    source = filters.ChoiceFilter(label="来源", choices=OutsideLearning.Source.choices, empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=OutsideLearning.State.choices, empty_label="全部")
    kind = filters.ChoiceFilter(
        label="培训类别", choices=lambda: codes.choices("training_kind"), empty_label="全部"
    )
    since = filters.DateFilter(
        label="完成日期起", field_name="completed_on", lookup_expr="gte", widget=DateInput()
    )
    until = filters.DateFilter(
        label="完成日期止", field_name="completed_on", lookup_expr="lte", widget=DateInput()
    )

    class Meta:
        model = OutsideLearning
        fields = ["find", "title", "union", "source", "state", "kind", "since", "until"]

    @property
    def text(self) -> str:
        """What was looked for."""
        return unseal(self.data.get("find", ""))

    def by_search(self, queryset, name, value):
        """Part of a person's name; an unreadable seal finds nothing."""
        text = clean_text(unseal(value))
        return queryset.filter(worker__name__contains=text) if text else queryset.none()

    def by_title(self, queryset, name, value):
        """Part of the course's name."""
        return queryset.filter(title__icontains=clean_text(value)[:50])

    def below(self, queryset, name, value):
        """Learning of people of the union or one below it."""
        return queryset.filter(worker__union__path__startswith=value.path)
