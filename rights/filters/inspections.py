"""Filters of the list of hazards."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from core import codes
from core.forms import LongSelect, years
from core.text import clean_text
from rights.models import Hazard
from unions.filters import visible_unions

OPEN, OVERDUE, LATE, CLOSED = "open", "overdue", "late", "closed"
STANDINGS = ((OPEN, "整改中"), (OVERDUE, "到期未销号"), (CLOSED, "按期销号"), (LATE, "逾期销号"))


class HazardFilter(filters.FilterSet):
    """Query string of the list of hazards."""

    q = filters.CharFilter(
        label="单位 / 隐患内容",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="检查工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    level = filters.ChoiceFilter(
        label="隐患等级", choices=lambda: codes.choices("hazard_level"), empty_label="全部"
    )
    standing = filters.ChoiceFilter(label="情况", choices=STANDINGS, method="in_standing", empty_label="全部")
    year = filters.ChoiceFilter(label="检查年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Hazard
        fields = ["q", "union", "level", "standing", "year"]

    def search(self, queryset, name, value):
        """The firm's name or the hazard holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(inspection__employer__name__icontains=text) | Q(what__icontains=text))

    def below(self, queryset, name, value):
        """Found by the union and those below it."""
        return queryset.filter(inspection__union__path__startswith=value.path)

    def in_standing(self, queryset, name, value):
        """Open in time, open too late, closed in time or too late, as of today."""
        today = timezone.localdate()
        if value == OPEN:
            return queryset.open().filter(due_on__gte=today)
        if value == OVERDUE:
            return queryset.open().filter(due_on__lt=today)
        in_time = queryset.closed_in_time()
        return (
            in_time
            if value == CLOSED
            else queryset.exclude(closed_on=None).exclude(pk__in=in_time.values("pk"))
        )

    def in_year(self, queryset, name, value):
        """Found in the year."""
        return queryset.filter(inspection__on__year=int(value))
