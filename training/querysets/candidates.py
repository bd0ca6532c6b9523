"""Filters of candidates and their yearly notes, chainable."""

import datetime as dt

from django.db.models import F, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from core.access import Permission
from training.querysets.nominations import NominationQuerySet
from unions.scoping import ScopedQuerySet


class CandidateQuerySet(NominationQuerySet):
    def with_level(self, day: dt.date):
        """Annotates ``current_level``: the highest rung of the verified certificates valid on the day, or ""."""
        certificates = self.model._meta.get_field("worker").related_model._meta.get_field("certificates")
        held = certificates.related_model.objects.valid_on(day).filter(worker=OuterRef("worker"))
        highest = held.order_by().values("worker").annotate(highest=Max("level")).values("highest")
        return self.annotate(current_level=Coalesce(Subquery(highest), Value("")))

    def at_goal(self):
        """Whose current level (``with_level``) is the goal or above; codes of rungs compare as text."""
        return self.filter(current_level__gte=F("goal_level"))

    def below_goal(self):
        """Whose current level is below the goal."""
        return self.filter(current_level__lt=F("goal_level"))


class CandidateNoteQuerySet(ScopedQuerySet):
    """Notes go with their candidate."""

    union_field = "candidate__worker__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING
