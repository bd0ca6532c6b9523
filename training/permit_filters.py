"""Filters of the list of permits."""

import django_filters as filters
from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from core import codes
from core.forms import LongSelect, RemoteSelect
from training.models import Permit
from training.permit_states import CURRENT, in_state, state_choices
from unions.models import Employer, Union
from unions.scoping import unions_under
from workers.models import Worker
from workers.search import search, understand, unseal


def visible_unions(request):
    """The unions a filter may offer to this user."""
    return Union.objects.visible_to(request.user).order_by("path")


def visible_employers(request):
    """The firms a filter may offer to this user."""
    return Employer.objects.visible_to(request.user).order_by("name")


class PermitFilter(filters.FilterSet):
    """Query string of the list of permits. The text of the search box arrives sealed as ``find`` (workers.search)."""

    find = filters.CharFilter(label="姓名或号码", method="by_search", widget=forms.HiddenInput)
    state = filters.ChoiceFilter(label="情况", method="by_state", empty_label="在用", choices=state_choices)
    category = filters.ChoiceFilter(
        label="作业类别", empty_label="全部", choices=lambda: list(codes.names("permit_category").items())
    )
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    employer = filters.ModelChoiceFilter(
        label="工作单位",
        field_name="worker__employer",
        queryset=visible_employers,
        empty_label="全部",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )

    class Meta:
        model = Permit
        fields = ["find", "state", "category", "union", "employer"]

    @property
    def text(self) -> str:
        """What the user typed into the search box."""
        return unseal(self.data.get("find", ""))

    def filter_queryset(self, queryset):
        """Cards in use of people on the roll, unless another state is asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = in_state(queryset, CURRENT, timezone.localdate())
        return super().filter_queryset(queryset)

    def by_search(self, queryset, name, value):
        """Cards of the people whom the search box finds; a token that is not ours finds nobody."""
        if not self.text:
            return queryset.none()
        people = Worker.objects.visible_to(self.request.user)
        asked = understand(self.text, rows=people, user=self.request.user).asked
        return queryset.filter(worker__in=search(people, self.text, asked.kind).order_by().values("pk"))

    def by_state(self, queryset, name, value):
        """See ``permit_states.in_state``."""
        return in_state(queryset, value, timezone.localdate())

    def below(self, queryset, name, value):
        """Cards of people of the union or one below it."""
        return queryset.filter(worker__union__in=unions_under([value.path]))
