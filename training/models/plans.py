"""Yearly plans of training (年度培训计划) and their lines, which classes fulfil."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from training.models.demand import EARLIEST, LATEST, Quarter
from training.querysets.plans import PlanLineQuerySet, PlanQuerySet


class TrainingPlan(models.Model):
    """What a union means to train in a year: a draft that its keepers write, or published on a day."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="training_plans", verbose_name="主办工会"
    )
    year = models.PositiveSmallIntegerField("年度")
    text = models.CharField("说明", max_length=1000, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT, editable=False)
    published_on = models.DateField("发布日期", null=True, blank=True, editable=False)
    cloned_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="clones",
        verbose_name="沿用的计划",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="编制人"
    )
    created_at = models.DateTimeField("编制时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "年度培训计划"
        ordering = ["-year", "union__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "year"],
                name="training_trainingplan_once",
                violation_error_message="该工会本年度已有培训计划",
            ),
            models.CheckConstraint(
                name="training_trainingplan_year",
                condition=Q(year__range=(EARLIEST, LATEST)),
                violation_error_message=f"年度应在 {EARLIEST} 至 {LATEST} 之间",
            ),
            models.CheckConstraint(
                name="training_trainingplan_published_has_day",
                condition=Q(state="draft", published_on=None)
                | Q(state="published", published_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.year}年度培训计划"

    def get_absolute_url(self):
        return reverse("training:plan_detail", args=[self.pk])


class PlanLine(models.Model):
    """One line of a plan: people and hours (学时) as planned; what became of it is summed from its classes."""

    plan = models.ForeignKey(TrainingPlan, models.PROTECT, related_name="lines", verbose_name="年度培训计划")
    position = models.PositiveSmallIntegerField("序号")
    title = models.CharField("培训名称", max_length=100)
    kind = models.CharField("培训类别", max_length=10)
    trade = models.CharField("工种", max_length=50, blank=True)
    level = models.CharField("技能等级", max_length=10, blank=True)
    people = models.PositiveIntegerField("计划人数", validators=[MinValueValidator(1)])
    hours = models.DecimalField(
        "计划学时", max_digits=6, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    quarter = models.PositiveSmallIntegerField("计划时间", choices=Quarter, null=True, blank=True)
    fund_source = models.CharField("经费来源", max_length=100, blank=True)

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = "培训计划项目"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="training_planline_somebody",
                condition=Q(people__gt=0),
                violation_error_message="计划人数应大于 0",
            ),
        ]

    def __str__(self):
        return self.title
