"""Filters of the lists of demand and of plans."""

import django_filters as filters
from django import forms

from core import codes
from core.forms import LongSelect, years
from core.text import clean_text
from training.filters.providers import KEYWORD
from training.models import DemandLine, DemandSurvey, TrainingPlan
from unions.filters import UnionBelowFilter


def surveys(request):
    """The surveys a filter may offer to this user."""
    return DemandSurvey.objects.visible_to(request.user)


class DemandFilter(filters.FilterSet):
    """Query string of the list of demand."""

    survey = filters.ModelChoiceFilter(
        label="调查",
        field_name="demand_return__survey",
        queryset=surveys,
        empty_label="全部",
        widget=LongSelect(),
    )
    union = UnionBelowFilter()
    kind = filters.ChoiceFilter(
        label="培训类别", choices=lambda: codes.choices("training_kind"), empty_label="全部"
    )
    trade = filters.CharFilter(label="工种", method="by_trade", widget=forms.TextInput(attrs=KEYWORD))
    level = filters.ChoiceFilter(
        label="技能等级", choices=lambda: codes.choices("skill_level"), empty_label="全部"
    )

    class Meta:
        model = DemandLine
        fields = ["survey", "union", "kind", "trade", "level"]

    def by_trade(self, queryset, name, value):
        """The trade holds the text."""
        return queryset.filter(trade__icontains=clean_text(value)[:50])


class PlanFilter(filters.FilterSet):
    """Query string of the list of plans."""

    union = UnionBelowFilter("主办工会（含下级）")
    year = filters.ChoiceFilter(label="年度", choices=years, empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=TrainingPlan.State.choices, empty_label="全部")

    class Meta:
        model = TrainingPlan
        fields = ["union", "year", "state"]
