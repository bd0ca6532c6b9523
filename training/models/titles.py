"""Professional titles (职称) that people on the roll hold (domain facts 7.1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.models.certificates import Certificate
from training.querysets.certificates import TitleQuerySet


class Rank(models.TextChoices):
    """The ranks of titles from low to high, compared as text."""

    CLERK = "1", "员级"
    ASSISTANT = "2", "助理级"
    MIDDLE = "3", "中级"
    DEPUTY = "4", "副高级"
    SENIOR = "5", "正高级"


class Title(models.Model):
    """A professional title as entered by a union and verified by the town; states as those of a certificate."""

    State = Certificate.State

    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="titles", verbose_name="职工")
    name = models.CharField("职称名称", max_length=50)
    rank = models.CharField("职称级别", max_length=1, choices=Rank)
    series = models.CharField("系列", max_length=50)
    register_number = models.CharField("证书编号", max_length=40, blank=True)
    issuer = models.CharField("发证机构", max_length=100, blank=True)
    issued_on = models.DateField("取得日期")
    state = models.CharField(
        "状态", max_length=10, choices=State, default=Certificate.State.ENTERED, editable=False
    )
    revoked_on = models.DateField("失效日期", null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人", editable=False
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="核验人",
    )
    decided_at = models.DateTimeField("核验时间", null=True, blank=True, editable=False)
    decision_note = models.CharField("核验说明", max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = TitleQuerySet.as_manager()

    class Meta:
        verbose_name = "职称"
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_title_revoked_has_day",
                condition=Q(state="revoked", revoked_on__isnull=False, revoked_on__gte=F("issued_on"))
                | (~Q(state="revoked") & Q(revoked_on=None)),
                violation_error_message="已失效的职称须有失效日期，且不早于取得日期",
            ),
            models.CheckConstraint(
                name="training_title_decided_has_time",
                condition=Q(state="entered", decided_at=None)
                | (~Q(state="entered") & Q(decided_at__isnull=False)),
                violation_error_message="待核验的职称没有核验时间，其他的都有",
            ),
            models.UniqueConstraint(
                fields=["worker", "rank", "series"],
                name="training_title_once",
                condition=~Q(state="refused"),
                violation_error_message="此人这一系列、这一级别的职称已经登记过",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.get_rank_display()}）"

    def get_absolute_url(self):
        return reverse("training:title_detail", args=[self.pk])
