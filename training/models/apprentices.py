"""Apprenticeships (师带徒): who teaches whom which trade, towards what, and what came of it."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.querysets.apprentices import ApprenticeshipQuerySet
from unions.spells import same, same_and_overlapping


class Apprenticeship(models.Model):
    """A master teaches an apprentice from ``start`` to ``until`` (both included), as they agreed on ``signed_on``.

    The goal is a rung of the ladder, a skill in words, or both. ``end`` is the first day the pair no longer held
    and stands with the outcome; an entry made by mistake ends on its first day and never counts (the only kind that
    may hold one person twice, after a merge of two records). ``union`` is the
    apprentice's at the time of entry: figures of the past stay. ``certificate`` shows that the goal was reached.
    """

    class Outcome(models.TextChoices):
        FINISHED = "finished", "出师"
        UNFINISHED = "unfinished", "未出师"
        STOPPED = "stopped", "中止"

    master = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="apprenticeships_taught", verbose_name="师傅"
    )
    apprentice = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="apprenticeships", verbose_name="徒弟"
    )
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="+", verbose_name="登记时徒弟所属工会", editable=False
    )
    trade = models.CharField("工种", max_length=50)
    goal_level = models.CharField("目标等级", max_length=10, blank=True)
    goal = models.CharField("目标技能", max_length=100, blank=True)
    signed_on = models.DateField("协议签订日期")
    start = models.DateField("开始日期")
    until = models.DateField("约定期满日期")
    end = models.DateField("结束日期", null=True, blank=True, editable=False)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, blank=True, editable=False)
    certificate = models.ForeignKey(
        "training.Certificate",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="证明出师的证书",
    )
    outcome_note = models.CharField("结果说明", max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ApprenticeshipQuerySet.as_manager()

    class Meta:
        verbose_name = "师带徒"
        ordering = ["-start", "-pk"]
        indexes = [
            models.Index(fields=["until", "id"], name="training_apprentice_until", condition=Q(end=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="training_apprentice_two_people",
                condition=~Q(master=F("apprentice")) | Q(outcome="stopped", end=F("start")),
                violation_error_message="师傅和徒弟不能是同一人",
            ),
            models.CheckConstraint(
                name="training_apprentice_has_goal",
                condition=~Q(goal_level="", goal=""),
                violation_error_message="请填写目标等级或目标技能",
            ),
            models.CheckConstraint(
                name="training_apprentice_dates_in_order",
                condition=Q(until__gte=F("start"), signed_on__lte=F("until")),
                violation_error_message="约定期满日期不能早于开始日期和签订日期",
            ),
            models.CheckConstraint(
                name="training_apprentice_end_has_outcome",
                condition=Q(end=None, outcome="") | (Q(end__gte=F("start")) & ~Q(outcome="")),
                violation_error_message="结束日期和结果应同时填写，且不早于开始日期",
            ),
            models.CheckConstraint(
                name="training_apprentice_certificate_of_success",
                condition=Q(certificate=None) | Q(outcome="finished"),
                violation_error_message="只有出师的可以附证书",
            ),
            ExclusionConstraint(
                name="training_apprentice_pair_once_at_a_time",
                expressions=[same_and_overlapping("apprentice"), same("master")],
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="这对师徒已登记，尚未结束，或起止日期重叠。请先登记原来一条的结果",
            ),
        ]

    def __str__(self):
        return f"{self.master_id} → {self.apprentice_id}"

    def get_absolute_url(self):
        return reverse("training:apprenticeship_detail", args=[self.pk])
