"""Where a union hung in the tree, from when to when (隶属历史)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from unions.models.organisation import Union
from unions.scoping import ScopedQuerySet
from unions.spells import same_and_overlapping


class PlacementQuerySet(ScopedQuerySet):
    def on(self, day):
        """In effect on the day; an open start means since whenever the union exists."""
        begun = Q(start=None) | Q(start__lte=day)
        return self.filter(begun & (Q(end=None) | Q(end__gt=day)))


class Placement(models.Model):
    """A union hangs below a parent from a day to (not including) a day; the start is open where nobody knows.

    ``Union.parent`` repeats the placement in effect, for a dissolved union the last one.
    """

    union = models.ForeignKey(Union, models.CASCADE, related_name="placements", verbose_name="工会")
    parent = models.ForeignKey(Union, models.PROTECT, related_name="placed", verbose_name="上级工会")
    start = models.DateField("起始日期", null=True, blank=True)
    end = models.DateField("终止日期", null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "隶属关系"
        ordering = [F("start").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="unions_placement_dates_in_order",
                condition=Q(end=None) | Q(start=None) | Q(end__gt=F("start")),
                violation_error_message="终止日期应晚于起始日期",
            ),
            ExclusionConstraint(
                name="unions_placement_one_at_a_time",
                expressions=[same_and_overlapping("union")],
                violation_error_message="该工会在此期间已隶属于一个上级工会",
            ),
        ]

    def __str__(self):
        return f"{self.union_id} ∈ {self.parent_id}"
