"""Certificates of skill that a person holds, and the papers that prove them (domain facts 7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.papers import Paper
from training.querysets.certificates import CertificateQuerySet, EvidenceQuerySet

LEVELS = ("L2", "L3", "L4", "L5", "L6", "L7", "L8")


class Certificate(models.Model):
    """A certificate of skill as entered by a union and verified by the town.

    ``level`` is the rung as in the code table skill_level; a special-ability certificate is no rung and has none.
    ``valid_until`` is the last day; empty: it does not run out. An edit of a verified one asks for verifying anew.
    """

    class Kind(models.TextChoices):
        QUALIFICATION = "qualification", "职业资格证书"
        LEVEL = "level", "职业技能等级证书"
        ABILITY = "ability", "专项职业能力证书"

    class State(models.TextChoices):
        ENTERED = "entered", "待核验"
        VERIFIED = "verified", "已核验"
        REFUSED = "refused", "不予认定"
        REVOKED = "revoked", "已失效"

    worker = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="certificates", verbose_name="职工"
    )
    kind = models.CharField("证书种类", max_length=16, choices=Kind)
    trade = models.CharField("工种", max_length=50)
    level = models.CharField("等级", max_length=10, blank=True)
    number = models.CharField("证书编号", max_length=40, blank=True)
    issuer = models.CharField("发证机构", max_length=100, blank=True)
    issued_on = models.DateField("发证日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ENTERED, editable=False)
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

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "技能证书"
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["-issued_on", "-id"], name="training_certificate_list"),
            models.Index(fields=["id"], name="training_certificate_waiting", condition=Q(state="entered")),
        ]
        constraints = [
            models.CheckConstraint(
                name="training_certificate_level_by_kind",
                condition=Q(kind="ability", level="") | (~Q(kind="ability") & Q(level__in=LEVELS)),
                violation_error_message=(
                    "职业资格证书和职业技能等级证书须选择初级工至首席技师中的一级；专项职业能力证书不分等级，请留空"
                ),
            ),
            models.CheckConstraint(
                name="training_certificate_ends_after_issue",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")),
                violation_error_message="有效期至不能早于发证日期，请对照证书核对",
            ),
            models.CheckConstraint(
                name="training_certificate_revoked_has_day",
                condition=Q(state="revoked", revoked_on__isnull=False, revoked_on__gte=F("issued_on"))
                | (~Q(state="revoked") & Q(revoked_on=None)),
                violation_error_message="已失效的证书须有失效日期，且不早于发证日期",
            ),
            models.CheckConstraint(
                name="training_certificate_decided_has_time",
                condition=Q(state="entered", decided_at=None)
                | (~Q(state="entered") & Q(decided_at__isnull=False)),
                violation_error_message="待核验的证书没有核验时间，其他的都有",
            ),
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="training_certificate_once",
                condition=~Q(state="refused") & ~Q(number=""),
                violation_error_message="这一编号的同类证书已经登记过。请核对编号；确系本人证书的，请联系镇总工会核实",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.trade}"

    def get_absolute_url(self):
        return reverse("training:certificate_detail", args=[self.pk])


class Evidence(Paper):
    """A scan or photograph of a certificate."""

    belongs_to = "certificate"

    certificate = models.ForeignKey(
        Certificate, models.CASCADE, related_name="evidence", verbose_name="技能证书"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "证书附件"
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "sha256"],
                name="training_evidence_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]
