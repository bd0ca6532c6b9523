"""Filters of training bases and their evaluations, chainable."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from core.access import Permission
from unions.scoping import ScopedQuerySet, reach
from unions.spells import in_effect


class _TownKept(ScopedQuerySet):
    """Read by everybody who reads training anywhere, since any union may train there; kept by the town."""

    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.DECIDE_TRAINING

    def visible_to(self, user):
        """All of them, for whoever reads training of some union: a base is no unit's own affair and names nobody."""
        return self.all() if reach(user, self.view_permission) else self.none()


class BaseQuerySet(_TownKept):
    def recognised_on_day(self, day: dt.date):
        """Recognised on the day and not withdrawn by then."""
        return self.filter(in_effect(day, "recognised_on", "withdrawn_on"))

    def unevaluated(self, year: int):
        """Those that should have been evaluated for the year and were not: recognised before it began and not
        withdrawn before it ended."""
        rows = self.model._meta.get_field("evaluations").related_model.objects.filter(year=year)
        due = Q(recognised_on__lt=dt.date(year, 1, 1))
        due &= Q(withdrawn_on=None) | Q(withdrawn_on__gt=dt.date(year, 12, 31))
        return self.filter(due).exclude(Exists(rows.filter(base=OuterRef("pk"))))


class BaseEvaluationQuerySet(_TownKept):
    union_field = "base__union"
