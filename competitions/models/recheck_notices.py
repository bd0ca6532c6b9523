"""Stored reminders that an honour or studio is to be re-checked (复核)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from competitions.models.honours import CollectiveHonour, Honour
from competitions.models.teams import Studio
from competitions.querysets.recheck_notices import (
    KINDS,
    RecheckNoticeQuerySet,
    RecheckNoticeReceiptQuerySet,
)


class RecheckNotice(models.Model):
    """A reminder to the union that a re-check is due: made once per day due and step, however often the schedule runs.

    ``step`` is how many days ahead it was meant (``recheck.far_days`` to ``recheck.last_days``). It is about one honour
    of a person, one of a collective, or one studio, and stands until the re-check is recorded.
    """

    honour = models.ForeignKey(
        Honour, models.PROTECT, null=True, related_name="recheck_notices", verbose_name="个人荣誉"
    )
    collective = models.ForeignKey(
        CollectiveHonour, models.PROTECT, null=True, related_name="recheck_notices", verbose_name="集体荣誉"
    )
    studio = models.ForeignKey(
        Studio, models.PROTECT, null=True, related_name="recheck_notices", verbose_name="工作室"
    )
    due_on = models.DateField("复核期限")
    step = models.PositiveSmallIntegerField("提前天数")
    made_on = models.DateField("提醒日期")

    objects = RecheckNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "复核提醒"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="competitions_recheck_of_one",
                condition=Q(honour__isnull=False, collective=None, studio=None)
                | Q(honour=None, collective__isnull=False, studio=None)
                | Q(honour=None, collective=None, studio__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["honour", "collective", "studio", "due_on", "step"],
                nulls_distinct=False,
                name="competitions_recheck_once",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.row_id} {self.due_on} -{self.step}"

    @property
    def kind(self) -> str:
        """Which of ``queries.honours.KINDS`` it is about."""
        return next(kind for kind in KINDS if getattr(self, f"{kind}_id"))

    @property
    def row_id(self) -> int:
        """Key of what is to be re-checked."""
        return getattr(self, f"{self.kind}_id")

    @property
    def row(self):
        """What is to be re-checked (related object)."""
        return getattr(self, self.kind)


class RecheckNoticeReceipt(models.Model):
    """A keeper has seen a reminder; each for themselves, and a nearer step reminds anew."""

    notice = models.ForeignKey(
        RecheckNotice, models.CASCADE, related_name="receipts", verbose_name="复核提醒"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查看人"
    )
    seen_at = models.DateTimeField("查看时间", auto_now_add=True)

    objects = RecheckNoticeReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "复核提醒回执"
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="competitions_recheckreceipt_once"),
        ]

    def __str__(self):
        return f"{self.notice_id}/{self.user_id}"
