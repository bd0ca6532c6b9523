"""Filters of the list of results and of the medal table."""

import django_filters as filters
from django_filters.fields import ModelChoiceField

from competitions.filters.entries import OfEntryFilter
from competitions.models import Contest, Event, Result
from competitions.queries.medals import final_events
from core.forms import LongSelect, years
from unions.models import Union


def events_with_results(request):
    """Events whose results the user may see something of."""
    rows = Result.objects.visible_to(request.user)
    events = Event.objects.filter(pk__in=rows.order_by().values("event")).select_related("contest")
    return events.order_by("-contest__starts_on", "pk")


def contests_with_results(request):
    """The contests of those events."""
    rows = Contest.objects.filter(pk__in=events_with_results(request).order_by().values("contest"))
    return rows.order_by("-starts_on", "pk")


def events_final(request):
    """Events with final results."""
    return final_events(request.user).select_related("contest").order_by("-contest__starts_on", "pk")


def contests_final(request):
    """Contests with an event whose results are final."""
    rows = Contest.objects.filter(pk__in=final_events(request.user).order_by().values("contest"))
    return rows.order_by("-starts_on", "pk")


class EventField(ModelChoiceField):
    """Events named with their contest."""

    def label_from_instance(self, event):
        """Contest and event."""
        return f"{event.contest.title} · {event.title}"


class EventChoice(filters.ModelChoiceFilter):
    """One of the events offered."""

    field_class = EventField


class ResultFilter(OfEntryFilter):
    """Query string of the list of results; what the medal table is asked for can be asked for here, so that its figures
    lead to their rows."""

    contest = filters.ModelChoiceFilter(
        label="竞赛",
        field_name="event__contest",
        queryset=contests_with_results,
        empty_label="全部",
        widget=LongSelect(),
    )
    event = EventChoice(
        label="比赛项目", queryset=events_with_results, empty_label="全部", widget=LongSelect()
    )
    kind = filters.ChoiceFilter(
        label="竞赛种类", field_name="event__contest__kind", choices=Contest.Kind.choices, empty_label="全部"
    )
    standing = filters.ChoiceFilter(label="情况", choices=Result.Standing.choices, empty_label="全部")
    phase = filters.ChoiceFilter(
        label="成绩状态", field_name="event__phase", choices=Event.Phase.choices[1:], empty_label="全部"
    )

    class Meta:
        model = Result
        fields = ["q", "union", "contest", "event", "kind", "standing", "phase", "year"]


class MedalFilter(filters.FilterSet):
    """Query string of the medal table. The rows bring the counts of the events asked for along."""

    year = filters.ChoiceFilter(label="年度", choices=years, method="as_asked", empty_label="全部")
    contest = filters.ModelChoiceFilter(
        label="竞赛", queryset=contests_final, method="as_asked", empty_label="全部", widget=LongSelect()
    )
    event = EventChoice(
        label="比赛项目", queryset=events_final, method="as_asked", empty_label="全部", widget=LongSelect()
    )
    kind = filters.ChoiceFilter(
        label="竞赛种类", choices=Contest.Kind.choices, method="as_asked", empty_label="全部"
    )

    class Meta:
        model = Union
        fields = ["year", "contest", "event", "kind"]

    def as_asked(self, queryset, name, value):
        """In the counts already."""
        return queryset
