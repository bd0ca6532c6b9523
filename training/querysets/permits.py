"""Filters of permits, chainable."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.access import Permission
from unions.scoping import ScopedQuerySet


class PermitQuerySet(ScopedQuerySet):
    """Permits: opened by the permissions of training, kept with the person's record."""

    union_field = "worker__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING

    def editable_by(self, user):
        """Permits the user may change; nothing is left to change of an anonymised person."""
        return super().editable_by(user).filter(worker__anonymised_on=None)

    def active(self):
        """In use today: neither replaced by a newer one nor revoked."""
        return self.filter(state="active")

    def of_people_on_roll(self):
        """Of people who have not left."""
        return self.exclude(worker__standing="left")

    def held_on(self, day: dt.date):
        """In use on the day, valid or not."""
        return self.filter(Q(issued_on__lte=day), Q(ended_on=None) | Q(ended_on__gt=day))

    def with_due_at(self, day: dt.date):
        """Annotates ``due_at``: what was due next as the day knew it, after the reviews up to then."""
        reviews = self.model._meta.get_field("reviews").related_model.objects
        last = reviews.filter(permit=OuterRef("pk"), passed=True, on__lte=day).order_by("-on", "-pk")
        return self.annotate(due_at=Coalesce(Subquery(last.values("next_due")[:1]), "first_due"))

    def in_order_at(self, day: dt.date):
        """In use on the day, neither expired nor unreviewed: the due day itself is still in time."""
        return self.held_on(day).with_due_at(day).filter(due_at__gte=day)

    def overdue_at(self, day: dt.date):
        """In use on the day though expired or not reviewed in time: the due day had passed."""
        return self.held_on(day).with_due_at(day).filter(due_at__lt=day)


class PermitNoticeQuerySet(ScopedQuerySet):
    """Notices go with their permit."""

    union_field = "permit__worker__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING

    def standing(self):
        """Those about a day that is still due, of cards in use of people on the roll; of each card the last."""
        nearer = self.model.objects.filter(
            permit=OuterRef("permit"), due_on=OuterRef("due_on"), audience=OuterRef("audience")
        ).filter(step__lt=OuterRef("step"))
        found = self.filter(permit__state="active", due_on=F("permit__due_on"))
        return found.exclude(permit__worker__standing="left").exclude(Exists(nearer))


class PermitReviewQuerySet(ScopedQuerySet):
    """Reviews go with their permit."""

    union_field = "permit__worker__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING
