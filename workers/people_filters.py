"""What the filters of lists about people have in common: the sealed search box, the union and the firm."""

import functools
import operator

import django_filters as filters
from django import forms
from django.db.models import Q
from django.urls import reverse_lazy

from core.forms import LongSelect, RemoteSelect
from unions.filters import visible_unions
from unions.models import Employer
from unions.scoping import unions_under
from workers.models import Worker
from workers.search import search, understand, unseal


def visible_employers(request):
    """The firms a filter may offer to this user."""
    return Employer.objects.visible_to(request.user).order_by("name")


class PeopleFilter(filters.FilterSet):
    """Rows about people on the roll; ``people`` names the fields that lead to them, any of which may match.

    The text of the search box arrives sealed as ``find`` (workers.search).
    """

    people: tuple[str, ...] = ("worker",)

    find = filters.CharFilter(label="姓名或号码", method="by_search", widget=forms.HiddenInput)
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    employer = filters.ModelChoiceFilter(
        label="工作单位",
        queryset=visible_employers,
        method="at_firm",
        empty_label="全部",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )

    @property
    def text(self) -> str:
        """What the user typed into the search box."""
        return unseal(self.data.get("find", ""))

    def by_search(self, queryset, name, value):
        """Rows of the people whom the search box finds; a token that is not ours finds nobody."""
        if not self.text:
            return queryset.none()
        people = Worker.objects.visible_to(self.request.user)
        asked = understand(self.text, rows=people, user=self.request.user).asked
        keys = search(people, self.text, asked.kind).order_by().values("pk")
        return queryset.filter(self._any("in", keys))

    def below(self, queryset, name, value):
        """Rows of people of the union or one below it."""
        return queryset.filter(self._any("union__in", unions_under([value.path])))

    def at_firm(self, queryset, name, value):
        """Rows of people of the firm."""
        return queryset.filter(self._any("employer", value))

    def _any(self, lookup: str, value) -> Q:
        return functools.reduce(operator.or_, (Q(**{f"{field}__{lookup}": value}) for field in self.people))
