"""The conflict desk: one person claimed by two unions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from workers.models.people import Worker
from workers.querysets import ConflictQuerySet


class Conflict(models.Model):
    """A union (``claimant``) tried to enter a person whom another union (``holder``) keeps.

    Both officers see a neutral card that tells nothing about the other union; town staff see both sides and
    decide. ``claimed`` holds what the claimant stated, without any number.
    """

    class Decision(models.TextChoices):
        KEPT = "kept", "维持现有会籍"
        TRANSFERRED = "transferred", "会籍转入申报工会"
        SECOND_JOB = "second_job", "会籍不变，登记第二份工作"
        WRONG_CLAIM = "wrong_claim", "申报方证件号码有误"
        WRONG_HOLDER = "wrong_holder", "原登记证件号码有误"

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="conflicts", verbose_name="职工")
    holder = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="conflicts_held", verbose_name="现登记工会"
    )
    claimant = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="conflicts_claimed", verbose_name="申报工会"
    )
    claimed = models.JSONField("申报内容", default=dict)
    run_id = models.BigIntegerField("导入批次", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申报人"
    )
    created_at = models.DateTimeField("申报时间", auto_now_add=True)
    decision = models.CharField("决定", max_length=12, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="决定人",
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    note = models.CharField("决定说明", max_length=200, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = "重复登记"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["claimant", "-id"], name="workers_conflict_claimed"),
            models.Index(fields=["holder", "-id"], name="workers_conflict_held"),
            models.Index(fields=["-id"], name="workers_conflict_open", condition=Q(decision="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "claimant"],
                condition=Q(decision=""),
                name="workers_conflict_once_open",
                violation_error_message="该人员的重复登记已在核实",
            ),
            models.CheckConstraint(
                name="workers_conflict_decided_by_somebody",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.worker_id}: {self.claimant_id} / {self.holder_id}"

    def get_absolute_url(self):
        return reverse("workers:conflict_detail", args=[self.pk])

    @property
    def claimed_name(self) -> str:
        """The name as the claimant stated it."""
        return self.claimed.get("name", "")
