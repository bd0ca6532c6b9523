"""The contests of a year, month by month."""

import calendar
import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q

from competitions.models import Contest


@dataclass
class Month:
    """A month with what happens in it: contests that take entries until a day of it, and those held in it."""

    number: int
    closing: list[Contest] = field(default_factory=list)
    held: list[Contest] = field(default_factory=list)


def months_of(year: int, user) -> list[Month]:
    """The twelve months. A contest stands in each month that it touches; cancelled ones in none."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = Contest.objects.visible_to(user).exclude(state=Contest.State.CANCELLED).select_related("union")
    rows = rows.filter(
        Q(starts_on__lte=last, ends_on__gte=first) | Q(entries_until__range=(first, last))
    ).order_by("starts_on", "pk")
    months = [Month(number) for number in range(1, 13)]
    for contest in rows:
        if contest.entries_until and contest.entries_until.year == year:
            months[contest.entries_until.month - 1].closing.append(contest)
        for month in months:
            end = dt.date(year, month.number, calendar.monthrange(year, month.number)[1])
            if contest.starts_on <= end and contest.ends_on >= end.replace(day=1):
                month.held.append(contest)
    return months
