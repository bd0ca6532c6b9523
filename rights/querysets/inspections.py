"""Filters of inspections and the hazards they found, chainable."""

import datetime as dt

from django.db.models import Count, F, Q

from core.access import Permission
from unions.scoping import ScopedQuerySet


class SupervisionQuerySet(ScopedQuerySet):
    """Records of supervision: opened by the permissions of supervision."""

    view_permission = Permission.VIEW_SUPERVISION
    edit_permission = Permission.EDIT_SUPERVISION


class InspectionQuerySet(SupervisionQuerySet):
    """Seen by the union that inspects and by the union of the firm; kept by the union that inspects."""

    def visible_to(self, user):
        """Inspections by a union in reach, and those of firms whose union is in reach."""
        own = super().visible_to(user)
        firms = self.model._meta.get_field("employer").related_model.objects
        mine = firms.within_reach(user, self.view_permission).values("pk")
        return self.filter(Q(pk__in=own.values("pk")) | Q(employer__in=mine))

    def with_counts(self):
        """``found`` hazards, of them ``closed``."""
        return self.annotate(
            found=Count("hazards"), closed=Count("hazards", filter=Q(hazards__closed_on__isnull=False))
        )


class HazardQuerySet(SupervisionQuerySet):
    """Seen like the inspection that found it; kept by the union that inspects."""

    union_field = "inspection__union"

    def visible_to(self, user):
        """Hazards of the inspections that the user sees."""
        inspections = self.model._meta.get_field("inspection").related_model.objects
        return self.filter(inspection__in=inspections.visible_to(user).values("pk"))

    def open(self):
        """Not closed yet."""
        return self.filter(closed_on=None)

    def overdue_on(self, day: dt.date):
        """Not closed by the day although the time had passed."""
        late = Q(closed_on=None) | Q(closed_on__gt=day)
        return self.filter(late, due_on__lt=day)

    def closed_in_time(self):
        """Closed on the day that was set, or before."""
        return self.filter(closed_on__lte=F("due_on"))
