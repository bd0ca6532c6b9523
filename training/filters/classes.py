"""Filters of the lists of classes and of the people in them."""

import django_filters as filters
from django import forms
from django.db.models import Q

from core import codes
from core.forms import LongSelect, years
from core.text import clean_text
from training.models import Agreement, PlanLine, Provider, TrainingBase, TrainingClass, TrainingPlan
from unions.filters import visible_unions


def providers(request):
    """The providers a filter may offer to this user."""
    return Provider.objects.visible_to(request.user)


def agreements(request):
    """The agreements a filter may offer to this user."""
    return Agreement.objects.visible_to(request.user)


def bases(request):
    """The bases a filter may offer to this user."""
    return TrainingBase.objects.visible_to(request.user).order_by("name")


def plan_lines(request):
    """The lines of plans a filter may offer to this user."""
    plans = TrainingPlan.objects.visible_to(request.user).values("pk")
    return PlanLine.objects.filter(plan__in=plans).order_by("-plan__year", "position")


class ClassFilter(filters.FilterSet):
    """Query string of the list of classes."""

    q = filters.CharFilter(
        label="名称 / 编号 / 工种",
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
        label="培训类别", choices=lambda: codes.choices("training_kind"), empty_label="全部"
    )
    state = filters.ChoiceFilter(label="状态", choices=TrainingClass.State.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="年度", choices=years, method="in_year", empty_label="全部")

    provider = filters.ModelChoiceFilter(
        label="承办机构", queryset=providers, empty_label="全部", widget=LongSelect()
    )
    agreement = filters.ModelChoiceFilter(
        label="校企合作协议", queryset=agreements, empty_label="全部", widget=LongSelect()
    )
    base = filters.ModelChoiceFilter(
        label="实训基地", queryset=bases, empty_label="全部", widget=LongSelect()
    )
    plan_line = filters.ModelChoiceFilter(
        label="培训计划项目", queryset=plan_lines, empty_label="全部", widget=LongSelect()
    )

    class Meta:
        model = TrainingClass
        fields = ["q", "union", "kind", "state", "year", "provider", "agreement", "base", "plan_line"]

    def search(self, queryset, name, value):
        """Any of title, code and trade holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(title__icontains=text) | Q(code__icontains=text) | Q(trade__icontains=text))

    def below(self, queryset, name, value):
        """Classes of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)

    def in_year(self, queryset, name, value):
        """Classes that begin in the year."""
        return queryset.filter(starts_on__year=int(value))
