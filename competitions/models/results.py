"""What comes out of an event: results, objections against them, prizes and awards."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from competitions.models.contests import Event
from competitions.models.entries import Entry
from competitions.querysets.results import (
    AwardQuerySet,
    ObjectionQuerySet,
    PrizeQuerySet,
    ResultQuerySet,
)


class Result(models.Model):
    """What an entry reached, computed from the marks when they are frozen and again after an upheld objection.

    ``total`` is in percent of the full mark over all stages. Entries that are equal by the rules share a rank, and
    the next rank is left out (1, 2, 2, 4). ``stages`` keeps what the total is made of, by stage key as text:
    ``{"score": "86.50" or null, "judges": {seat key as text: points as text}, "left_out": [seat keys]}``. Once the
    event is final no row changes (trigger competitions_results_stay). Missing is who goes on by a late correction to a
    stage where it has no score: nothing is final before there is one, or an absence.
    """

    class Standing(models.TextChoices):
        RANKED = "ranked", "有名次"
        ABSENT = "absent", "缺考"
        MISSING = "missing", "待补评"
        CUT = "cut", "未晋级"
        WITHDRAWN = "withdrawn", "已退赛"

    event = models.ForeignKey(Event, models.PROTECT, related_name="results", verbose_name="比赛项目")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="result", verbose_name="参赛报名")
    standing = models.CharField("情况", max_length=10, choices=Standing)
    total = models.DecimalField("总成绩", max_digits=7, decimal_places=4, null=True, blank=True)
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    stages = models.JSONField("各环节成绩", default=dict)
    computed_at = models.DateTimeField("计算时间", auto_now=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = "竞赛成绩"
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(
                name="competitions_result_ranked",
                condition=Q(standing="ranked", total__isnull=False, rank__isnull=False, rank__gt=0)
                | (Q(rank=None) & ~Q(standing="ranked")),
            ),
        ]

    def __str__(self):
        return f"{self.event_id}/{self.entry_id}"


class Objection(models.Model):
    """An objection (异议) of a union about its entry in an event with preliminary results, and what was decided.

    ``effect`` keeps what an upheld one changed, as lists of changes with the values before and after as text:
    ``{"marks": [{"seat", "criterion", "points"}], "absences": [{"stage", "absent"}],
    "results": [{"entry", "standing", "total", "rank"}]}``; ``absent`` is a pair of yes and no.
    """

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        UPHELD = "upheld", "成立"
        REJECTED = "rejected", "不成立"

    event = models.ForeignKey(Event, models.PROTECT, related_name="objections", verbose_name="比赛项目")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="objections", verbose_name="涉及的参赛报名")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="提出的工会")
    text = models.TextField("异议内容", max_length=1000)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField("处理意见", max_length=1000, blank=True)
    effect = models.JSONField("更正内容", default=dict, editable=False)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    filed_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "异议"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="competitions_objection_decided",
                condition=Q(state="open", decided_by=None, decided_at=None, answer="")
                | (Q(state__in=["upheld", "rejected"], decided_by__isnull=False, decided_at__isnull=False))
                & ~Q(answer=""),
                violation_error_message="处理异议应写明处理意见",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state="open"),
                name="competitions_objection_open_once",
                violation_error_message="这项报名已有待处理的异议，处理之后才能再提",
            ),
        ]

    def __str__(self):
        return f"{self.event_id}/{self.pk}"


class Prize(models.Model):
    """A prize (奖项) of an event and how many places it has; prizes are given out by rank in the order of position."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="prizes", verbose_name="比赛项目")
    position = models.PositiveSmallIntegerField("顺序", validators=[MinValueValidator(1)])
    title = models.CharField("奖项名称", max_length=30)
    places = models.PositiveSmallIntegerField("名额", validators=[MinValueValidator(1)])
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = PrizeQuerySet.as_manager()

    class Meta:
        verbose_name = "奖项"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "position"],
                name="competitions_prize_position",
                violation_error_message="这个顺序已有奖项",
            ),
            models.UniqueConstraint(
                fields=["event", "title"],
                name="competitions_prize_once",
                violation_error_message="这个项目已有同名的奖项",
            ),
            models.CheckConstraint(
                name="competitions_prize_places",
                condition=Q(position__gt=0, places__gt=0),
                violation_error_message="顺序和名额应大于 0",
            ),
        ]

    def __str__(self):
        return self.title


class Award(models.Model):
    """A prize given to an entry on its final result; ``code`` is the number on the paper, given by the system.

    ``entry`` holds it, one at a time. A wrong one is revoked and never deleted or rewritten (trigger
    competitions_awards_stay): ``revoked_from`` then names the entry in its place, so that nobody who asks an entry for
    its award meets a revoked one, and the number is not used again. ``revoked_codes`` are those of the certificates as
    they read that day: whoever checks one is told that it was revoked, also when a fact on it was corrected afterwards.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="awards", verbose_name="比赛项目")
    prize = models.ForeignKey(Prize, models.PROTECT, related_name="awards", verbose_name="奖项")
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="award", verbose_name="参赛报名"
    )
    code = models.CharField("获奖编号", max_length=40)
    awarded_on = models.DateField("颁发日期")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    revoked_from = models.ForeignKey(
        Entry,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="revoked_awards",
        verbose_name="原获奖报名",
    )
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="撤销人",
    )
    revoke_reason = models.CharField("撤销原因", max_length=200, blank=True, editable=False)
    revoked_codes = ArrayField(
        models.CharField(max_length=14),
        default=list,
        blank=True,
        editable=False,
        verbose_name="撤销时各份证书的校验码",
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = "获奖"
        ordering = ["prize__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="competitions_award_code_once",
                violation_error_message="该获奖编号已存在",
            ),
            models.CheckConstraint(
                name="competitions_award_stands_or_revoked",
                condition=Q(
                    entry__isnull=False, revoked_from=None, revoked_on=None, revoked_by=None, revoke_reason=""
                )
                | (
                    Q(entry=None, revoked_from__isnull=False, revoked_on__isnull=False)
                    & Q(revoked_by__isnull=False)
                    & ~Q(revoke_reason="")
                ),
                violation_error_message="撤销获奖应写明原因，并记录撤销人和日期",
            ),
        ]

    def __str__(self):
        return self.code
