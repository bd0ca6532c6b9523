"""Filters of key posts and of who holds them, chainable."""

import datetime as dt

from django.apps import apps
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.access import Permission
from unions.scoping import ScopedQuerySet
from unions.spells import in_effect


class KeyPostQuerySet(ScopedQuerySet):
    """Posts belong to the union that keeps them."""

    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING

    def on(self, day: dt.date):
        """Those that exist on the day."""
        return self.filter(in_effect(day))

    def key(self):
        """关键岗位, without posts that only need a certificate."""
        return self.filter(is_key=True)

    def with_holders(self, day: dt.date):
        """``held`` and ``unmet``: how many people hold the post on the day, and how many of them lack what it asks."""
        holders = apps.get_model("training", "KeyPostHolder").objects.on(day)
        return self.annotate(held=counted_per_post(holders), unmet=counted_per_post(holders.unmet(day)))


class KeyPostHolderQuerySet(ScopedQuerySet):
    """Who holds a post goes with the post: its union answers for what the holder must have."""

    union_field = "key_post__union"
    view_permission = Permission.VIEW_TRAINING
    edit_permission = Permission.EDIT_TRAINING

    def on(self, day: dt.date):
        """Those who hold their post on the day."""
        return self.filter(in_effect(day))

    def of_certificate_posts(self):
        """Of posts that need a certificate: a level of skill, a permit, or both."""
        return self.exclude(key_post__required_level="", key_post__permit_category="")

    def with_proofs(self, day: dt.date):
        """``highest``: the rung of the highest verified certificate valid on the day, None without any, whatever its
        trade; ``permitted``: a permit of the post's category is in use on the day, neither expired nor unreviewed."""
        certificates = apps.get_model("training", "Certificate").objects.valid_on(day)
        rungs = certificates.filter(worker=OuterRef("worker")).highest_levels()
        permits = apps.get_model("training", "Permit").objects.in_order_at(day)
        permits = permits.filter(worker=OuterRef("worker"), category=OuterRef("key_post__permit_category"))
        return self.annotate(highest=Subquery(rungs.values("highest")), permitted=Exists(permits))

    def unmet(self, day: dt.date):
        """Those who lack on the day what their post asks: the level, the permit, or both."""
        level = ~Q(key_post__required_level="")
        level &= Q(highest=None) | Q(highest__lt=F("key_post__required_level"))
        permit = ~Q(key_post__permit_category="") & Q(permitted=False)
        return self.with_proofs(day).filter(level | permit)


def counted_per_post(holders):
    """How many of these holders the post of the outer query has; 0 for none."""
    rows = holders.filter(key_post=OuterRef("pk")).order_by().values("key_post")
    found = Subquery(rows.annotate(found=Count("pk")).values("found"))
    return Coalesce(found, 0, output_field=IntegerField())
