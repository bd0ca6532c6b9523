"""Filters of the lists of firms and posts."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from core import codes
from core.codes import legal_number
from core.forms import LongSelect
from core.text import clean_text
from unions import queries
from unions.models import Employer, Post, Union
from unions.queries import posts_in
from unions.roles import Role
from unions.scoping import unions_under

COVERED, UNCOVERED, DUE = "yes", "no", "due"
SMALL, UNDECLARED = "small", "none"


def visible_unions(request):
    """The unions a filter may offer to this user."""
    return Union.objects.visible_to(request.user).order_by("path")


class UnionBelowFilter(filters.ModelChoiceFilter):
    """A union with all below it, of rows that know which lie ``inside`` unions (unions.scoping)."""

    def __init__(self, label="工会（含下级）"):
        super().__init__(label=label, queryset=visible_unions, empty_label="全部", widget=LongSelect())

    def filter(self, qs, value):
        """The rows of the union and those below it; all without one."""
        return qs.inside(unions_under([value.path])) if value else qs


class EmployerFilter(filters.FilterSet):
    """Query string of the list of firms."""

    q = filters.CharFilter(
        label="单位名称 / 信用代码",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    industry = filters.ChoiceFilter(
        label="行业", choices=lambda: codes.choices("industry_section"), empty_label="全部"
    )
    covered = filters.ChoiceFilter(
        label="建会情况",
        method="by_coverage",
        empty_label="全部",
        choices=[(COVERED, "已建会"), (UNCOVERED, "未建会"), (DUE, "应建未建（达到法定人数）")],
    )

    class Meta:
        model = Employer
        fields = ["q", "union", "industry", "covered"]

    def search(self, queryset, name, value):
        """Part of the name, or the start of a code."""
        text = clean_text(value)
        return queryset.filter(Q(name__icontains=text) | Q(credit_code__istartswith=text))

    def below(self, queryset, name, value):
        """Firms in the charge of the union or one below it."""
        return queryset.filter(union__path__startswith=value.path)

    def by_coverage(self, queryset, name, value):
        """With a union today, without one, or without one though large enough to need one (工会法 11)."""
        today = timezone.localdate()
        if value == COVERED:
            return queryset.filter(is_covered=True)
        queryset = queryset.filter(is_covered=False)
        if value == DUE:
            return queryset.filter(employees__gte=legal_number("union.min_members", on=today))
        return queryset


class PostFilter(filters.FilterSet):
    """Query string of the list of posts; those in effect unless asked otherwise."""

    q = filters.CharFilter(
        label="姓名 / 用户名 / 工会",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    role = filters.ChoiceFilter(label="角色", choices=Role.choices, empty_label="全部")
    state = filters.ChoiceFilter(
        label="任期",
        method="by_state",
        empty_label=None,
        choices=[
            ("current", "在任"),
            ("expiring", "90 天内到期"),
            ("expired", "已到期"),
            ("coming", "尚未开始"),
            ("all", "全部"),
        ],
    )

    class Meta:
        model = Post
        fields = ["q", "role", "state"]

    def __init__(self, data=None, *args, **kwargs):
        data = data.copy()
        data.setdefault("state", "current")
        super().__init__(data, *args, **kwargs)

    def search(self, queryset, name, value):
        """Part of the person's or union's name, or the user name."""
        text = clean_text(value)
        return queryset.filter(
            Q(user__name__icontains=text) | Q(user__username__iexact=text) | Q(union__name__icontains=text)
        )

    def by_state(self, queryset, name, value):
        """See ``queries.posts_in``."""
        return posts_in(value, queryset)


def _sizes():
    """Sizes of firms by the numbers of the law."""
    limits = queries.thresholds(timezone.localdate())
    return [
        (SMALL, f"不满 {limits.members} 人"),
        (str(limits.members), f"{limits.members} 人以上"),
        (str(limits.employees), f"{limits.employees} 人以上"),
        (UNDECLARED, "未申报"),
    ]


class UncoveredFilter(filters.FilterSet):
    """Query string of the list of firms without a union."""

    q = filters.CharFilter(
        label="单位名称 / 信用代码 / 地址",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="归口联合会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    industry = filters.ChoiceFilter(
        label="行业", choices=lambda: codes.choices("industry_section"), empty_label="全部"
    )
    size = filters.ChoiceFilter(label="申报职工", method="by_size", empty_label="全部", choices=_sizes)

    class Meta:
        model = Employer
        fields = ["q", "union", "industry", "size"]

    def search(self, queryset, name, value):
        """Part of the name or address, or the start of a code."""
        text = clean_text(value)
        named = Q(name__icontains=text) | Q(address__icontains=text) | Q(district__icontains=text)
        return queryset.filter(named | Q(credit_code__istartswith=text))

    def below(self, queryset, name, value):
        """Firms in the charge of the union or one below it."""
        return queryset.filter(union__path__startswith=value.path)

    def by_size(self, queryset, name, value):
        """Undeclared, below the number of the law, or from it on."""
        if value == UNDECLARED:
            return queryset.filter(employees=None)
        least = queries.thresholds(timezone.localdate()).members
        if value == SMALL:
            return queryset.filter(employees__lt=least)
        return queryset.filter(employees__gte=int(value))


def _reminder_states():
    """The states with today's numbers of days."""
    days = queries.reminder_days(timezone.localdate())
    return [
        (queries.DUE, f"逾期或 {days[-1]} 天内到期"),
        (queries.OVERDUE, "已逾期"),
        *((str(length), f"{length} 天内到期") for length in days),
        (queries.MISSING, "尚未登记"),
        (queries.ALL, "全部"),
    ]


class ReminderFilter(filters.FilterSet):
    """Query string of the reminders: rows of ``queries.things_due``, those to act on unless asked otherwise."""

    q = filters.CharFilter(
        label="工会名称",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    state = filters.ChoiceFilter(
        label="到期情况", method="by_state", empty_label=None, choices=_reminder_states
    )

    def __init__(self, data=None, *args, **kwargs):
        data = data.copy()
        data.setdefault("state", queries.DUE)
        super().__init__(data, *args, **kwargs)

    def search(self, queryset, name, value):
        """Part of the union's name."""
        return queryset.filter(**{f"{self._way(queryset)}name__icontains": clean_text(value)})

    def below(self, queryset, name, value):
        """Things of the union or one below it."""
        return queryset.filter(**{f"{self._way(queryset)}path__startswith": value.path})

    def by_state(self, queryset, name, value):
        """See ``queries.within_state``."""
        return queries.within_state(queryset, value, timezone.localdate())

    def _way(self, queryset) -> str:
        """From a row to its union."""
        return "" if queryset.model is Union else "union__"
