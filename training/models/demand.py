"""What training the unions ask for: a survey of the town, and what each union returned (培训需求调查)."""

import datetime as dt

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from training.querysets.demand import DemandLineQuerySet, DemandReturnQuerySet, SurveyQuerySet

EARLIEST, LATEST = 2020, 2100


class Quarter(models.IntegerChoices):
    """A quarter of the year that a survey or plan is about."""

    FIRST = 1, "第一季度"
    SECOND = 2, "第二季度"
    THIRD = 3, "第三季度"
    FOURTH = 4, "第四季度"


class DemandSurvey(models.Model):
    """A survey of the demand for training of a year. ``union`` asks; the grassroots unions below it answer.

    Answers may be given and changed until the end of ``deadline``, unless it is closed before.
    """

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="demand_surveys", verbose_name="调查工会"
    )
    title = models.CharField("调查名称", max_length=100)
    year = models.PositiveSmallIntegerField("需求年度")
    deadline = models.DateField("截止日期")
    text = models.CharField("填报说明", max_length=1000, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="发起人"
    )
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "培训需求调查"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "title", "year"],
                name="training_demandsurvey_once",
                violation_error_message="该年度已有同名的调查",
            ),
            models.CheckConstraint(
                name="training_demandsurvey_year",
                condition=Q(year__range=(EARLIEST, LATEST)),
                violation_error_message=f"年度应在 {EARLIEST} 至 {LATEST} 之间",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("training:survey_detail", args=[self.pk])

    def takes_returns(self, day: dt.date) -> bool:
        """Answers may be given on the day."""
        return self.closed_at is None and day <= self.deadline


class DemandReturn(models.Model):
    """What one union answered: its lines, or that it has no demand. A union without a row has not answered (未报)."""

    survey = models.ForeignKey(
        DemandSurvey, models.PROTECT, related_name="returns", verbose_name="培训需求调查"
    )
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="demand_returns", verbose_name="填报工会"
    )
    no_demand = models.BooleanField("无培训需求", default=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人"
    )
    returned_at = models.DateTimeField("填报时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = DemandReturnQuerySet.as_manager()

    class Meta:
        verbose_name = "培训需求填报"
        ordering = ["union__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "union"],
                name="training_demandreturn_once",
                violation_error_message="该工会已填报，请刷新页面后修改",
            ),
        ]

    def __str__(self):
        return f"{self.survey_id}/{self.union_id}"


class DemandLine(models.Model):
    """One line of a return: so many people for such a training. ``wished`` is the quarter, if one is wished."""

    demand_return = models.ForeignKey(
        DemandReturn, models.CASCADE, related_name="lines", verbose_name="培训需求填报"
    )
    position = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("培训类别", max_length=10)
    trade = models.CharField("工种", max_length=50, blank=True)
    level = models.CharField("技能等级", max_length=10, blank=True)
    people = models.PositiveIntegerField("人数", validators=[MinValueValidator(1)])
    wished = models.PositiveSmallIntegerField("希望时间", choices=Quarter, null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = DemandLineQuerySet.as_manager()

    class Meta:
        verbose_name = "培训需求"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["demand_return", "position"], name="training_demandline_order"),
            models.CheckConstraint(
                name="training_demandline_somebody",
                condition=Q(people__gt=0),
                violation_error_message="人数应大于 0",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.trade} {self.people}"
