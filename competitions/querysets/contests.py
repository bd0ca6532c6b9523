"""Filters of contests, their events and stages, chainable."""

from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.access import Permission
from unions.scoping import ScopedQuerySet, reach


class CompetitionQuerySet(ScopedQuerySet):
    """Records of competitions: opened by the permissions of competitions."""

    view_permission = Permission.VIEW_CONTESTS
    edit_permission = Permission.EDIT_CONTESTS


def offered_from_above(user, permission, *, through: str = ""):
    """Condition: the contest belongs to a union above the user's, is open to the unions below, and is announced;
    ``through`` is the way to the contest (``contest__``). None for somebody at the top."""
    above = {int(key) for path in reach(user, permission) for key in path.split("/")[:-2]}
    if not above:
        return None
    named = {f"{through}union__in": above, f"{through}is_open_below": True}
    return Q(**named) & ~Q(**{f"{through}state__in": ["planned", "cancelled"]})


class ContestQuerySet(CompetitionQuerySet):
    """Contests belong to the union that holds them."""

    def visible_to(self, user):
        """Contests of the unions in reach, and announced ones of unions above that are open to those below."""
        own = super().visible_to(user)
        offered = offered_from_above(user, self.view_permission)
        return own if offered is None else self.filter(Q(pk__in=own.values("pk")) | offered)

    def with_counts(self):
        """``events_held``: how many events it has."""
        events = self.model._meta.get_field("events").related_model.objects
        counted = events.filter(contest=OuterRef("pk")).order_by().values("contest")
        return self.annotate(
            events_held=Coalesce(Subquery(counted.annotate(found=Count("pk")).values("found")), 0)
        )


class EventQuerySet(CompetitionQuerySet):
    """Events are seen and kept like their contest."""

    union_field = "contest__union"

    def visible_to(self, user):
        """Events of the contests that the user sees."""
        own = super().visible_to(user)
        offered = offered_from_above(user, self.view_permission, through="contest__")
        return own if offered is None else self.filter(Q(pk__in=own.values("pk")) | offered)

    def with_weights(self):
        """``weights``: what the stages' shares add up to, in percent."""
        stages = self.model._meta.get_field("stages").related_model.objects
        held = stages.filter(event=OuterRef("pk")).order_by().values("event")
        nothing = Value(0, output_field=DecimalField())
        return self.annotate(
            weights=Coalesce(Subquery(held.annotate(sum=Sum("weight")).values("sum")), nothing)
        )


class StageQuerySet(CompetitionQuerySet):
    """Stages are seen and kept like their contest."""

    union_field = "event__contest__union"


class ContestPaperQuerySet(CompetitionQuerySet):
    """Papers are kept like their contest."""

    union_field = "contest__union"
    for_all = ("rules", "notice")

    def visible_to(self, user):
        """Papers of the contests of unions in reach; of an announced contest above that takes their people, the
        rules and the notice."""
        own = super().visible_to(user)
        offered = offered_from_above(user, self.view_permission, through="contest__")
        if offered is None:
            return own
        return self.filter(Q(pk__in=own.values("pk")) | (offered & Q(kind__in=self.for_all)))
