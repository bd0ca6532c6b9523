"""Filters of the lists of providers and agreements."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from core import codes
from core.text import clean_text
from training.models import Agreement, Provider
from training.queries.providers import ENDED, NONE, SOON, in_state
from unions.filters import UnionBelowFilter

IN_FORCE, OVER = "in_force", "over"
KEYWORD = {"data-search": "", "placeholder": "输入关键字"}


class ProviderFilter(filters.FilterSet):
    """Query string of the list of providers: rows annotated by ``with_state``."""

    q = filters.CharFilter(label="名称 / 信用代码", method="search", widget=forms.TextInput(attrs=KEYWORD))
    kind = filters.ChoiceFilter(label="机构类型", choices=Provider.Kind.choices, empty_label="全部")
    state = filters.ChoiceFilter(
        label="资质情况",
        method="by_state",
        empty_label="全部",
        choices=[(ENDED, "已到期"), (SOON, "即将到期"), (NONE, "未登记资质")],
    )
    is_active = filters.ChoiceFilter(
        label="使用情况", choices=[("true", "在用"), ("false", "已停用")], empty_label="全部"
    )

    class Meta:
        model = Provider
        fields = ["q", "kind", "state", "is_active"]

    def search(self, queryset, name, value):
        """Name or code holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(name__icontains=text) | Q(credit_code__icontains=text))

    def by_state(self, queryset, name, value):
        """See ``queries.providers.in_state``."""
        return in_state(queryset, value, timezone.localdate())


class AgreementFilter(filters.FilterSet):
    """Query string of the list of agreements."""

    q = filters.CharFilter(label="协议或院校名称", method="search", widget=forms.TextInput(attrs=KEYWORD))
    union = UnionBelowFilter("签约工会（含下级）")
    mode = filters.ChoiceFilter(
        label="合作方式", choices=lambda: list(codes.names("cooperation_mode").items()), empty_label="全部"
    )
    state = filters.ChoiceFilter(
        label="执行情况",
        method="by_state",
        empty_label="全部",
        choices=[(IN_FORCE, "执行中"), (OVER, "未执行（未开始、已到期或已终止）")],
    )

    class Meta:
        model = Agreement
        fields = ["q", "union", "mode", "state"]

    def search(self, queryset, name, value):
        """Title or partner holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(title__icontains=text) | Q(partner__name__icontains=text))

    def by_state(self, queryset, name, value):
        """In force today, or not."""
        running = Agreement.objects.in_force(timezone.localdate()).values("pk")
        return queryset.filter(pk__in=running) if value == IN_FORCE else queryset.exclude(pk__in=running)
