"""Who teaches a class on a union's behalf, by what right, and the agreements with schools (domain facts 8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.papers import Paper
from training.querysets.providers import (
    AgreementQuerySet,
    PaperQuerySet,
    ProviderQuerySet,
    QualificationQuerySet,
)


class Provider(models.Model):
    """An institution that holds classes for unions (承办机构); one list for the whole town.

    One that is no longer ``is_active`` is not offered any more; its classes keep it.
    """

    class Kind(models.TextChoices):
        TRAINER = "trainer", "培训机构"
        SCHOOL = "school", "院校"
        FIRM = "firm", "企业"
        OTHER = "other", "其他"

    name = models.CharField("机构名称", max_length=100)
    kind = models.CharField("机构类型", max_length=10, choices=Kind)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    is_active = models.BooleanField("在用", default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = "承办机构"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="training_provider_once", violation_error_message="已登记同名的机构"
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="training_provider_credit_code_once",
                violation_error_message="已登记统一社会信用代码相同的机构，请在列表中查找后使用",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("training:provider_detail", args=[self.pk])


class Qualification(models.Model):
    """A licence or the like of a provider (办学许可证 …). ``valid_until`` is the last day; empty: without end."""

    provider = models.ForeignKey(
        Provider, models.PROTECT, related_name="qualifications", verbose_name="承办机构"
    )
    name = models.CharField("资质名称", max_length=50)
    licence = models.CharField("证书编号", max_length=50, blank=True)
    issuer = models.CharField("发证机关", max_length=100, blank=True)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = "办学资质"
        ordering = ["name", "-valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "name", "valid_from"],
                name="training_qualification_once",
                violation_error_message="该机构已登记同名、同一天起的资质",
            ),
            models.CheckConstraint(
                name="training_qualification_dates_in_order",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message="有效期至不能早于有效期起",
            ),
        ]

    def __str__(self):
        return self.name


class Agreement(models.Model):
    """An agreement of a union with a school (校企合作协议); classes of the union and those below may run under it.

    ``ends_on`` is the last day as written (empty: without end). ``ended_on`` is the first day on which an
    agreement that ended early no longer held.
    """

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="agreements", verbose_name="签约工会"
    )
    partner = models.ForeignKey(Provider, models.PROTECT, related_name="agreements", verbose_name="合作院校")
    title = models.CharField("协议名称", max_length=100)
    mode = models.CharField("合作方式", max_length=10)
    signed_on = models.DateField("签订日期")
    starts_on = models.DateField("协议期起")
    ends_on = models.DateField("协议期止", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True, editable=False)
    end_note = models.CharField("终止原因", max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "校企合作协议"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "partner", "title", "starts_on"],
                name="training_agreement_once",
                violation_error_message="这份协议已登记",
            ),
            models.CheckConstraint(
                name="training_agreement_dates_in_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="协议期止不能早于协议期起",
            ),
            models.CheckConstraint(
                name="training_agreement_end_has_reason",
                condition=Q(ended_on=None, end_note="")
                | (Q(ended_on__isnull=False, ended_on__gte=F("starts_on")) & ~Q(end_note="")),
                violation_error_message="终止日期不能早于协议期起，并应写明终止原因",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("training:agreement_detail", args=[self.pk])


class AgreementPaper(Paper):
    """A scan of an agreement."""

    belongs_to = "agreement"

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="papers", verbose_name="校企合作协议"
    )

    objects = PaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "协议附件"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "sha256"],
                name="training_agreementpaper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]
