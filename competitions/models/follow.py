"""What winning brings: rules of who gains what, what was promised to a person, and the papers that prove it was kept.

A contest changes nobody's level, honour or pay by itself (domain facts 9): what it brings is promised first, and
becomes fact when the certificate or the document is entered.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from competitions.models.contests import Contest, Event
from competitions.models.entries import Entrant
from competitions.models.honours import Honour
from competitions.models.results import Award
from competitions.querysets.follow import EntitlementQuerySet, PromisePaperQuerySet, PromiseQuerySet
from competitions.rules.follow import has_lapsed
from core.papers import Paper

MOST_BONUS, MOST_MONTHS, MOST_RANK = 1_000_000, 60, 100


class Gain(models.TextChoices):
    """What somebody gains from a rank."""

    HONOUR = "honour", "荣誉称号"
    SKILL = "skill", "技能等级"
    PAY = "pay", "工资职级"
    BONUS = "bonus", "奖金"


def gain_is_said(name: str):
    """The one fact that belongs to each kind of gain is there, and no other: an honour has its type (honour_type), a
    level its code (skill_level), a bonus its yuan, and pay its grade in words."""
    return models.CheckConstraint(
        name=name,
        condition=(Q(gain="honour", level="", amount=None) & ~Q(honour_type=""))
        | (Q(gain="skill", honour_type="", amount=None) & ~Q(level=""))
        | (Q(gain="pay", honour_type="", level="", amount=None) & ~Q(detail=""))
        | Q(gain="bonus", honour_type="", level="", amount__isnull=False, amount__range=(1, MOST_BONUS)),
        violation_error_message=(
            "荣誉称号请选种类，技能等级请选等级，工资职级请在“内容”写明职级，奖金请填金额（1 至 1000000 元）；"
            "与所选待遇无关的几项留空"
        ),
    )


class Entitlement(models.Model):
    """A rule (奖励政策): ranks ``from_rank`` to ``to_rank`` of a contest of a kind and level gain something, in effect
    from ``start`` until before ``end`` by the last day of the contest.

    ``due_months`` is within how many months after the contest it is to be given; None: the document sets no term. A
    rule counts for nothing until the town has confirmed it against the document in force (``confirmed_by``).
    """

    contest_kind = models.CharField(
        "竞赛种类", max_length=10, choices=Contest.Kind, default=Contest.Kind.SKILL
    )
    contest_level = models.CharField("竞赛级别", max_length=10)
    from_rank = models.PositiveSmallIntegerField(
        "名次自", default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_RANK)]
    )
    to_rank = models.PositiveSmallIntegerField(
        "名次至", validators=[MinValueValidator(1), MaxValueValidator(MOST_RANK)]
    )
    gain = models.CharField("待遇", max_length=10, choices=Gain)
    honour_type = models.CharField("荣誉种类", max_length=20, blank=True)
    level = models.CharField("技能等级", max_length=10, blank=True)
    amount = models.PositiveIntegerField(
        "奖金（元）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_BONUS)],
    )
    detail = models.CharField("内容", max_length=100, blank=True)
    due_months = models.PositiveSmallIntegerField(
        "兑现期限（月）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
    )
    start = models.DateField("施行日期")
    end = models.DateField("停止日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="录入人",
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="确认人",
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = "奖励政策"
        ordering = ["contest_kind", "contest_level", "gain", "from_rank", "pk"]
        constraints = [
            gain_is_said("competitions_entitlement_gain"),
            models.CheckConstraint(
                name="competitions_entitlement_ranks",
                condition=Q(from_rank__gte=1, to_rank__gte=F("from_rank"), to_rank__lte=MOST_RANK),
                violation_error_message="名次为 1 至 100，且“名次至”不小于“名次自”",
            ),
            models.CheckConstraint(
                name="competitions_entitlement_ends_after_start",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="停止日期应晚于施行日期",
            ),
            models.CheckConstraint(
                name="competitions_entitlement_due",
                condition=Q(due_months=None) | Q(due_months__range=(1, MOST_MONTHS)),
                violation_error_message="兑现期限为 1 至 60 个月；文件没有规定的请留空",
            ),
            models.CheckConstraint(
                name="competitions_entitlement_confirmed",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.contest_level} 第 {self.from_rank} 至 {self.to_rank} 名 {self.get_gain_display()}"


class Promise(models.Model):
    """Something promised (待遇) to a person for a rank: by a rule in force (``entitlement``) or by a union of its own.

    Delivered only by a record that proves it: a level by ``certificate`` (the key of a verified one, which training
    keeps), an honour by ``honour``, pay and bonus by the number of the document and a scan; ``delivered_on`` is the day
    on that paper. ``union`` is the union that entered the person, as it was then. Waived: it will not be given, and
    why.

    When the award behind it is revoked (``revoked_award``, ``lapsed_on``) an open one is waived; one that was delivered
    stays so, out of the figures from that day on, until somebody says what becomes of it (``settled``). The award given
    in its place revives what was not settled (``revived_on``).
    """

    class State(models.TextChoices):
        PROMISED = "promised", "待兑现"
        DELIVERED = "delivered", "已兑现"
        WAIVED = "waived", "不再兑现"

    class Settled(models.TextChoices):
        KEPT = "kept", "不追回"
        RECLAIMED = "reclaimed", "已追回"

    entrant = models.ForeignKey(Entrant, models.PROTECT, related_name="promises", verbose_name="获奖人")
    event = models.ForeignKey(Event, models.PROTECT, related_name="promises", verbose_name="比赛项目")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="参赛工会")
    entitlement = models.ForeignKey(
        Entitlement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name="奖励政策",
    )
    gain = models.CharField("待遇", max_length=10, choices=Gain)
    honour_type = models.CharField("荣誉种类", max_length=20, blank=True)
    level = models.CharField("技能等级", max_length=10, blank=True)
    amount = models.PositiveIntegerField(
        "奖金（元）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_BONUS)],
    )
    detail = models.CharField("内容", max_length=100, blank=True)
    promised_on = models.DateField("登记日期")
    due_on = models.DateField("应兑现日期", null=True, blank=True)
    state = models.CharField("情况", max_length=10, choices=State, default=State.PROMISED, editable=False)
    delivered_on = models.DateField("兑现日期", null=True, blank=True, editable=False)
    document_number = models.CharField("文件号", max_length=50, blank=True, editable=False)
    delivered_amount = models.PositiveIntegerField("实发金额（元）", null=True, blank=True, editable=False)
    certificate = models.BigIntegerField("证书", null=True, blank=True, editable=False)
    honour = models.ForeignKey(
        Honour,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="promises",
        verbose_name="个人荣誉",
    )
    waive_reason = models.CharField("不再兑现的原因", max_length=200, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="办理人",
    )
    closed_at = models.DateTimeField("办理时间", null=True, blank=True, editable=False)
    revoked_award = models.ForeignKey(
        Award,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="lapsed_promises",
        verbose_name="已撤销的获奖",
    )
    lapsed_on = models.DateField("失效日期", null=True, blank=True, editable=False)
    revived_on = models.DateField("恢复日期", null=True, blank=True, editable=False)
    settled = models.CharField("撤销后的处理", max_length=10, choices=Settled, blank=True, editable=False)
    settled_note = models.CharField("处理说明", max_length=200, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="处理人",
    )
    settled_at = models.DateTimeField("处理时间", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = "待兑现事项"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(F("due_on").asc(nulls_last=True), F("id").asc(), name="competitions_promise_due"),
        ]
        constraints = [
            gain_is_said("competitions_promise_gain"),
            models.UniqueConstraint(
                fields=["entrant", "gain", "honour_type", "level"],
                condition=~Q(state="waived") & Q(gain__in=["honour", "skill"]),
                name="competitions_promise_once",
                violation_error_message="这个人的这项荣誉或等级已经登记，请不要重复登记",
            ),
            models.UniqueConstraint(
                fields=["entrant", "entitlement"],
                name="competitions_promise_by_rule_once",
                violation_error_message="这个人按这条奖励政策已经登记过",
            ),
            models.CheckConstraint(
                name="competitions_promise_due",
                condition=Q(due_on=None) | Q(due_on__gte=F("promised_on")) | Q(entitlement__isnull=False),
                violation_error_message="应兑现日期不能早于登记日期",
            ),
            models.CheckConstraint(
                name="competitions_promise_open",
                condition=~Q(state="promised")
                | Q(
                    delivered_on=None,
                    certificate=None,
                    honour=None,
                    document_number="",
                    delivered_amount=None,
                    closed_by=None,
                    closed_at=None,
                ),
            ),
            models.CheckConstraint(
                name="competitions_promise_closed",
                condition=Q(state="promised") | Q(closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="competitions_promise_delivered",
                condition=~Q(state="delivered")
                | (
                    Q(delivered_on__isnull=False)
                    & (
                        Q(gain="skill", certificate__isnull=False, honour=None)
                        | (Q(gain="honour", certificate=None, honour__isnull=False) & ~Q(document_number=""))
                        | (
                            Q(gain__in=["pay", "bonus"], certificate=None, honour=None)
                            & ~Q(document_number="")
                        )
                    )
                    & (
                        Q(gain="bonus", delivered_amount__gte=1)
                        | (~Q(gain="bonus") & Q(delivered_amount=None))
                    )
                ),
                violation_error_message="兑现须有依据：技能等级凭证书，荣誉称号凭个人荣誉记录，其他凭文件号和日期，奖金还要填实发金额",
            ),
            models.CheckConstraint(
                name="competitions_promise_waived",
                condition=(
                    Q(state="waived", delivered_on=None, certificate=None, honour=None) & ~Q(waive_reason="")
                )
                | (~Q(state="waived") & Q(waive_reason="")),
                violation_error_message="不再兑现的请写明原因",
            ),
            models.CheckConstraint(
                name="competitions_promise_lapsed",
                condition=Q(revoked_award=None, lapsed_on=None, revived_on=None)
                | (
                    Q(revoked_award__isnull=False, lapsed_on__isnull=False)
                    & (
                        Q(revived_on__isnull=False, revived_on__gte=F("lapsed_on"))
                        | (Q(revived_on=None) & ~Q(state="promised"))
                    )
                ),
            ),
            models.CheckConstraint(
                name="competitions_promise_settled",
                condition=Q(settled="", settled_note="", settled_by=None, settled_at=None)
                | (
                    Q(state="delivered", lapsed_on__isnull=False, revived_on=None)
                    & Q(settled_by__isnull=False)
                    & Q(settled_at__isnull=False)
                    & ~Q(settled="")
                    & ~Q(settled_note="")
                ),
                violation_error_message="已兑现、获奖被撤销的，请选处理结果并写明说明",
            ),
        ]

    def __str__(self):
        return f"{self.get_gain_display()} {self.pk}"

    def get_absolute_url(self):
        return reverse("competitions:promise_detail", args=[self.pk])

    @property
    def is_lapsed(self) -> bool:
        """The award behind it stands revoked, with none in its place."""
        return has_lapsed(self)


class PromisePaper(Paper):
    """A scan of the document by which a promise was kept."""

    belongs_to = "promise"

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="papers", verbose_name="待兑现事项")

    objects = PromisePaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "兑现附件"
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "sha256"],
                name="competitions_promisepaper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]
