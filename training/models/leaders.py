"""Skill leaders (技能带头人) with their terms, and the allowances (津贴) paid to them."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.models.nominations import Nomination
from training.querysets.leaders import AllowanceQuerySet, LeaderQuerySet
from unions.spells import same_and_overlapping


class SkillLeader(Nomination):
    """A person appointed to lead a group in a trade from ``start`` to (not including) ``end``, with an allowance in
    whole yuan a month. One that was ended early has a note; one entered by mistake ends on its first day."""

    trade = models.CharField("工种", max_length=50)
    team = models.CharField("带领的班组或团队", max_length=100)
    start = models.DateField("聘期开始")
    end = models.DateField("聘期结束")
    allowance = models.PositiveIntegerField("每月津贴（元）")
    document_number = models.CharField("聘任文号", max_length=50, blank=True)
    end_note = models.CharField("提前结束说明", max_length=200, blank=True, editable=False)

    objects = LeaderQuerySet.as_manager()

    class Meta(Nomination.Meta):
        verbose_name = "技能带头人"
        ordering = ["-start", "-pk"]
        indexes = [models.Index(fields=["end", "id"], name="training_leader_end")]
        constraints = [
            *Nomination.Meta.constraints,
            models.CheckConstraint(
                name="training_leader_dates_in_order",
                condition=Q(end__gt=F("start")) | (Q(end=F("start")) & ~Q(end_note="")),
                violation_error_message="聘期至不能早于聘期开始",
            ),
            models.CheckConstraint(
                name="training_leader_allowance_positive",
                condition=Q(allowance__gt=0),
                violation_error_message="每月津贴应大于 0 元",
            ),
            ExclusionConstraint(
                name="training_leader_one_term_at_a_time",
                expressions=[same_and_overlapping("worker")],
                condition=~Q(state="refused") & Q(end__gt=F("start")),
                violation_error_message="此人在这段时间已登记为技能带头人。请核对聘期，或先提前结束原来一期",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} {self.start}"

    def get_absolute_url(self):
        return reverse("training:leader_detail", args=[self.pk])

    @property
    def until(self) -> dt.date:
        """The last day of the term."""
        return self.end - dt.timedelta(days=1)


class Payer(models.TextChoices):
    """Who pays an allowance."""

    EMPLOYER = "employer", "用人单位"
    UNION = "union", "基层工会"
    TOWN = "town", "镇总工会"
    FINANCE = "finance", "财政资金"


class AllowancePayment(models.Model):
    """The allowance of one leader for one month, which is named by its first day; whole yuan."""

    leader = models.ForeignKey(
        SkillLeader, models.PROTECT, related_name="payments", verbose_name="技能带头人"
    )
    month = models.DateField("月份")
    amount = models.PositiveIntegerField("金额（元）")
    paid_on = models.DateField("发放日期")
    payer = models.CharField("发放单位", max_length=10, choices=Payer)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = AllowanceQuerySet.as_manager()

    class Meta:
        verbose_name = "带头人津贴"
        ordering = ["-month", "-pk"]
        indexes = [models.Index(fields=["paid_on"], name="training_allowance_paid")]
        constraints = [
            models.UniqueConstraint(
                fields=["leader", "month"],
                name="training_allowance_once_a_month",
                violation_error_message="这个月的津贴已登记",
            ),
            models.CheckConstraint(
                name="training_allowance_month_by_first_day",
                condition=Q(month__day=1),
                violation_error_message="月份应写为当月一日",
            ),
            models.CheckConstraint(
                name="training_allowance_amount_positive",
                condition=Q(amount__gt=0),
                violation_error_message="金额应大于 0 元",
            ),
        ]

    def __str__(self):
        return f"{self.leader_id} {self.month:%Y-%m}"
