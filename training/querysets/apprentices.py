"""Filters of apprenticeships, chainable."""

import datetime as dt

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.access import Permission
from unions.scoping import ScopedQuerySet, reach, reaches_all, unions_under


class ApprenticeshipQuerySet(ScopedQuerySet):
    """Kept by whoever keeps the apprentice's record; the master's union sees them too."""

    union_field = "apprentice__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING

    def visible_to(self, user):
        """Pairs of which either is in reach."""
        if reaches_all(user, self.view_permission):
            return self.all()
        paths = reach(user, self.view_permission)
        if not paths:
            return self.none()
        unions = unions_under(paths)
        return self.filter(Q(apprentice__union__in=unions) | Q(master__union__in=unions))

    def editable_by(self, user):
        """Pairs the user may change; nothing is left to change of an anonymised apprentice."""
        return super().editable_by(user).filter(apprentice__anonymised_on=None)

    def in_force(self, day: dt.date):
        """Begun, within the agreed time, and not ended by the day."""
        return self.filter(Q(start__lte=day, until__gte=day), Q(end=None) | Q(end__gt=day))

    def open(self):
        """Without an outcome yet."""
        return self.filter(end=None)

    def with_master_load(self, day: dt.date):
        """Annotates ``master_load``: how many apprentices the master has on the day, wherever they are."""
        pairs = self.model._default_manager.in_force(day).filter(master=OuterRef("master")).order_by()
        count = pairs.values("master").annotate(found=Count("pk")).values("found")
        return self.annotate(master_load=Coalesce(Subquery(count), 0))
