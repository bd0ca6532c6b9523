"""Filters of innovations, of who made them, and of where methods were taken over; chainable."""

from django.apps import apps
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from competitions.querysets.contests import CompetitionQuerySet
from unions.models import OrgType
from unions.scoping import reach


class InnovationQuerySet(CompetitionQuerySet):
    """Innovations belong to the union that enters them."""

    def visible_to(self, user):
        """Those of the unions in reach, and methods that the town accepted: they are there to be taken over. Who made
        them is seen by their own unions only."""
        own = super().visible_to(user)
        if not reach(user, self.view_permission):
            return own
        return self.filter(Q(pk__in=own.values("pk")) | Q(kind="method", state="accepted"))

    def accepted(self):
        """Accepted by the town, and so done."""
        return self.filter(state="accepted")

    def waiting(self):
        """Done, and not decided by the town yet."""
        return self.filter(state="entered", stage="done")

    def methods(self):
        """先进操作法 that the town accepted."""
        return self.accepted().filter(kind="method")

    def with_lead(self):
        """``lead``: the name of whose it is, None before anybody is named."""
        leads = apps.get_model("competitions", "Contributor").objects.filter(
            innovation=OuterRef("pk"), role="lead"
        )
        return self.annotate(lead=Subquery(leads.values("worker__name")))

    def with_promotions(self):
        """``taken_over``: how many other units have confirmed that they work by it."""
        rows = apps.get_model("competitions", "Promotion").objects.confirmed().elsewhere()
        rows = rows.filter(innovation=OuterRef("pk")).order_by().values("innovation")
        found = Subquery(rows.annotate(found=Count("pk")).values("found"))
        return self.annotate(taken_over=Coalesce(found, 0, output_field=IntegerField()))

    def taken_over_in(self, period):
        """Those that another unit works by since a day of the period, as its union has confirmed."""
        rows = apps.get_model("competitions", "Promotion").objects.confirmed().elsewhere()
        rows = rows.filter(innovation=OuterRef("pk"), since__range=(period.start, period.end))
        return self.filter(Exists(rows))


class OfInnovationQuerySet(CompetitionQuerySet):
    """Kept like their innovation."""

    union_field = "innovation__union"


class ContributorQuerySet(OfInnovationQuerySet):
    """Who made what: seen by the union of the innovation and by the person's own."""

    def inside(self, unions):
        """Either union is one of these (None: the whole town)."""
        if unions is None:
            return self.all()
        return self.filter(Q(innovation__union__in=unions) | Q(worker__union__in=unions))


class InnovationPaperQuerySet(OfInnovationQuerySet):
    """Papers."""


class PictureQuerySet(OfInnovationQuerySet):
    """Pictures."""


class PromotionQuerySet(CompetitionQuerySet):
    """Kept by the union that took a method over; seen by the union of the method too."""

    def visible_to(self, user):
        """Those of either union."""
        own = super().visible_to(user)
        theirs = apps.get_model("competitions", "Innovation").objects.within_reach(user, self.view_permission)
        return self.filter(Q(pk__in=own.values("pk")) | Q(innovation__in=theirs.values("pk")))

    def confirmed(self):
        """Confirmed by the union that took it over."""
        return self.exclude(confirmed_at=None)

    def elsewhere(self):
        """Of other units than the method's own. A firm is itself under whichever union; a firm's own union is the firm,
        whether or not the firm is named beside it. A joint union without a firm stands for all of its firms."""
        rows = self.alias(here=Coalesce("employer_id", 0), there=Coalesce("innovation__employer_id", 0))
        same_firm = Q(here=F("there"), here__gt=0)
        alike = Q(here=F("there")) | (Q(union__org_type=OrgType.GRASSROOTS) & (Q(here=0) | Q(there=0)))
        return rows.filter(~same_firm & ~(Q(union=F("innovation__union")) & alike))
