"""Which rule of safety training a firm falls under, from when to when (domain facts 8.1)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from training.querysets.safety import SafetyProfileQuerySet
from unions.spells import same_and_overlapping

HIGH = "HIGH"  # the code of the table safety_risk for which more hours and the yearly refresher are asked
MANUFACTURING = (
    "C"  # the section of GB/T 4754 whose firms train on three levels unless the profile says otherwise
)


class SafetyProfile(models.Model):
    """A firm's risk and whether it trains on three levels (厂、车间、班组), from ``start`` to (not including) ``end``.

    A firm without one is under the ordinary rule: the section of industry does not tell mines, hazardous chemicals,
    fireworks and metal smelting apart, so nothing is guessed. ``source`` says on what paper the entry rests.
    """

    employer = models.ForeignKey(
        "unions.Employer", models.PROTECT, related_name="safety_profiles", verbose_name="用人单位"
    )
    risk = models.CharField("行业风险", max_length=10)
    three_levels = models.BooleanField("实行三级安全教育")
    start = models.DateField("起始日期")
    end = models.DateField("终止日期", null=True, blank=True, editable=False)
    source = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = SafetyProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "安全培训适用规则"
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(
                name="training_safetyprofile_dates_in_order",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="终止日期应晚于起始日期",
            ),
            models.CheckConstraint(
                name="training_safetyprofile_has_source",
                condition=~Q(source=""),
                violation_error_message="请写明依据",
            ),
            ExclusionConstraint(
                name="training_safetyprofile_one_at_a_time",
                expressions=[same_and_overlapping("employer")],
                violation_error_message="该单位在此期间已登记适用规则",
            ),
        ]

    def __str__(self):
        return f"{self.employer_id} {self.start}"

    def get_absolute_url(self):
        """The firm's page, which shows it."""
        return self.employer.get_absolute_url()
