"""Score sheets on paper, typed by two people who do not see each other's values."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from competitions.models.entries import Entry
from competitions.models.judging import Criterion, Seat
from competitions.querysets.judging import TypedMarkQuerySet, TypingQuerySet


class Typing(models.Model):
    """One of the two typings (录入) of a seat's score sheet. The database lets nobody do both.

    ``settled_at`` is when both became marks; both rows of a seat have it or neither. They stay as evidence of what
    each of the two read on the paper.
    """

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="typings", verbose_name="评委席")
    round = models.PositiveSmallIntegerField("第几次录入")
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人"
    )
    began_at = models.DateTimeField("开始录入时间", auto_now_add=True)
    finished_at = models.DateTimeField("录完时间", null=True, blank=True)
    settled_at = models.DateTimeField("核对入账时间", null=True, blank=True)

    objects = TypingQuerySet.as_manager()

    class Meta:
        verbose_name = "评分表录入"
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "round"],
                name="competitions_typing_once",
                violation_error_message="这张评分表的这一次录入已有人在做",
            ),
            models.UniqueConstraint(
                fields=["seat", "typed_by"],
                name="competitions_typing_two_people",
                violation_error_message="同一张评分表的两次录入应由两个人完成",
            ),
            models.CheckConstraint(
                name="competitions_typing_round",
                condition=Q(round__in=[1, 2]),
                violation_error_message="一张评分表录入两次",
            ),
            models.CheckConstraint(
                name="competitions_typing_settled_when_finished",
                condition=Q(settled_at=None) | Q(finished_at__isnull=False),
                violation_error_message="录完之后才能核对入账",
            ),
        ]

    def __str__(self):
        return f"{self.seat_id}/{self.round}"


class TypedMark(models.Model):
    """What one of the two read on the paper for one entry and criterion. A blank on the paper has no row."""

    typing = models.ForeignKey(Typing, models.CASCADE, related_name="typed", verbose_name="评分表录入")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name="参赛报名")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+", verbose_name="评分项")
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)

    objects = TypedMarkQuerySet.as_manager()

    class Meta:
        verbose_name = "录入的得分"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["typing", "entry", "criterion"],
                name="competitions_typed_mark_once",
                violation_error_message="这一格已录入",
            ),
            models.CheckConstraint(
                name="competitions_typed_mark_points",
                condition=Q(points__gte=0),
                violation_error_message="得分不能小于 0",
            ),
        ]

    def __str__(self):
        return f"{self.typing_id}/{self.entry_id}/{self.criterion_id}"
