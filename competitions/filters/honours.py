"""Filters of the lists of honours, teams and studios."""

import datetime as dt

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from competitions.models import CollectiveHonour, Honour, HonourType, Nature, Recognition, Studio, Team
from competitions.queries.studios import projects_asked, with_projects
from core import codes
from core.codes import legal_number
from core.forms import LongSelect, years
from core.text import clean_text
from unions.filters import visible_unions
from workers.people_filters import PeopleFilter

VALID, EXPIRED, EXPIRING, RECHECK = "valid", "expired", "expiring", "recheck"
VALIDITIES = [
    (VALID, "今天有效"),
    (EXPIRING, "即将到期"),
    (EXPIRED, "已到期"),
    (RECHECK, "复核到期或即将到期"),
]
SOON = "reminder.far_days"


def types_of(nature: str) -> list[tuple[str, str]]:
    """The kinds that are given to this nature, by their names."""
    given = set(HonourType.objects.filter(nature=nature).values_list("code", flat=True))
    return [(code, name) for code, name in codes.names("honour_type").items() if code in given]


def in_validity(rows, value: str, today: dt.date):
    """Rows that stand so on the day; the near days are those of all reminders."""
    if value == VALID:
        return rows.valid_on(today)
    if value == EXPIRED:
        return rows.filter(valid_until__lt=today)
    near = today + dt.timedelta(days=int(legal_number(SOON, on=today)))
    if value == EXPIRING:
        return rows.valid_on(today).filter(valid_until__lte=near)
    return rows.valid_on(today).filter(recheck_on__lte=near)


class RecognitionFilter(filters.FilterSet):
    """What the lists of honours and studios have in common; a subclass adds the kinds of its nature."""

    level = filters.ChoiceFilter(
        label="级别", choices=lambda: codes.choices("base_level"), empty_label="全部"
    )
    state = filters.ChoiceFilter(label="状态", choices=Recognition.State.choices, empty_label="全部")
    year = filters.ChoiceFilter(label="年度", choices=years, empty_label="全部")
    validity = filters.ChoiceFilter(
        label="有效期和复核", method="by_validity", choices=VALIDITIES, empty_label="全部"
    )

    def by_validity(self, queryset, name, value):
        """See ``in_validity``."""
        return in_validity(queryset, value, timezone.localdate())


class HonourFilter(PeopleFilter, RecognitionFilter):
    """Query string of the list of honours of people."""

    type = filters.ChoiceFilter(
        label="荣誉种类", choices=lambda: types_of(Nature.INDIVIDUAL), empty_label="全部"
    )

    class Meta:
        model = Honour
        fields = ["find", "type", "level", "state", "year", "validity", "union", "employer"]


class HeldFilter(RecognitionFilter):
    """Rows of a union, with a box for words."""

    q = filters.CharFilter(
        label="名称 / 集体 / 文件号",
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

    def search(self, queryset, name, value):
        """The title, document number or name of the holder holds the text."""
        text = clean_text(value)[:50]
        asked = (
            Q(title__icontains=text) | Q(document_number__icontains=text) | Q(employer__name__icontains=text)
        )
        return queryset.filter(asked | self.of_holder(text))

    def of_holder(self, text: str) -> Q:
        """Condition on the rest of the holder."""
        return Q(union__name__icontains=text)

    def below(self, queryset, name, value):
        """Rows of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)


class CollectiveHonourFilter(HeldFilter):
    """Query string of the list of honours of collectives."""

    type = filters.ChoiceFilter(
        label="荣誉种类", choices=lambda: types_of(Nature.COLLECTIVE), empty_label="全部"
    )

    class Meta:
        model = CollectiveHonour
        fields = ["q", "type", "level", "state", "year", "validity", "union"]

    def of_holder(self, text: str) -> Q:
        """The team or the union."""
        return Q(team__name__icontains=text) | Q(union__name__icontains=text)


class StudioFilter(HeldFilter):
    """Query string of the list of studios."""

    type = filters.ChoiceFilter(label="种类", choices=lambda: types_of(Nature.STUDIO), empty_label="全部")
    projects = filters.ChoiceFilter(
        label="今年立项",
        method="by_projects",
        choices=[("short", "今年还没有按要求立项"), ("met", "今年已按要求立项")],
        empty_label="全部",
    )

    class Meta:
        model = Studio
        fields = ["q", "type", "level", "state", "year", "validity", "projects", "union"]

    def by_projects(self, queryset, name, value):
        """Valid studios by whether this year's approved projects come up to the rule; without a rule, to one."""
        today = timezone.localdate()
        rows = with_projects(queryset.valid_on(today), today.year, today)
        asked = projects_asked(today) or 1
        return rows.filter(approved__lt=asked) if value == "short" else rows.filter(approved__gte=asked)


class TeamFilter(filters.FilterSet):
    """Query string of the list of teams."""

    q = filters.CharFilter(
        label="班组 / 用人单位",
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
    titled = filters.ChoiceFilter(
        label="称号",
        method="by_titles",
        choices=[("yes", "持有有效称号"), ("no", "没有有效称号")],
        empty_label="全部",
    )
    state = filters.ChoiceFilter(
        label="情况", method="by_state", choices=[("on", "现有"), ("gone", "已撤销")], empty_label="全部"
    )

    class Meta:
        model = Team
        fields = ["q", "union", "titled", "state"]

    def search(self, queryset, name, value):
        """The team or its firm holds the text."""
        text = clean_text(value)[:50]
        return queryset.filter(Q(name__icontains=text) | Q(employer__name__icontains=text))

    def below(self, queryset, name, value):
        """Teams of the union and those below it."""
        return queryset.filter(union__path__startswith=value.path)

    def by_titles(self, queryset, name, value):
        """Existing teams by whether they hold today a title that counts for model teams."""
        today = timezone.localdate()
        titled = Team.objects.titled_on(today).values("pk")
        standing = queryset.on(today)
        return standing.filter(pk__in=titled) if value == "yes" else standing.exclude(pk__in=titled)

    def by_state(self, queryset, name, value):
        """Existing today or not."""
        today = timezone.localdate()
        return queryset.on(today) if value == "on" else queryset.filter(dissolved_on__lte=today)
