"""Permits for special work (特种作业操作证) and their reviews (复审)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.fields import EncryptedTextField
from training.querysets.permits import PermitNoticeQuerySet, PermitQuerySet, PermitReviewQuerySet


class Permit(models.Model):
    """One card: a person may do work of one category from the day of issue to ``valid_until`` (both included).

    The number holds the holder's identity number and is sealed. ``first_due`` is the first day by which a review
    or a new card is due; ``due_on`` is the next one today and repeats what the reviews say
    (``training.rules.permit_clock``). A card that a newer one replaced, or that was revoked, ended on ``ended_on``, the
    first day it no longer counts.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "在用"
        REPLACED = "replaced", "已换发新证"
        REVOKED = "revoked", "已注销"

    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="permits", verbose_name="职工")
    category = models.CharField("作业类别", max_length=10)
    item = models.CharField("准操项目", max_length=50, blank=True)
    number = EncryptedTextField("操作证号", null=True, blank=True)
    number_index = models.BinaryField(max_length=32, null=True, editable=False)
    number_tail = models.CharField(max_length=4, blank=True, editable=False)
    issuer = models.CharField("发证机关", max_length=100, blank=True)
    issued_on = models.DateField("发证日期")
    valid_until = models.DateField("有效期至")
    long_service = models.BooleanField("连续从业十年以上且无违章", default=False)
    first_due = models.DateField("首次应办日期", editable=False)
    due_on = models.DateField("应复审或换证日期", editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ACTIVE, editable=False)
    ended_on = models.DateField("停用日期", null=True, blank=True, editable=False)
    end_note = models.CharField("停用说明", max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        verbose_name = "特种作业操作证"
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="training_permit_due", condition=Q(state="active")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number_index", "category", "item", "issued_on"],
                condition=~Q(state="revoked"),
                name="training_permit_card_once",
                violation_error_message="这张操作证已登记。请核对证号、作业类别、准操项目和发证日期。",
            ),
            models.CheckConstraint(
                name="training_permit_number_complete",
                condition=Q(number=None, number_index=None, number_tail="")
                | (Q(number__isnull=False, number_index__isnull=False) & ~Q(number_tail="")),
            ),
            models.CheckConstraint(
                name="training_permit_dates_in_order",
                condition=Q(valid_until__gt=F("issued_on")),
                violation_error_message="有效期至应晚于发证日期",
            ),
            models.CheckConstraint(
                name="training_permit_due_within_life",
                condition=Q(first_due__gt=F("issued_on"), first_due__lte=F("valid_until"))
                & Q(due_on__gte=F("first_due"), due_on__lte=F("valid_until")),
            ),
            models.CheckConstraint(
                name="training_permit_end_has_day",
                condition=Q(state="active", ended_on=None)
                | Q(state__in=["replaced", "revoked"], ended_on__gte=F("issued_on")),
                violation_error_message="停用日期不能早于发证日期",
            ),
        ]

    def __str__(self):
        return f"{self.category} {self.issued_on}"

    def get_absolute_url(self):
        return reverse("training:permit_detail", args=[self.pk])

    @property
    def needs_new_card(self) -> bool:
        """What is due next is the end of validity, not a review."""
        return self.due_on == self.valid_until

    def is_overdue(self, day: dt.date) -> bool:
        """The due day has passed: the due day itself is still in time."""
        return self.due_on < day


class PermitReview(models.Model):
    """One review (复审). Only a passed one moves the clock: ``next_due`` is what was due next after it."""

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="reviews", verbose_name="操作证")
    on = models.DateField("复审日期")
    passed = models.BooleanField("合格")
    hours = models.DecimalField("复审前安全培训学时", max_digits=5, decimal_places=1, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    next_due = models.DateField("此后应办日期", editable=False)
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = PermitReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "操作证复审"
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "on"],
                name="training_permitreview_once_a_day",
                violation_error_message="这一天的复审已登记",
            ),
            models.CheckConstraint(
                name="training_permitreview_hours_positive",
                condition=Q(hours=None) | Q(hours__gt=0),
                violation_error_message="学时应大于 0",
            ),
        ]

    def __str__(self):
        return f"{self.permit_id} {self.on}"


class PermitNotice(models.Model):
    """A reminder that a permit is due: made once per day due, step and audience, however often the schedule runs.

    ``step`` is how many days ahead it was meant (90, 60, 30, 0). The officer's stand in a list; the holder's is a
    note on paper, since workers have no account, and ``handed_on`` says when the holder got it.
    """

    class Audience(models.TextChoices):
        HOLDER = "holder", "持证人"
        OFFICER = "officer", "工会干部"

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="notices", verbose_name="操作证")
    due_on = models.DateField("应办日期")
    step = models.PositiveSmallIntegerField("提前天数")
    audience = models.CharField("提醒对象", max_length=10, choices=Audience)
    made_on = models.DateField("提醒日期")
    handed_on = models.DateField("告知日期", null=True, blank=True)
    handed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="告知人"
    )

    objects = PermitNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "操作证到期提醒"
        ordering = ["due_on", "pk"]
        indexes = [
            # The badge counts the officer's reminders on every page.
            models.Index(
                fields=["permit", "due_on", "step"],
                name="training_notice_of_officer",
                condition=Q(audience="officer"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "due_on", "step", "audience"], name="training_permitnotice_once"
            ),
            models.CheckConstraint(
                name="training_permitnotice_handed_by_somebody",
                condition=Q(handed_on=None, handed_by=None)
                | Q(handed_on__isnull=False, handed_by__isnull=False, audience="holder"),
            ),
        ]

    def __str__(self):
        return f"{self.permit_id} {self.due_on} -{self.step} {self.audience}"
