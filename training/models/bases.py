"""Training bases (实训基地) and their yearly evaluations (measure 6 of the plan)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.querysets.bases import BaseEvaluationQuerySet, BaseQuerySet


class TrainingBase(models.Model):
    """A place recognised for training of skilled people, from ``recognised_on`` to (not including) ``withdrawn_on``.

    ``union`` is the union in whose area it lies; it stands at a firm (``employer``) or at a school or other body that
    is no firm of the roll (``host``). ``trades`` are what can be trained there, ``capacity`` how many at once.
    """

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="training_bases", verbose_name="归口工会"
    )
    name = models.CharField("基地名称", max_length=100)
    level = models.CharField("基地级别", max_length=10)
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="training_bases",
        verbose_name="依托单位",
    )
    host = models.CharField("依托机构", max_length=100, blank=True)
    trades = models.CharField("可培训工种", max_length=200, blank=True)
    capacity = models.PositiveIntegerField("可同时培训人数", null=True, blank=True)
    equipment = models.CharField("场地与设备", max_length=500, blank=True)
    recognised_on = models.DateField("认定日期")
    recognised_by = models.CharField("认定机关", max_length=100)
    document_number = models.CharField("认定文号", max_length=50, blank=True)
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    withdrawal_note = models.CharField("撤销说明", max_length=200, blank=True, editable=False)
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = "实训基地"
        ordering = ["-recognised_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(withdrawn_on=None),
                name="training_base_once",
                violation_error_message="同名的实训基地已登记。请核对名称；级别提升的，请修改原基地。",
            ),
            models.CheckConstraint(
                name="training_base_has_a_host",
                condition=Q(employer__isnull=False) | ~Q(host=""),
                violation_error_message="请选择依托单位；依托学校、培训机构等的，请填写依托机构",
            ),
            models.CheckConstraint(
                name="training_base_takes_somebody",
                condition=Q(capacity=None) | Q(capacity__gt=0),
                violation_error_message="可同时培训人数应大于 0；不清楚的请留空",
            ),
            models.CheckConstraint(
                name="training_base_withdrawn_with_reason",
                condition=Q(withdrawn_on=None, withdrawal_note="")
                | (Q(withdrawn_on__gt=F("recognised_on")) & ~Q(withdrawal_note="")),
                violation_error_message="撤销日期应晚于认定日期，并写明撤销说明",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("training:base_detail", args=[self.pk])


class BaseEvaluation(models.Model):
    """What the town found of a base for one year. ``score`` and ``grade`` are the scheme's own, if it has any."""

    class Conclusion(models.TextChoices):
        PASSED = "passed", "合格"
        MEND = "mend", "限期整改"
        FAILED = "failed", "不合格"

    base = models.ForeignKey(
        TrainingBase, models.PROTECT, related_name="evaluations", verbose_name="实训基地"
    )
    year = models.PositiveSmallIntegerField("年度")
    conclusion = models.CharField("结论", max_length=10, choices=Conclusion)
    score = models.DecimalField(
        "得分",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    grade = models.CharField("等次", max_length=20, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = BaseEvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "基地年度评估"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["base", "year"],
                name="training_baseevaluation_once_a_year",
                violation_error_message="这个年度的评估已登记，请修改原评估",
            ),
            models.CheckConstraint(
                name="training_baseevaluation_score_in_range",
                condition=Q(score=None) | Q(score__range=(0, 100)),
                violation_error_message="得分为 0 至 100",
            ),
        ]

    def __str__(self):
        return f"{self.base_id} {self.year}"
