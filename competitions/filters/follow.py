"""Filters of the lists of awards and of promises."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from competitions.models import Award, Contest, Entrant, Gain, Promise
from competitions.queries.follow import STANDINGS, in_standing
from core.forms import LongSelect, years
from core.text import clean_text
from unions.filters import visible_unions
from unions.scoping import unions_under
from workers.people_filters import PeopleFilter


def visible_contests(request):
    """Contests with awards in the user's reach, the newest first."""
    found = Entrant.objects.visible_to(request.user).exclude(entry__award=None)
    return Contest.objects.filter(events__in=found.values("event")).distinct().order_by("-starts_on", "-pk")


class AwardFilter(filters.FilterSet):
    """Query string of the list of awards."""

    q = filters.CharFilter(
        label="竞赛 / 项目 / 奖项 / 获奖编号",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    contest = filters.ModelChoiceFilter(
        label="竞赛",
        field_name="event__contest",
        queryset=visible_contests,
        empty_label="全部",
        widget=LongSelect(),
    )
    union = filters.ModelChoiceFilter(
        label="参赛工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    year = filters.ChoiceFilter(label="颁发年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Entrant
        fields = ["q", "contest", "union", "year"]

    def search(self, queryset, name, value):
        """Contest, event, prize, team or number of the award holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(
            Q(event__contest__title__icontains=text)
            | Q(event__title__icontains=text)
            | Q(entry__team_name__icontains=text)
            | Q(entry__award__prize__title__icontains=text)
            | Q(entry__award__code__icontains=text)
        )

    def below(self, queryset, name, value):
        """Entries of the union and those below it."""
        return queryset.filter(entry__union__in=unions_under([value.path]))

    def in_year(self, queryset, name, value):
        """Given in the year."""
        return queryset.filter(entry__award__awarded_on__year=int(value))


class RevokedAwardFilter(filters.FilterSet):
    """Query string of the list of revoked awards."""

    q = filters.CharFilter(
        label="竞赛 / 项目 / 奖项 / 获奖编号",
        method="search",
        widget=forms.TextInput(attrs={"data-search": "", "placeholder": "输入关键字"}),
    )
    year = filters.ChoiceFilter(label="撤销年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Award
        fields = ["q", "year"]

    def search(self, queryset, name, value):
        """Contest, event, prize or number of the award holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(
            Q(event__contest__title__icontains=text)
            | Q(event__title__icontains=text)
            | Q(prize__title__icontains=text)
            | Q(code__icontains=text)
        )

    def in_year(self, queryset, name, value):
        """Revoked in the year."""
        return queryset.filter(revoked_on__year=int(value))


class PromiseFilter(PeopleFilter):
    """Query string of the list of promises; unions are those that entered the people."""

    people = ("entrant__worker",)

    state = filters.ChoiceFilter(label="情况", choices=STANDINGS, method="by_state", empty_label="全部")
    gain = filters.ChoiceFilter(label="待遇", choices=Gain.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="竞赛年度", choices=years, method="in_year", empty_label="全部")

    class Meta:
        model = Promise
        fields = ["find", "state", "gain", "year", "union", "employer"]

    def by_state(self, queryset, name, value):
        """See ``queries.follow.in_standing``."""
        return in_standing(queryset, value, timezone.localdate())

    def below(self, queryset, name, value):
        """Of people whom the union or one below it entered."""
        return queryset.filter(union__in=unions_under([value.path]))

    def in_year(self, queryset, name, value):
        """Of contests that begin in the year."""
        return queryset.filter(event__contest__starts_on__year=int(value))
