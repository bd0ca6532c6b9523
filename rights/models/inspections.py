"""Inspections of labour protection (劳动保护监督检查) and the hazards they found (domain facts 8.2)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from rights.querysets.inspections import HazardQuerySet, InspectionQuerySet


class Inspection(models.Model):
    """One visit of a union to a firm. ``inspectors`` are those who went, two at least as advised; they need not be on
    the roll. An inspection without hazards is one that found nothing."""

    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="检查工会")
    employer = models.ForeignKey(
        "unions.Employer", models.PROTECT, related_name="inspections", verbose_name="被检查单位"
    )
    on = models.DateField("检查日期")
    inspectors = models.CharField("检查人员", max_length=100)
    scope = models.CharField("检查内容", max_length=200, blank=True)
    note = models.TextField("说明", max_length=1000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = "劳动保护检查"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["-on", "-id"], name="rights_inspection_newest")]
        constraints = [
            models.CheckConstraint(
                name="rights_inspection_has_inspectors",
                condition=~Q(inspectors=""),
                violation_error_message="请填写检查人员",
            ),
        ]

    def __str__(self):
        return f"{self.on} 劳动保护检查"

    def get_absolute_url(self):
        return reverse("rights:inspection_detail", args=[self.pk])


class Hazard(models.Model):
    """One hazard with the proposal to the firm, its deadline, the reply and the second look.

    The union proposes; the employer must study it and answer in time (工会法, 安全生产法第六十条). Only a second look closes
    it: a reply alone does not.
    """

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="hazards", verbose_name="劳动保护检查"
    )
    what = models.CharField("隐患内容", max_length=300)
    level = models.CharField("隐患等级", max_length=10)
    proposal = models.CharField("整改建议", max_length=300, blank=True)
    due_on = models.DateField("整改期限")
    replied_on = models.DateField("答复日期", null=True, blank=True)
    reply = models.CharField("答复情况", max_length=300, blank=True)
    closed_on = models.DateField("复查销号日期", null=True, blank=True)
    recheck = models.CharField("复查情况", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = HazardQuerySet.as_manager()

    class Meta:
        verbose_name = "隐患"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on", "id"], name="rights_hazard_due")]
        constraints = [
            models.CheckConstraint(
                name="rights_hazard_reply_dated",
                condition=Q(replied_on=None, reply="") | (Q(replied_on__isnull=False) & ~Q(reply="")),
                violation_error_message="答复日期和答复情况应一并填写",
            ),
            models.CheckConstraint(
                name="rights_hazard_close_said",
                condition=Q(closed_on=None, recheck="") | (Q(closed_on__isnull=False) & ~Q(recheck="")),
                violation_error_message="复查销号日期和复查情况应一并填写",
            ),
            models.CheckConstraint(
                name="rights_hazard_closed_after_reply",
                condition=Q(closed_on=None) | Q(replied_on=None) | Q(closed_on__gte=F("replied_on")),
                violation_error_message="复查销号日期不能早于答复日期",
            ),
        ]

    def __str__(self):
        return self.what

    def get_absolute_url(self):
        return self.inspection.get_absolute_url()
