"""Filters of nomination selections, their shares and places, and of the templates of shares, chainable."""

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.access import Permission
from unions.scoping import ScopedQuerySet, reach
from unions.spells import in_effect


class ShareRuleQuerySet(models.QuerySet):
    """Templates of the whole town: everybody who sees selections reads them."""

    def on(self, day):
        """In effect on the day."""
        return self.filter(in_effect(day))


class HeldQuerySet(ScopedQuerySet):
    """Rows of a selection: kept by whoever decides about nominations for its holder."""

    union_field = "selection__union"
    view_permission = Permission.VIEW_CONTESTS
    edit_permission = Permission.DECIDE_CONTESTS


class SelectionQuerySet(HeldQuerySet):
    """Selections belong to the union that holds them."""

    union_field = "union"

    def visible_to(self, user):
        """Selections of the unions in reach, and announced ones of unions above. A selection itself names nobody."""
        own = super().visible_to(user)
        above = {int(key) for path in reach(user, self.view_permission) for key in path.split("/")[:-2]}
        if not above:
            return own
        announced = Q(union__in=above) & ~Q(phase="planned")
        return self.filter(Q(pk__in=own.values("pk")) | announced)

    def with_counts(self, user):
        """``nominated``: how many stand in it of those the user may see."""
        rows = self.model._meta.get_field("nominations").related_model.objects.visible_to(user).standing()
        counted = rows.filter(selection=OuterRef("pk")).order_by().values("selection")
        return self.annotate(
            nominated=Coalesce(Subquery(counted.annotate(found=Count("pk")).values("found")), 0)
        )


class SelectionShareQuerySet(HeldQuerySet):
    """Shares are seen and kept like their selection."""


class SelectionPlaceQuerySet(HeldQuerySet):
    """The places of a union: seen by it, kept like the selection."""

    union_field = "union"
