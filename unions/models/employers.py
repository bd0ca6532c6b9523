"""Firms, the unions that cover them, and their declared headcounts."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.access import Permission
from unions.models.organisation import Union
from unions.scoping import ScopedQuerySet
from unions.spells import in_effect, same_and_overlapping


class EmployerQuerySet(ScopedQuerySet):
    def covered(self, on):
        """Firms with a union, own or joint, on the day."""
        return self.filter(pk__in=Coverage.objects.on(on).values("employer"))

    def trading(self, on):
        """Firms that exist on the day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on)).filter(
            Q(opened_on=None) | Q(opened_on__lte=on)
        )

    def with_employees(self, on):
        """Annotate ``employees``: the last declared headcount up to the day."""
        last = Headcount.objects.filter(employer=models.OuterRef("pk"), on__lte=on).order_by("-on")
        return self.annotate(employees=models.Subquery(last.values("employees")[:1]))


class Employer(models.Model):
    """A firm. ``union`` is the union in charge: the covering one, or the federation of its place."""

    name = models.CharField("单位名称", max_length=100)
    name_key = models.CharField("名称键", max_length=100, editable=False, unique=True)
    credit_code = models.CharField("单位统一社会信用代码", max_length=18, blank=True)
    legacy_code = models.CharField("旧注册号/机构代码", max_length=20, blank=True)
    union = models.ForeignKey(Union, models.PROTECT, related_name="employers", verbose_name="归口工会")
    address = models.CharField("单位地址", max_length=200, blank=True)
    district = models.CharField("所在政区", max_length=50, blank=True)
    nature = models.CharField("单位性质类别", max_length=20, blank=True)
    economy = models.CharField("经济类型", max_length=20, blank=True)
    industry = models.CharField("所属行业", max_length=20, blank=True)
    opened_on = models.DateField("成立日期", null=True, blank=True)
    closed_on = models.DateField("关停日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = "用人单位"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="unions_employer_credit_code_once",
                violation_error_message="该单位统一社会信用代码已登记",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("unions:employer_detail", args=[self.pk])


class CoverageQuerySet(ScopedQuerySet):
    def on(self, day):
        """In effect on the day."""
        return self.filter(in_effect(day))


class Coverage(models.Model):
    """A union covers a firm from a day to (not including) a day; a firm has one union at a time."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="coverages", verbose_name="用人单位")
    union = models.ForeignKey(Union, models.PROTECT, related_name="coverages", verbose_name="工会")
    start = models.DateField("起始日期")
    end = models.DateField("终止日期", null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = "建会覆盖"
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(
                name="unions_coverage_dates_in_order",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="终止日期应晚于起始日期",
            ),
            ExclusionConstraint(
                name="unions_coverage_one_at_a_time",
                expressions=[same_and_overlapping("employer")],
                violation_error_message="该单位在此期间已由一个工会覆盖",
            ),
        ]

    def __str__(self):
        return f"{self.employer_id} → {self.union_id}"


class HeadcountQuerySet(ScopedQuerySet):
    union_field = "employer__union"
    edit_permission = Permission.DECLARE_HEADCOUNTS

    def latest_on(self, day):
        """The last declared row of each firm up to the day."""
        newest = Headcount.objects.filter(employer=models.OuterRef("employer"), on__lte=day).order_by("-on")
        return self.filter(pk=models.Subquery(newest.values("pk")[:1]))


class Headcount(models.Model):
    """Employees of a firm as declared on a day. Declared, not counted: the roll has its own figure."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="headcounts", verbose_name="用人单位")
    on = models.DateField("申报日期")
    employees = models.PositiveIntegerField("职工人数")
    women = models.PositiveIntegerField("女职工人数", null=True, blank=True)

    objects = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = "职工人数申报"
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "on"],
                name="unions_headcount_once_a_day",
                violation_error_message="该单位当日已申报过职工人数",
            ),
            models.CheckConstraint(
                name="unions_headcount_women_within",
                condition=Q(women=None) | Q(women__lte=F("employees")),
                violation_error_message="女职工人数不能多于职工人数",
            ),
        ]

    def __str__(self):
        return f"{self.employer_id} {self.on} {self.employees}"

    def get_absolute_url(self):
        return reverse("unions:employer_detail", args=[self.employer_id])
