"""The reform plan and its measures. A plan is data: a newer one can be loaded beside the first."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class PlanQuerySet(models.QuerySet):
    def current(self):
        """The plan the town works by: the one issued last. None before the data are loaded."""
        return self.order_by("-issued_on", "-pk").first()


class Plan(models.Model):
    """A reform plan as issued (domain facts 1)."""

    code = models.CharField("编号", max_length=20, unique=True)
    title = models.CharField("名称", max_length=100)
    document_number = models.CharField("发文字号", max_length=40)
    issuer = models.CharField("发文机关", max_length=100)
    issued_on = models.DateField("发文日期")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "实施方案"
        ordering = ["-issued_on"]

    def __str__(self):
        return self.title


class Measure(models.Model):
    """One measure (举措) of a plan.

    The plan names no target, deadline or unit: staff enter them, and what is empty reads 未填. The indicators
    that speak for a measure are those whose records the portal holds.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="measures", verbose_name="实施方案")
    number = models.PositiveSmallIntegerField("序号")
    group_number = models.PositiveSmallIntegerField("组别序号")
    group_title = models.CharField("组别", max_length=60)
    title = models.CharField("举措", max_length=100)
    deliverables = models.TextField("具体任务", help_text="每行一项")
    indicator_codes = ArrayField(models.CharField(max_length=10), verbose_name="指标", default=list)
    lead_unit = models.CharField("牵头单位", max_length=60, blank=True)
    support_units = models.CharField("配合单位", max_length=200, blank=True)
    target = models.CharField("目标", max_length=200, blank=True)
    deadline = models.DateField("完成时限", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "举措"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="reform_measure_number_once",
                violation_error_message="该方案中已有此序号的举措",
            ),
            models.CheckConstraint(name="reform_measure_number_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    @property
    def tasks(self) -> list[str]:
        """The deliverables, one by one."""
        return self.deliverables.splitlines()
