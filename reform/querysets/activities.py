"""Filters of activities, chainable."""

from core.access import Permission
from unions.scoping import ScopedQuerySet


class ActivityQuerySet(ScopedQuerySet):
    """Activities belong to the union that holds them."""

    view_permission = Permission.VIEW_ACTIVITIES
    edit_permission = Permission.EDIT_ACTIVITIES

    def held_in(self, period):
        """Held, with the first day in the period."""
        return self.filter(state="held", starts_on__range=(period.start, period.end))
