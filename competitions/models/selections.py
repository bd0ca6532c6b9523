"""Nomination selections (推荐评选): who may be put forward for which honour, and what shares are asked for (domain facts 9)."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from competitions.querysets.selections import (
    SelectionPlaceQuerySet,
    SelectionQuerySet,
    SelectionShareQuerySet,
    ShareRuleQuerySet,
)
from unions.spells import digest, same_and_overlapping

MOST_NOTICE_DAYS = 60


class Category(models.TextChoices):
    """What a share counts. The first three are the disjoint positions of people; worker is the first two together;
    migrant, woman and party cut across them; the last two are of teams and firms."""

    INDUSTRIAL = "industrial", "产业工人"
    FRONTLINE = "frontline", "其他一线职工和专业技术人员"
    SCIENCE = "science", "科教人员"
    WORKER = "worker", "一线职工（产业工人和其他一线合计）"
    MIGRANT = "migrant", "农民工"
    WOMAN = "woman", "女性"
    PARTY = "party", "中共党员"
    TEAM = "team", "班组"
    NONPUBLIC = "nonpublic", "非公有制单位"


OF_PEOPLE = ("industrial", "frontline", "science", "worker", "migrant", "woman", "party")
OF_GROUPS = ("team", "nonpublic")
# Names in conditions are values: the models below may not import what imports them.


def _sane_percent(name: str):
    return models.CheckConstraint(
        name=name,
        condition=Q(percent__gt=0, percent__lte=100, category__in=Category.values),
        violation_error_message="比例应大于 0，最高为 100",
    )


class ShareRule(models.Model):
    """A share that an honour asks for, from ``start`` until before ``end``: the template that selections copy.

    What comes with the software are the national figures quoted in the press (``source``); the town office ends them
    and enters its own. A selection keeps its copy, whatever becomes of the template.
    """

    honour_type = models.CharField("荣誉", max_length=20)
    category = models.CharField("类别", max_length=12, choices=Category)
    percent = models.DecimalField("不低于（%）", max_digits=5, decimal_places=2)
    start = models.DateField("施行日期")
    end = models.DateField("停止日期", null=True, blank=True)
    is_national = models.BooleanField("全国数字", default=False)
    source = models.CharField("依据", max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="录入人",
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = ShareRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "推荐比例"
        ordering = ["honour_type", "category", "-start"]
        constraints = [
            _sane_percent("competitions_sharerule_percent"),
            models.CheckConstraint(
                name="competitions_sharerule_ends_after_start",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="停止日期应晚于施行日期",
            ),
            models.CheckConstraint(
                name="competitions_sharerule_has_source",
                condition=~Q(source=""),
                violation_error_message="请写明依据",
            ),
            ExclusionConstraint(
                name="competitions_sharerule_one_at_a_time",
                expressions=[same_and_overlapping(digest("honour_type", "category"))],
                violation_error_message="这项荣誉的这一类别在此期间已有比例。请先停止原比例，或核对日期",
            ),
        ]

    def __str__(self):
        return f"{self.honour_type} {self.category} {self.percent}%"


class Selection(models.Model):
    """One selection of nominations for one honour, held by the town for the unions below it.

    ``phase`` only goes forward (trigger competitions_selections_in_order): nominations come in while it is open, the
    shortlist stands in public notice (公示) from ``notice_from`` to ``notice_until`` (both included), then it is
    decided, and sent to whoever grants the honour. ``places`` and ``places_each`` None: as many as come.
    """

    class Phase(models.TextChoices):
        PLANNED = "planned", "筹备中"
        OPEN = "open", "推荐中"
        NOTICE = "notice", "公示中"
        DECIDED = "decided", "已确定"
        SENT = "sent", "已上报"
        CANCELLED = "cancelled", "已取消"

    class DayKind(models.TextChoices):
        WORKING = "working", "工作日"
        CALENDAR = "calendar", "自然日"

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="selections", verbose_name="主办工会"
    )
    title = models.CharField("名称", max_length=100)
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    honour_type = models.CharField("荣誉", max_length=20)
    is_collective = models.BooleanField("推荐集体", default=False)
    issuer = models.CharField("授予单位", max_length=100)
    document_number = models.CharField("通知文号", max_length=50, blank=True)
    places = models.PositiveIntegerField("推荐名额", null=True, blank=True)
    places_each = models.PositiveIntegerField("每个工会名额", null=True, blank=True)
    deadline = models.DateField("推荐截止日期")
    notice_days = models.PositiveSmallIntegerField(
        "公示天数", validators=[MinValueValidator(1), MaxValueValidator(MOST_NOTICE_DAYS)]
    )
    notice_unit = models.CharField("公示天数按", max_length=10, choices=DayKind)
    note = models.TextField("说明", blank=True, max_length=1000)
    phase = models.CharField("进度", max_length=10, choices=Phase, default=Phase.PLANNED, editable=False)
    notice_from = models.DateField("公示开始", null=True, blank=True, editable=False)
    notice_until = models.DateField("公示结束", null=True, blank=True, editable=False)
    retracted_on = models.DateField("公示撤回日期", null=True, blank=True, editable=False)
    retract_reason = models.CharField("公示撤回原因", max_length=200, blank=True, editable=False)
    share_note = models.CharField("未达比例的说明", max_length=200, blank=True, editable=False)
    decided_on = models.DateField("确定日期", null=True, blank=True, editable=False)
    sent_on = models.DateField("上报日期", null=True, blank=True, editable=False)
    sent_number = models.CharField("上报文号", max_length=50, blank=True, editable=False)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = "推荐评选"
        ordering = ["-year", "-pk"]
        indexes = [models.Index(fields=["-year", "-id"], name="competitions_selection_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "year", "title"],
                name="competitions_selection_once",
                violation_error_message="这一年度已有同名的推荐评选",
            ),
            models.CheckConstraint(
                name="competitions_selection_places",
                condition=(Q(places=None) | Q(places__gt=0)) & (Q(places_each=None) | Q(places_each__gt=0)),
                violation_error_message="名额应大于 0；不限名额的请留空",
            ),
            models.CheckConstraint(
                name="competitions_selection_notice_days",
                condition=Q(notice_days__range=(1, MOST_NOTICE_DAYS)),
                violation_error_message=f"公示天数为 1 至 {MOST_NOTICE_DAYS}",
            ),
            models.CheckConstraint(
                name="competitions_selection_notice",
                condition=Q(phase__in=["planned", "open"], notice_from=None, notice_until=None)
                | Q(
                    phase__in=["notice", "decided", "sent"],
                    notice_from__isnull=False,
                    notice_until__isnull=False,
                    notice_until__gte=F("notice_from"),
                )
                | Q(phase="cancelled"),
                violation_error_message="公示结束不能早于公示开始",
            ),
            models.CheckConstraint(
                name="competitions_selection_decided_after_notice",
                condition=Q(
                    phase__in=["decided", "sent"], decided_on__isnull=False, decided_on__gt=F("notice_until")
                )
                | (~Q(phase__in=["decided", "sent"]) & Q(decided_on=None)),
                violation_error_message="公示期满之后才能确定推荐名单",
            ),
            models.CheckConstraint(
                name="competitions_selection_sent",
                condition=(
                    Q(phase="sent", sent_on__isnull=False, sent_on__gte=F("decided_on")) & ~Q(sent_number="")
                )
                | (~Q(phase="sent") & Q(sent_on=None, sent_number="")),
                violation_error_message="上报应写明文号和日期，不早于确定日期",
            ),
            models.CheckConstraint(
                name="competitions_selection_retracted",
                condition=Q(retracted_on=None) ^ ~Q(retract_reason=""),
                violation_error_message="撤回公示应写明日期和原因",
            ),
            models.CheckConstraint(
                name="competitions_selection_cancel_reason",
                condition=Q(phase="cancelled") ^ Q(cancel_reason=""),
                violation_error_message="取消应写明原因",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("competitions:selection_detail", args=[self.pk])

    @property
    def categories(self) -> tuple[str, ...]:
        """What shares of this selection can count."""
        return OF_GROUPS if self.is_collective else OF_PEOPLE


class SelectionShare(models.Model):
    """A share that the selection asks for: at least ``percent`` of all who are put forward, rounded up to whole ones."""

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="shares", verbose_name="推荐评选")
    category = models.CharField("类别", max_length=12, choices=Category)
    percent = models.DecimalField("不低于（%）", max_digits=5, decimal_places=2)
    source = models.CharField("依据", max_length=200)

    objects = SelectionShareQuerySet.as_manager()

    class Meta:
        verbose_name = "要求比例"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "category"],
                name="competitions_selectionshare_once",
                violation_error_message="这一类别已有比例",
            ),
            _sane_percent("competitions_selectionshare_percent"),
        ]

    def __str__(self):
        return f"{self.selection_id} {self.category} {self.percent}%"


class SelectionPlace(models.Model):
    """How many one union may put forward, where that is not what each union may."""

    selection = models.ForeignKey(
        Selection, models.PROTECT, related_name="union_places", verbose_name="推荐评选"
    )
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="推荐工会")
    places = models.PositiveIntegerField("名额")

    objects = SelectionPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "工会名额"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "union"],
                name="competitions_selectionplace_once",
                violation_error_message="这个工会已有名额",
            ),
        ]

    def __str__(self):
        return f"{self.selection_id} {self.union_id} {self.places}"
