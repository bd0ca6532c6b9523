"""Filters of the list of key posts."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.urls import reverse_lazy

from core import codes
from core.forms import RemoteSelect
from core.text import clean_text
from training.models import KeyPost
from training.queries.key_posts import STANDINGS, in_standing
from unions.filters import UnionBelowFilter
from unions.models import Employer

KEY, CERTIFICATE = "key", "certificate"
ENDED, ALL = "ended", "all"


def visible_employers(request):
    """The firms a filter may offer to this user."""
    return Employer.objects.visible_to(request.user).order_by("name")


class KeyPostFilter(filters.FilterSet):
    """Query string of the list: posts with ``held`` and ``unmet``."""

    q = filters.CharFilter(
        label="岗位 / 车间 / 工种",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = UnionBelowFilter()
    employer = filters.ModelChoiceFilter(
        label="用人单位",
        queryset=visible_employers,
        empty_label="全部",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )
    standing = filters.ChoiceFilter(label="情况", method="by_standing", empty_label="全部", choices=STANDINGS)
    kind = filters.ChoiceFilter(
        label="岗位类别",
        method="by_kind",
        empty_label="全部",
        choices=[(KEY, "关键岗位"), (CERTIFICATE, "要求证书的岗位")],
    )
    category = filters.ChoiceFilter(
        label="特种作业类别",
        field_name="permit_category",
        empty_label="全部",
        choices=lambda: list(codes.names("permit_category").items()),
    )
    life = filters.ChoiceFilter(
        label="岗位状态", method="by_life", empty_label="在用", choices=[(ENDED, "已撤销"), (ALL, "全部")]
    )

    class Meta:
        model = KeyPost
        fields = ["q", "union", "employer", "standing", "kind", "category", "life"]

    def filter_queryset(self, queryset):
        """Posts that exist, unless others are asked for."""
        if not self.form.cleaned_data.get("life"):
            queryset = queryset.filter(end=None)
        return super().filter_queryset(queryset)

    def search(self, queryset, name, value):
        """Any of title, workshop and trade holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(
            Q(title__icontains=text) | Q(workshop__icontains=text) | Q(trade__icontains=text)
        )

    def by_standing(self, queryset, name, value):
        """See ``queries.key_posts.in_standing``."""
        return in_standing(queryset, value)

    def by_kind(self, queryset, name, value):
        """Key posts, or those that need a certificate: a post can be both."""
        if value == KEY:
            return queryset.key()
        return queryset.exclude(required_level="", permit_category="")

    def by_life(self, queryset, name, value):
        """Ended posts, or all."""
        return queryset if value == ALL else queryset.exclude(end=None)
