"""Filters of the lists of innovations, of methods to take over, and of where they were taken over."""

import django_filters as filters
from django import forms
from django.db.models import Q

from competitions.models import Innovation, Promotion
from competitions.models.innovation_kinds import Kind, Review, Stage
from core import codes
from core.forms import LongSelect, years
from core.text import clean_text
from unions.filters import visible_unions

STAGES = [
    (Stage.PLANNED, "计划中"),
    (Stage.OPEN, "进行中、待答复或申请中"),
    (Stage.ADOPTED, "已采纳，还没有实施"),
    (Stage.DONE, "已完成、实施、授权或命名"),
    (Stage.DROPPED, "已终止、未采纳或未授权"),
]


def _search_box(label: str) -> filters.CharFilter:
    return filters.CharFilter(
        label=label,
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )


def _union_box(label: str) -> filters.ModelChoiceFilter:
    return filters.ModelChoiceFilter(
        label=label, queryset=visible_unions, method="below", empty_label="全部", widget=LongSelect()
    )


def _level_box() -> filters.ChoiceFilter:
    return filters.ChoiceFilter(
        label="级别", choices=lambda: list(codes.names("innovation_level").items()), empty_label="全部"
    )


class InnovationFilter(filters.FilterSet):
    """Query string of the list of innovations."""

    q = _search_box("名称 / 内容 / 文件号 / 专利号")
    union = _union_box("工会（含下级）")
    kind = filters.ChoiceFilter(label="种类", choices=Kind.choices, empty_label="全部")
    stage = filters.ChoiceFilter(label="进展", choices=STAGES, empty_label="全部")
    state = filters.ChoiceFilter(label="评审", choices=Review.choices, method="by_review", empty_label="全部")
    year = filters.ChoiceFilter(label="完成年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Innovation
        fields = ["q", "union", "kind", "stage", "state", "year"]

    def by_review(self, queryset, name, value):
        """What the town said; 待评审 are those it has to review, without what is not done yet."""
        return queryset.waiting() if value == Review.ENTERED else queryset.filter(state=value)

    def search(self, queryset, name, value):
        """Title, content, document or patent number holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(
            Q(title__icontains=text)
            | Q(content__icontains=text)
            | Q(document_number__icontains=text)
            | Q(patent_number__icontains=text)
        )

    def below(self, queryset, name, value):
        """Of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)

    def in_year(self, queryset, name, value):
        """Done in the year."""
        return queryset.filter(done_on__year=int(value))


class MethodFilter(filters.FilterSet):
    """Query string of the list of methods that can be taken over."""

    q = _search_box("名称 / 内容")
    level = _level_box()
    year = filters.ChoiceFilter(label="命名年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Innovation
        fields = ["q", "level", "year"]

    def search(self, queryset, name, value):
        """Title or content holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(title__icontains=text) | Q(content__icontains=text))

    def in_year(self, queryset, name, value):
        """Named in the year."""
        return queryset.filter(done_on__year=int(value))


class PromotionFilter(filters.FilterSet):
    """Query string of the list of where methods were taken over."""

    q = _search_box("先进操作法")
    union = _union_box("应用单位工会（含下级）")
    state = filters.ChoiceFilter(
        label="确认",
        choices=[("waiting", "待确认"), ("confirmed", "已确认")],
        method="by_state",
        empty_label="全部",
    )
    year = filters.ChoiceFilter(label="开始年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Promotion
        fields = ["q", "union", "state", "year"]

    def search(self, queryset, name, value):
        """The method's title holds the text."""
        return queryset.filter(innovation__title__icontains=clean_text(value)[:50])

    def below(self, queryset, name, value):
        """Taken over in the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)

    def by_state(self, queryset, name, value):
        """Confirmed by the unit's union, or not yet."""
        return queryset.filter(confirmed_at__isnull=value == "waiting")

    def in_year(self, queryset, name, value):
        """Since a day of the year."""
        return queryset.filter(since__year=int(value))
