"""补贴: what is paid for a certificate, in which trades more, within which limits, and who claimed it
(domain facts 8). All rules are dated rows of the town office; there are none until they are entered."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.models.certificates import LEVELS, Certificate
from training.querysets.subsidies import ClaimQuerySet, DatedRuleQuerySet
from unions.spells import digest, same_and_overlapping

ABILITY = "ZX"  # the code of skill_level that a special-ability certificate (专项职业能力) is paid by
RUNGS = (*LEVELS, ABILITY)
MOST_BASE, MOST_SURCHARGE, MOST_LIMIT = 100_000, 100, 120


class Rule(models.Model):
    """What all rules have in common: in effect from ``start`` until before ``end``, and the document that says so."""

    start = models.DateField("施行日期")
    end = models.DateField("停止日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        abstract = True


def _ends_after_start(name: str):
    return models.CheckConstraint(
        name=name,
        condition=Q(end=None) | Q(end__gt=F("start")),
        violation_error_message="停止日期应晚于施行日期",
    )


class SubsidyRate(Rule):
    """What a certificate of a level is paid, in yuan; that of a named trade goes before that of every trade (blank).

    ``level`` is a code of skill_level; ``surcharge`` is per cent on top for trades in short supply.
    """

    level = models.CharField("等级", max_length=10)
    trade = models.CharField("工种", max_length=50, blank=True)
    base = models.PositiveIntegerField(
        "补贴标准（元）", validators=[MinValueValidator(1), MaxValueValidator(MOST_BASE)]
    )
    surcharge = models.PositiveIntegerField(
        "紧缺工种加成（%）", default=0, validators=[MaxValueValidator(MOST_SURCHARGE)]
    )

    class Meta:
        verbose_name = "补贴标准"
        ordering = ["level", "trade", "-start"]
        constraints = [
            _ends_after_start("training_subsidyrate_ends_after_start"),
            models.CheckConstraint(
                name="training_subsidyrate_sane",
                condition=Q(level__in=RUNGS, base__range=(1, MOST_BASE), surcharge__lte=MOST_SURCHARGE),
                violation_error_message="请选择等级；标准为 1 至 100000 元，加成为 0 至 100%%",
            ),
            ExclusionConstraint(
                name="training_subsidyrate_one_at_a_time",
                expressions=[same_and_overlapping(digest("level", "trade"))],
                violation_error_message="这一等级、工种在此期间已有补贴标准。请先停止原标准，或核对日期",
            ),
        ]

    def __str__(self):
        return f"{self.trade or '各工种'} {self.level} {self.base} 元"


class ShortageTrade(Rule):
    """A trade on the list of those in short supply (紧缺工种目录)."""

    trade = models.CharField("工种", max_length=50)

    class Meta:
        verbose_name = "紧缺工种"
        ordering = ["trade", "-start"]
        constraints = [
            _ends_after_start("training_shortagetrade_ends_after_start"),
            ExclusionConstraint(
                name="training_shortagetrade_one_at_a_time",
                expressions=[same_and_overlapping(digest("trade"))],
                violation_error_message="该工种在此期间已在紧缺工种目录中",
            ),
        ]

    def __str__(self):
        return self.trade


class SubsidyLimit(models.Model):
    """A limit from a day on, until a later row of its kind. ``value`` None: from then on there is no limit.

    No row at all means that nobody has said: the check then reads 未设定, never as fulfilled.
    """

    class Kind(models.TextChoices):
        DEADLINE = "deadline", "申领期限（发证后几个月内）"
        YEARLY = "yearly", "每人每年最多次数"

    kind = models.CharField("种类", max_length=10, choices=Kind)
    value = models.PositiveSmallIntegerField(
        "数值", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_LIMIT)]
    )
    start = models.DateField("施行日期")
    source = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "补贴限制"
        ordering = ["kind", "-start"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "start"],
                name="training_subsidylimit_once_a_day",
                violation_error_message="这一天起的这项限制已经录入",
            ),
            models.CheckConstraint(
                name="training_subsidylimit_sane",
                condition=Q(value=None) | Q(value__range=(1, MOST_LIMIT)),
                violation_error_message="数值为 1 至 120；不设限制的请留空",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.value or '不限'}"


class SubsidyClaim(models.Model):
    """One claim for a certificate. ``union`` is the person's at the claim: figures of the past stay.

    Level, trade and day of issue are as claimed; ``base`` (yuan), ``surcharge`` (per cent), ``amount`` (whole yuan,
    half up), ``claim_until`` and ``most_per_year`` (None: not set, or no limit) are the rules as they were applied.
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", "已申报"
        APPROVED = "approved", "审核通过"
        REFUSED = "refused", "不予通过"
        PAID = "paid", "已发放"
        WITHDRAWN = "withdrawn", "已撤回"

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="claims", verbose_name="技能证书"
    )
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="申报时所属工会")
    level = models.CharField("等级", max_length=10, blank=True)
    trade = models.CharField("工种", max_length=50)
    issued_on = models.DateField("发证日期")
    rate = models.ForeignKey(SubsidyRate, models.PROTECT, related_name="claims", verbose_name="补贴标准")
    base = models.PositiveIntegerField("标准（元）")
    surcharge = models.PositiveIntegerField("加成（%）")
    amount = models.PositiveIntegerField("补贴金额（元）")
    claim_until = models.DateField("申领截止", null=True)
    most_per_year = models.PositiveSmallIntegerField("当年最多次数", null=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.CLAIMED)
    claimed_on = models.DateField("申报日期")
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申报人"
    )
    claimed_at = models.DateTimeField("申报时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审核人"
    )
    decided_at = models.DateTimeField("审核时间", null=True)
    decision_note = models.CharField("审核说明", max_length=200, blank=True)
    paid_on = models.DateField("发放日期", null=True)
    voucher = models.CharField("发放批次（凭证号）", max_length=50, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发放登记人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "补贴申报"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["union", "-id"], name="training_claim_of_union"),
            models.Index(fields=["paid_on", "id"], name="training_claim_paid", condition=Q(state="paid")),
            models.Index(fields=["id"], name="training_claim_waiting", condition=Q(state="claimed")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                name="training_claim_once_per_certificate",
                condition=Q(state__in=["claimed", "approved", "paid"]),
                violation_error_message="这张证书已经申报过补贴",
            ),
            models.CheckConstraint(
                name="training_claim_amount_follows",
                condition=Q(amount=F("base") + (F("base") * F("surcharge") + 50) / 100),
            ),
            models.CheckConstraint(
                name="training_claim_in_time",
                condition=Q(claim_until=None) | Q(claimed_on__lte=F("claim_until")),
                violation_error_message="已过申领期限",
            ),
            models.CheckConstraint(
                name="training_claim_decided_has_time",
                condition=Q(state__in=["claimed", "withdrawn"], decided_at=None)
                | Q(state__in=["approved", "refused", "paid"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_claim_paid_has_day_and_voucher",
                condition=(Q(state="paid", paid_on__gte=F("claimed_on")) & ~Q(voucher=""))
                | (~Q(state="paid") & Q(paid_on=None, voucher="")),
                violation_error_message="已发放的须有发放日期（不早于申报日期）和批次或凭证号",
            ),
            models.CheckConstraint(
                name="training_claim_withdrawn_has_time",
                condition=Q(state="withdrawn") ^ Q(withdrawn_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.trade} {self.amount} 元"

    def get_absolute_url(self):
        return reverse("training:claim_detail", args=[self.pk])
