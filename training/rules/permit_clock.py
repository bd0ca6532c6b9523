"""The clock of a permit for special work (特种作业操作证): when the next review or the end is due.

Valid six years, reviewed every three, every six after ten years without breach; a review may be asked for in the
sixty days before it is due (domain facts 8.1). The years are legal numbers; those in force on the day of issue hold
for the whole life of a permit. The days of review are anniversaries of the issue, however early or late an earlier
review was: that is what the card says.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.dates import years_after
from core.models import LegalNumber

CODES = {
    "permit.valid_years": "valid_years",
    "permit.review_years": "review_years",
    "permit.long_review_years": "long_review_years",
    "permit.early_days": "early_days",
}


@dataclass(frozen=True)
class ClockRule:
    """The numbers in force on a day: years of validity and between reviews, days that a review may be early."""

    valid_years: int
    review_years: int
    long_review_years: int
    early_days: int

    def end_of(self, issued_on: dt.date) -> dt.date:
        """The last day that a permit issued on the day may hold."""
        return years_after(issued_on, self.valid_years)

    def reviews_of(self, issued_on: dt.date, valid_until: dt.date, *, long_service: bool) -> list[dt.date]:
        """The days by which reviews are due, all before the end."""
        years = self.long_review_years if long_service else self.review_years
        found, count = [], 1
        while (due := years_after(issued_on, years * count)) < valid_until:
            found.append(due)
            count += 1
        return found

    def next_due(
        self,
        issued_on: dt.date,
        valid_until: dt.date,
        *,
        long_service: bool,
        reviewed: Iterable[dt.date] = (),
    ) -> dt.date:
        """The first day of review that no passed review (``reviewed``) has settled, or the end of validity.

        A review settles every day of review up to ``early_days`` after it.
        """
        settled = max((on + dt.timedelta(days=self.early_days) for on in reviewed), default=dt.date.min)
        dues = self.reviews_of(issued_on, valid_until, long_service=long_service)
        return next((due for due in dues if due > settled), valid_until)


class ClockRules:
    """The rules of all days, read once: a file has thousands of permits."""

    def __init__(self):
        rows = LegalNumber.objects.filter(code__in=CODES).order_by("valid_from")
        self._numbers = list(rows.values_list("code", "valid_from", "value"))

    def on(self, day: dt.date) -> ClockRule | None:
        """The rule in force on the day; None before the first one."""
        known = {CODES[code]: int(value) for code, valid_from, value in self._numbers if valid_from <= day}
        return ClockRule(**known) if len(known) == len(CODES) else None

    @property
    def first_day(self) -> dt.date:
        """The day from which all numbers are known."""
        starts: dict[str, dt.date] = {}
        for code, valid_from, _ in self._numbers:
            starts.setdefault(code, valid_from)
        return max(starts.values())
