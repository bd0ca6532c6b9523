"""Filters of the lists of classes and of the people in them."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from core import codes
from core.forms import LongSelect
from core.text import clean_text
from training.models import TrainingClass
from unions.models import Union

EARLIEST = 2020


def unions_that_train(request):
    """The unions a filter may offer to this user."""
    return Union.objects.visible_to(request.user).order_by("path")


def years() -> list[tuple[str, str]]:
    """Years from next year back."""
    last = timezone.localdate().year + 1
    return [(str(year), f"{year} 年") for year in range(last, EARLIEST - 1, -1)]


class ClassFilter(filters.FilterSet):
    """Query string of the list of classes."""

    q = filters.CharFilter(
        label="名称 / 编号 / 工种",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="主办工会（含下级）",
        queryset=unions_that_train,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    kind = filters.ChoiceFilter(
        label="培训类别", choices=lambda: codes.choices("training_kind"), empty_label="全部"
    )
    state = filters.ChoiceFilter(label="状态", choices=TrainingClass.State.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = TrainingClass
        fields = ["q", "union", "kind", "state", "year"]

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
