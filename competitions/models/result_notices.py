"""Stored notices to the unions that entered an event: its results came out."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from competitions.models.contests import Event
from competitions.querysets.result_notices import ResultNoticeQuerySet, ResultNoticeReceiptQuerySet


class ResultNotice(models.Model):
    """Word to a union with entries that an event's results became preliminary or final: once per step, however often it
    is asked for. ``objections_until`` is the last day for objections, as it was told with the preliminary ones.

    It holds no figure and no name: what the union may see of the results is decided when they are opened.
    """

    class Step(models.TextChoices):
        PRELIMINARY = "preliminary", "初步成绩"
        FINAL = "final", "最终成绩"

    event = models.ForeignKey(Event, models.PROTECT, related_name="result_notices", verbose_name="比赛项目")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="参赛工会")
    step = models.CharField("成绩", max_length=12, choices=Step)
    objections_until = models.DateField("异议截止日期", null=True, blank=True)
    made_on = models.DateField("通知日期")

    objects = ResultNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "成绩通知"
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "union", "step"], name="competitions_resultnotice_once"),
            models.CheckConstraint(
                name="competitions_resultnotice_says_until",
                condition=Q(step="preliminary", objections_until__isnull=False)
                | Q(step="final", objections_until=None),
            ),
        ]

    def __str__(self):
        return f"{self.event_id}/{self.union_id} {self.step}"


class ResultNoticeReceipt(models.Model):
    """An officer has seen a notice; each officer of the union for themselves."""

    notice = models.ForeignKey(ResultNotice, models.CASCADE, related_name="receipts", verbose_name="成绩通知")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查看人"
    )
    seen_at = models.DateTimeField("查看时间", auto_now_add=True)

    objects = ResultNoticeReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "成绩通知回执"
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="competitions_resultnoticereceipt_once"),
        ]

    def __str__(self):
        return f"{self.notice_id}/{self.user_id}"
