"""Filters of skill records, chainable."""

import datetime as dt

from django.db.models import F, Max, Q

from core.access import Permission
from unions.scoping import ScopedQuerySet


class TrainingQuerySet(ScopedQuerySet):
    """Records of training and skill about people on the roll: opened by the permissions of this app."""

    union_field = "worker__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING


class CertificateQuerySet(TrainingQuerySet):
    def waiting(self):
        """Entered, and not verified by the town yet."""
        return self.filter(state="entered")

    def in_force(self, day: dt.date):
        """Issued and not run out on the day, whether verified or not; a revoked one holds until it was revoked."""
        begun = Q(issued_on__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))
        return self.filter(begun).exclude(state="refused").exclude(state="revoked", revoked_on__lte=day)

    def valid_on(self, day: dt.date):
        """Verified by the town, issued and not run out on the day; one revoked later counts until then."""
        return self.in_force(day).exclude(state="entered")

    def ever_valid(self):
        """Verified by the town and valid on some day: not revoked as of the day of issue."""
        held = self.filter(state__in=["verified", "revoked"])
        return held.exclude(state="revoked", revoked_on__lte=F("issued_on"))

    def highest_levels(self):
        """``worker`` and ``highest``: each person once, at the highest rung among these certificates. Codes of
        rungs are compared as text (L2 < L4); special-ability certificates are no rung (domain facts 7)."""
        rungs = self.exclude(level="").order_by()
        return rungs.values("worker").annotate(highest=Max("level"))


class EvidenceQuerySet(TrainingQuerySet):
    union_field = "certificate__worker__union"


class TitleQuerySet(TrainingQuerySet):
    def waiting(self):
        """Entered, and not verified by the town yet."""
        return self.filter(state="entered")

    def held_on(self, day: dt.date):
        """Verified by the town and given by the day; one revoked later counts until then."""
        known = self.filter(issued_on__lte=day, state__in=["verified", "revoked"])
        return known.exclude(state="revoked", revoked_on__lte=day)
