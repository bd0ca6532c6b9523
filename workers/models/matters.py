"""Business about memberships that waits for somebody's decision: proposals, transfers, roll calls."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from workers.models.people import Worker
from workers.models.spells import Change
from workers.querysets import MatterQuerySet, RollCallEntryQuerySet, RollCallQuerySet, TransferQuerySet


class RollCall(models.Model):
    """One quarterly roll call (季度点名) of a union: who was confirmed, and what is proposed for the others."""

    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="roll_calls", verbose_name="工会")
    quarter = models.CharField("季度", max_length=7)  # 2026-Q4, as core.reporting.Period writes it
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="点名人"
    )
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    confirmed = models.PositiveIntegerField("确认在册", default=0)
    missing = models.PositiveIntegerField("未确认", default=0)

    objects = RollCallQuerySet.as_manager()

    class Meta:
        verbose_name = "季度点名"
        ordering = ["-quarter", "union"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "quarter"],
                name="workers_rollcall_once_a_quarter",
                violation_error_message="本季度的点名已经开始",
            ),
        ]

    def __str__(self):
        return f"{self.union_id} {self.quarter}"

    def get_absolute_url(self):
        return reverse("workers:roll_call_detail", args=[self.pk])


class RollCallEntry(models.Model):
    """One person of a roll call: ticked as still here, or not."""

    roll_call = models.ForeignKey(RollCall, models.CASCADE, related_name="entries", verbose_name="季度点名")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="roll_call_entries", verbose_name="职工")
    is_present = models.BooleanField("仍在册")

    objects = RollCallEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "点名记录"
        constraints = [
            models.UniqueConstraint(fields=["roll_call", "worker"], name="workers_rollcallentry_once"),
        ]

    def __str__(self):
        return f"{self.roll_call_id}/{self.worker_id}"


class Proposal(models.Model):
    """A change of membership that somebody proposes and somebody else decides (拟办会籍变化).

    Applications (入会申请), people missed at a roll call or in a full list, and candidates for deemed
    withdrawal all wait here. Nothing happens to a membership before the decision. ``change`` may be blank
    when only the absence is known; the decision then names it.
    """

    class Source(models.TextChoices):
        APPLICATION = "application", "入会申请"
        ROLL_CALL = "roll_call", "季度点名"
        LIST = "list", "完整名册缺失"
        CANDIDATE = "candidate", "长期失联"
        OFFICE = "office", "工会提出"

    class State(models.TextChoices):
        OPEN = "open", "待决定"
        DONE = "done", "已办理"
        REFUSED = "refused", "不予办理"
        CANCELLED = "cancelled", "已撤回"

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="proposals", verbose_name="职工")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="proposals", verbose_name="工会")
    source = models.CharField("来源", max_length=12, choices=Source)
    change = models.CharField("拟办变化", max_length=2, choices=Change, blank=True)
    reason = models.CharField("原因", max_length=10, blank=True)
    status = models.CharField("保留情形", max_length=10, blank=True)
    on = models.DateField("申请或发现日期")
    note = models.CharField("说明", max_length=200, blank=True)
    roll_call = models.ForeignKey(
        RollCall, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="季度点名"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    created_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="决定人",
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decision_note = models.CharField("决定说明", max_length=200, blank=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "拟办会籍变化"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["union", "-id"], name="workers_proposal_open", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worker"],
                condition=Q(state="open"),
                name="workers_proposal_one_open",
                violation_error_message="此人已有一项待决定的会籍变化，请先办结",
            ),
            models.CheckConstraint(
                name="workers_proposal_decided_by_somebody",
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} {self.source}"

    def get_absolute_url(self):
        return reverse("workers:proposal_detail", args=[self.pk])


class Transfer(models.Model):
    """A transfer between two unions of the tree (会籍接转): released by the one, accepted by the other.

    While it waits both unions see it; the membership stays where it is. The second of the two confirmations
    closes the old spell and opens the new one on ``on``.
    """

    class State(models.TextChoices):
        PENDING = "pending", "接转中"
        DONE = "done", "已接转"
        REFUSED = "refused", "已退回"
        CANCELLED = "cancelled", "已撤回"

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="transfers", verbose_name="职工")
    origin = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="transfers_out", verbose_name="转出工会"
    )
    destination = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="transfers_in", verbose_name="转入工会"
    )
    on = models.DateField("接转日期")
    reason = models.CharField("原因", max_length=10, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PENDING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发起人"
    )
    requested_at = models.DateTimeField("发起时间", auto_now_add=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="转出确认人",
    )
    released_at = models.DateTimeField("转出确认时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="接收人",
    )
    accepted_at = models.DateTimeField("接收时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办结人",
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    closing_note = models.CharField("办结说明", max_length=200, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "会籍接转"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["origin", "-id"], name="workers_transfer_out"),
            models.Index(fields=["destination", "-id"], name="workers_transfer_in"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worker"],
                condition=Q(state="pending"),
                name="workers_transfer_one_pending",
                violation_error_message="此人的会籍正在接转，请先办结",
            ),
            models.CheckConstraint(
                name="workers_transfer_between_two",
                condition=~Q(origin=F("destination")),
                violation_error_message="转出与转入不能是同一工会",
            ),
            models.CheckConstraint(
                name="workers_transfer_done_by_both",
                condition=~Q(state="done") | Q(released_at__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="workers_transfer_closed_has_time",
                condition=Q(state="pending", closed_at=None)
                | (~Q(state="pending") & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.worker_id}: {self.origin_id} → {self.destination_id}"

    def get_absolute_url(self):
        return reverse("workers:transfer_detail", args=[self.pk])
