"""Filters of providers, their qualifications, and agreements, chainable."""

import datetime as dt

from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery

from core.access import Permission
from training.querysets.classes import TrainingQuerySet
from unions.scoping import reaches_all


class SharedQuerySet(models.QuerySet):
    """Records of the whole town: read by everybody who sees training, kept by the town's staff."""

    def visible_to(self, user):
        """All of them, for those who may see training."""
        return self.all() if user.has_perm(Permission.VIEW_TRAINING) else self.none()

    def editable_by(self, user):
        """All of them, for those who decide about training over the whole town."""
        return self.all() if reaches_all(user, Permission.DECIDE_TRAINING) else self.none()


class ProviderQuerySet(SharedQuerySet):
    def in_use(self):
        """Those that a form offers."""
        return self.filter(is_active=True)

    def with_state(self):
        """``lapses_on``: the last day of the qualification that ends first, renewals considered; None without an
        end. ``qualified``: how many qualifications are entered. ``held``: how many classes."""
        qualifications = self.model._meta.get_field("qualifications").related_model.objects
        classes = self.model._meta.get_field("training_classes").related_model.objects
        own = qualifications.filter(provider=OuterRef("pk")).order_by().values("provider")
        held = classes.filter(provider=OuterRef("pk")).order_by().values("provider")
        last = own.latest_ones().annotate(first=Min("valid_until")).values("first")
        return self.annotate(
            lapses_on=Subquery(last),
            qualified=Subquery(own.annotate(found=Count("pk")).values("found")),
            held=Subquery(held.annotate(found=Count("pk")).values("found")),
        )


class QualificationQuerySet(SharedQuerySet):
    def latest_ones(self):
        """Without those that a later one of the same name has followed."""
        later = self.model.objects.filter(provider=OuterRef("provider"), name=OuterRef("name"))
        later = later.filter(
            Q(valid_until=None, valid_from__gt=OuterRef("valid_from"))
            | Q(valid_until__gt=OuterRef("valid_until"))
        )
        return self.exclude(Exists(later))


class AgreementQuerySet(TrainingQuerySet):
    """Agreements belong to the union that signed them."""

    def visible_to(self, user):
        """Agreements of the unions in reach, and of unions above: classes below may run under them."""
        return self.filter(self.own_or_above(user))

    def in_force(self, day: dt.date):
        """Signed and running on the day: ``ends_on`` is the last day as written, ``ended_on`` the first one
        after an early end."""
        begun = Q(signed_on__lte=day, starts_on__lte=day)
        return self.filter(
            begun, Q(ends_on=None) | Q(ends_on__gte=day), Q(ended_on=None) | Q(ended_on__gt=day)
        )

    def with_classes(self):
        """``held``: how many classes run under it."""
        classes = self.model._meta.get_field("training_classes").related_model.objects
        held = classes.filter(agreement=OuterRef("pk")).order_by().values("agreement")
        return self.annotate(held=Subquery(held.annotate(found=Count("pk")).values("found")))

    def usable_by_unions(self, paths):
        """Agreements that classes of these unions may name: their own and those of unions above."""
        keys = {int(key) for path in paths for key in path.split("/") if key}
        return self.filter(union__in=keys)


class PaperQuerySet(TrainingQuerySet):
    """Papers go with their agreement; those of unions above are not opened."""

    union_field = "agreement__union"
