"""Filters of surveys of demand and their returns, chainable."""

import datetime as dt

from django.db.models import Q

from core.access import Permission
from training.querysets.classes import TrainingQuerySet


class SurveyQuerySet(TrainingQuerySet):
    """Surveys belong to the union that asks, and are kept by those who decide about training."""

    edit_permission = Permission.DECIDE_TRAINING

    def visible_to(self, user):
        """Surveys of the unions in reach, and of unions above, which ask them."""
        return self.filter(self.own_or_above(user))

    def running(self, day: dt.date):
        """Those that take answers on the day."""
        return self.filter(closed_at=None, deadline__gte=day)

    def over(self, day: dt.date):
        """Those that take none any more."""
        return self.filter(Q(closed_at__isnull=False) | Q(deadline__lt=day))


class DemandReturnQuerySet(TrainingQuerySet):
    """Returns belong to the union that answered."""


class DemandLineQuerySet(TrainingQuerySet):
    """Lines go with their return."""

    union_field = "demand_return__union"
