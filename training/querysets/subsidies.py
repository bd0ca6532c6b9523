"""Filters of the rules and claims of subsidies, chainable."""

from django.db import models
from django.db.models import F, Q

from training.querysets.classes import TrainingQuerySet
from unions.spells import in_effect


class DatedRuleQuerySet(models.QuerySet):
    """Rows of the town office, of no union: read by all who see training."""

    def on(self, day):
        """In effect on the day."""
        return self.filter(in_effect(day))


class ClaimQuerySet(TrainingQuerySet):
    """Seen and kept by the union of the person at the claim."""

    def live(self):
        """Neither refused nor withdrawn: these stand against the limits."""
        return self.filter(state__in=["claimed", "approved", "paid"])

    def waiting(self):
        """Claimed, and not decided by the town yet."""
        return self.filter(state="claimed")

    def paid_in(self, period):
        """Paid within the period, both days included."""
        return self.filter(state="paid", paid_on__range=(period.start, period.end))

    def doubtful(self):
        """The certificate is not verified now, or does not read as it did at the claim."""
        changed = ~Q(level=F("certificate__level"), trade=F("certificate__trade"))
        changed |= ~Q(issued_on=F("certificate__issued_on"))
        return self.filter(~Q(certificate__state="verified") | changed)
