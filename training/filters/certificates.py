"""Filters of the list of certificates."""

import datetime as dt

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from core import codes
from core.codes import legal_number
from core.forms import DateInput, LongSelect
from core.text import clean_label, clean_number, clean_text
from training.models import LEVELS, Certificate
from unions.filters import UnionBelowFilter, visible_unions
from workers.search import unseal

VALID, EXPIRING, EXPIRED = "valid", "expiring", "expired"
SOON = "reminder.far_days"


def level_choices() -> list[tuple[str, str]]:
    """The rungs a certificate can have, by their names."""
    names = codes.names("skill_level")
    return [(level, names.get(level, level)) for level in LEVELS]


class WaitingFilter(filters.FilterSet):
    """Query string of the queue of the town."""

    union = UnionBelowFilter()
    kind = filters.ChoiceFilter(label="证书种类", choices=Certificate.Kind.choices, empty_label="全部")

    class Meta:
        model = Certificate
        fields = ["union", "kind"]


class CertificateFilter(filters.FilterSet):
    """Query string of the list. A name or number that is looked for arrives sealed as ``find``."""

    find = filters.CharFilter(label="姓名 / 证书编号", method="by_search", widget=forms.HiddenInput)
    union = filters.ModelChoiceFilter(
        label="工会（含下级）",
        queryset=visible_unions,
        method="below",
        empty_label="全部",
        widget=LongSelect(),
    )
    state = filters.ChoiceFilter(label="状态", choices=Certificate.State.choices, empty_label="全部")
    kind = filters.ChoiceFilter(label="证书种类", choices=Certificate.Kind.choices, empty_label="全部")
    level = filters.ChoiceFilter(label="等级", choices=level_choices, empty_label="全部")
    trade = filters.CharFilter(label="工种", method="by_trade")
    validity = filters.ChoiceFilter(
        label="有效期",
        method="by_validity",
        empty_label="全部",
        choices=[(VALID, "今天有效"), (EXPIRING, "即将到期"), (EXPIRED, "已过期")],
    )
    since = filters.DateFilter(
        label="发证日期起", field_name="issued_on", lookup_expr="gte", widget=DateInput()
    )
    until = filters.DateFilter(
        label="发证日期止", field_name="issued_on", lookup_expr="lte", widget=DateInput()
    )

    class Meta:
        model = Certificate
        fields = ["find", "union", "state", "kind", "level", "trade", "validity", "since", "until"]

    @property
    def text(self) -> str:
        """What was looked for."""
        return unseal(self.data.get("find", ""))

    def by_search(self, queryset, name, value):
        """Part of a person's name, or the beginning of a number; an unreadable seal finds nothing."""
        text = clean_text(unseal(value))
        if not text:
            return queryset.none()
        number = clean_number(text).upper()
        return queryset.filter(Q(worker__name__contains=text) | Q(number__startswith=number))

    def below(self, queryset, name, value):
        """Certificates of people of the union or one below it."""
        return queryset.filter(worker__union__path__startswith=value.path)

    def by_trade(self, queryset, name, value):
        """Part of the trade."""
        return queryset.filter(trade__icontains=clean_label(value[:50], longest=50))

    def by_validity(self, queryset, name, value):
        """By the last day, as of today; the near days are those of all reminders. Who asks for what ran out or is about
        to means certificates to renew: refused and revoked ones are none."""
        today = timezone.localdate()
        if value == EXPIRED:
            return queryset.exclude(state__in=["refused", "revoked"]).filter(valid_until__lt=today)
        found = queryset.in_force(today)
        if value == VALID:
            return found
        near = today + dt.timedelta(days=int(legal_number(SOON, on=today)))
        return found.filter(valid_until__lte=near)
