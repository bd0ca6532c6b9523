"""Filters of the list of import runs."""

import django_filters as filters
from django import forms

from accounts.models import User
from core.access import Permission
from core.characters import TextError, clean_text
from core.exchange import kinds
from core.forms import DateInput, LongSelect
from exchange.models import ImportRun
from unions.models import Union


def reached_unions(request):
    """The unions whose runs the user may see."""
    return Union.objects.within_reach(request.user, Permission.IMPORT_FILES).order_by("path")


def uploaders(request):
    """Whoever uploaded one of those runs."""
    runs = ImportRun.objects.visible_to(request.user)
    return User.objects.filter(pk__in=runs.values("created_by")).order_by("pk")


class RunFilter(filters.FilterSet):
    """Query string of the list of import runs."""

    q = filters.CharFilter(
        label="文件名",
        method="named",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "文件名中的字"}),
    )
    kind = filters.ChoiceFilter(
        label="种类",
        choices=lambda: [(name, kind.title) for name, kind in kinds().items()],
        empty_label="全部",
    )
    state = filters.ChoiceFilter(label="状态", choices=ImportRun.State.choices, empty_label="全部")
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=reached_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    by = filters.ModelChoiceFilter(
        label="上传人", field_name="created_by", queryset=uploaders, empty_label="全部", widget=LongSelect()
    )
    since = filters.DateFilter(
        label="上传日期，从", field_name="created_at__date", lookup_expr="gte", widget=DateInput()
    )
    until = filters.DateFilter(
        label="到", field_name="created_at__date", lookup_expr="lte", widget=DateInput()
    )

    class Meta:
        model = ImportRun
        fields = ["q", "kind", "state", "union", "by", "since", "until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if reached_unions(self.request)[:2].count() < 2:
            del self.filters["union"]

    def named(self, queryset, name, value):
        """A part of the file's name."""
        try:
            return queryset.filter(file_name__icontains=clean_text(value))
        except TextError:
            return queryset.none()

    def below(self, queryset, name, value):
        """Runs of the union and of those below it."""
        return queryset.filter(union__path__startswith=value.path)
