"""Filters of skill leaders and their allowances, chainable."""

import datetime as dt

from django.db.models import Max, OuterRef, Subquery

from core.access import Permission
from training.querysets.nominations import NominationQuerySet
from unions.scoping import ScopedQuerySet
from unions.spells import in_effect


class LeaderQuerySet(NominationQuerySet):
    def in_term(self, day: dt.date):
        """Accepted by the town and in term on the day."""
        return self.accepted().filter(in_effect(day))

    def with_paid_until(self):
        """Annotates ``paid_until``: the last month whose allowance was paid, by its first day."""
        payments = self.model._meta.get_field("payments").related_model.objects
        rows = payments.filter(leader=OuterRef("pk")).order_by().values("leader")
        return self.annotate(paid_until=Subquery(rows.annotate(last=Max("month")).values("last")))


class AllowanceQuerySet(ScopedQuerySet):
    """Payments go with their leader."""

    union_field = "leader__worker__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING
