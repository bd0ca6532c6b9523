"""Filters of what winning brings: rules, promises and their papers, chainable."""

import datetime as dt

from django.db import models
from django.db.models import Q

from competitions.querysets.contests import CompetitionQuerySet
from competitions.querysets.results import OfEntryQuerySet
from unions.spells import in_effect


class EntitlementQuerySet(models.QuerySet):
    """Rules of the town office, of no union: read by all who see contests."""

    def in_force(self, day: dt.date):
        """Confirmed by the town and in effect on the day."""
        return self.filter(in_effect(day)).exclude(confirmed_by=None)


class PromiseQuerySet(OfEntryQuerySet):
    """Promises, seen and kept by the union that entered the person and by the union that holds the contest."""

    union_field = "union"

    def inside(self, unions):
        """Either union is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(union__in=unions) | Q(event__contest__union__in=unions))

    def open(self):
        """Not given yet, and not given up."""
        return self.filter(state="promised")

    def overdue(self, day: dt.date):
        """Open, and the day by which it was to be given is past."""
        return self.open().filter(due_on__lt=day)

    def made_by(self, day: dt.date):
        """Registered up to the day, and neither given up by then nor resting on an award that was revoked by then."""
        late = Q(state="waived", closed_at__date__gt=day)
        return self.unlapsed(day).filter(Q(promised_on__lte=day) & (~Q(state="waived") | late))

    def unlapsed(self, day: dt.date):
        """Without those whose award stood revoked on the day: what was counted before stays."""
        return self.filter(Q(lapsed_on=None) | Q(lapsed_on__gt=day) | Q(revived_on__lte=day))


class PromisePaperQuerySet(CompetitionQuerySet):
    """Papers go with their promise."""

    union_field = "promise__union"

    def inside(self, unions):
        """Either union of the promise is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(promise__union__in=unions) | Q(promise__event__contest__union__in=unions))
