"""Bulk edits: one fact set on many people, with what it was before."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from workers.models.people import Worker
from workers.models.spells import Employment
from workers.querysets import BulkEditQuerySet, BulkEditRowQuerySet


class BulkEdit(models.Model):
    """One fact to be set on selected people: previewed, applied by a job, and undone where nobody edited since."""

    class State(models.TextChoices):
        DRAFT = "draft", "待确认"
        APPLYING = "applying", "正在写入"
        APPLIED = "applied", "已写入"
        UNDOING = "undoing", "正在撤销"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已放弃"

    field = models.CharField("项目", max_length=40)
    value = models.CharField("新值", max_length=100, blank=True)
    selection = models.CharField("范围", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_edits", verbose_name="提交人"
    )
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        verbose_name = "批量修改"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.pk} {self.field}"

    def get_absolute_url(self):
        return reverse("workers:bulk_edit_detail", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        """A background job is at work or about to be."""
        return self.state in (self.State.APPLYING, self.State.UNDOING)

    @property
    def undo_until(self) -> dt.datetime | None:
        """Until when it can be taken back; None before it was written."""
        return self.applied_at and self.applied_at + dt.timedelta(days=settings.UNDO_DAYS)

    @property
    def can_be_undone(self) -> bool:
        """Written, and within the time for undoing."""
        return self.state == self.State.APPLIED and self.undo_until > timezone.now()

    @property
    def job_key(self) -> str:
        """Idempotency key of the job that works on the edit, or did last."""
        undo = self.state in (self.State.UNDOING, self.State.UNDONE)
        return f"workers.bulk_{'undo' if undo else 'edit'}:{self.pk}"


class BulkEditRow(models.Model):
    """One person of a bulk edit: the value before, and the record's version when it was written.

    ``employment`` is the job whose fact is changed, for facts of a job.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", "待写入"
        UNCHANGED = "unchanged", "本来就是"
        APPLIED = "applied", "已写入"
        SKIPPED = "skipped", "写入前已被修改"
        REVERTED = "reverted", "已恢复"
        KEPT = "kept", "此后有人修改，未恢复"
        NO_JOB = "no_job", "没有在职单位"

    edit = models.ForeignKey(BulkEdit, models.CASCADE, related_name="rows", verbose_name="批量修改")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="+", verbose_name="职工")
    employment = models.ForeignKey(
        Employment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="就业经历",
    )
    before = models.CharField("原值", max_length=100, blank=True)
    version = models.PositiveIntegerField("版本")
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.PENDING)

    objects = BulkEditRowQuerySet.as_manager()

    class Meta:
        verbose_name = "批量修改行"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["edit", "worker"], name="workers_bulkeditrow_once"),
        ]

    def __str__(self):
        return f"{self.edit_id}/{self.worker_id}"
