"""People who may be on the roll twice, and what a merge has put together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from workers.models.people import Worker
from workers.querysets import DuplicateQuerySet, MergeQuerySet


class DuplicatePair(models.Model):
    """Two records that may be one person, and why. "Not a duplicate" is remembered in ``state``.

    ``workers.duplicates`` finds the pairs for the whole roll at once; ``low`` is the older record.
    """

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        DISTINCT = "distinct", "不是同一人"
        MERGED = "merged", "已合并"

    low = models.ForeignKey(Worker, models.PROTECT, related_name="+", verbose_name="较早记录")
    high = models.ForeignKey(
        Worker, models.PROTECT, related_name="+", verbose_name="较晚记录", db_index=False
    )
    same_number = models.BooleanField("证件尾号与出生日期相同", default=False)
    same_phone = models.BooleanField("手机号码相同", default=False)
    same_name = models.BooleanField("姓名与出生日期相同", default=False)
    same_sound = models.BooleanField("姓名同音且出生日期相同", default=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField("发现时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核对人",
    )
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["-id"], name="workers_duplicate_open", condition=Q(state="open")),
            models.Index(fields=["high"], name="workers_duplicate_high"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="workers_duplicate_once"),
            models.CheckConstraint(name="workers_duplicate_in_order", condition=Q(low__lt=F("high"))),
            models.CheckConstraint(
                name="workers_duplicate_has_ground",
                condition=Q(same_number=True) | Q(same_phone=True) | Q(same_name=True) | Q(same_sound=True),
            ),
        ]

    def __str__(self):
        return f"{self.low_id} / {self.high_id}"

    def get_absolute_url(self):
        return reverse("workers:duplicate_detail", args=[self.pk])


class Merge(models.Model):
    """Two records put together (合并): what the absorbed one held, as it was, so that it can be traced.

    ``rows`` keeps every dated row of both records before the merge, without numbers.
    """

    kept = models.ForeignKey(Worker, models.PROTECT, related_name="merges", verbose_name="保留记录")
    absorbed = models.OneToOneField(Worker, models.PROTECT, related_name="merge", verbose_name="并入记录")
    rows = models.JSONField("合并前的记录", default=dict)
    note = models.CharField("依据", max_length=200)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人"
    )
    merged_at = models.DateTimeField("合并时间", auto_now_add=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "记录合并"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.absorbed_id} → {self.kept_id}"
