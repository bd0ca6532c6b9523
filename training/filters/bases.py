"""Filters of the list of training bases."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from core import codes
from core.text import clean_text
from training.models import TrainingBase
from training.queries.bases import year_to_evaluate
from unions.filters import UnionBelowFilter

UNEVALUATED, WITHDRAWN, ALL = "unevaluated", "withdrawn", "all"


def _states() -> list[tuple[str, str]]:
    year = year_to_evaluate(timezone.localdate())
    return [(UNEVALUATED, f"{year} 年度未评估"), (WITHDRAWN, "已撤销"), (ALL, "全部（含已撤销）")]


class BaseFilter(filters.FilterSet):
    """Query string of the list."""

    q = filters.CharFilter(
        label="名称 / 依托单位 / 工种",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    level = filters.ChoiceFilter(
        label="级别", empty_label="全部", choices=lambda: list(codes.names("base_level").items())
    )
    union = UnionBelowFilter("归口工会（含下级）")
    state = filters.ChoiceFilter(label="情况", method="by_state", empty_label="认定中", choices=_states)

    class Meta:
        model = TrainingBase
        fields = ["q", "level", "union", "state"]

    def filter_queryset(self, queryset):
        """Bases that are recognised, unless others are asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(withdrawn_on=None)
        return super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        """Any of name, host and trades holds the text."""
        text = clean_text(value)[:50]
        found = Q(name__icontains=text) | Q(host__icontains=text) | Q(trades__icontains=text)
        return queryset.filter(found | Q(employer__name__icontains=text))

    def by_state(self, queryset, name, value):
        """Without the evaluation of the last full year, withdrawn ones, or all."""
        if value == UNEVALUATED:
            return queryset.filter(withdrawn_on=None).unevaluated(year_to_evaluate(timezone.localdate()))
        return queryset if value == ALL else queryset.exclude(withdrawn_on=None)
