"""Contests (竞赛), their events (工种) and the stages (环节) of an event (domain facts 9)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from competitions.querysets.contests import ContestQuerySet, EventQuerySet, StageQuerySet


class Contest(models.Model):
    """One contest that a union holds. 技能竞赛 tests skill, 劳动竞赛 is emulation at work: never counted together.

    ``code`` is given by the system, once for the whole town. A contest that is open to the unions below takes
    entries from any of them; otherwise only from the unions of its holder. A contest itself changes nobody's skill
    level: the certificate that follows does.
    """

    class Kind(models.TextChoices):
        SKILL = "skill", "技能竞赛"
        LABOUR = "labour", "劳动竞赛"

    class State(models.TextChoices):
        PLANNED = "planned", "计划中"
        OPEN = "open", "报名中"
        RUNNING = "running", "进行中"
        FINISHED = "finished", "已结束"
        CANCELLED = "cancelled", "已取消"

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="contests", verbose_name="主办工会"
    )
    code = models.CharField("竞赛编号", max_length=32, editable=False)
    title = models.CharField("竞赛名称", max_length=100)
    kind = models.CharField("竞赛种类", max_length=10, choices=Kind)
    level = models.CharField("竞赛级别", max_length=10)
    hosts = models.CharField("主办单位", max_length=200, blank=True)
    organisers = models.CharField("承办单位", max_length=200, blank=True)
    document_number = models.CharField("文件号", max_length=50, blank=True)
    place = models.CharField("地点", max_length=100, blank=True)
    entries_from = models.DateField("报名开始日期", null=True, blank=True)
    entries_until = models.DateField("报名截止日期", null=True, blank=True)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    budget = models.DecimalField(
        "经费预算（元）",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    note = models.TextField("说明", blank=True, max_length=1000)
    is_open_below = models.BooleanField("下级工会可以报名", default=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED, editable=False)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    cloned_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="clones",
        verbose_name="沿用的竞赛",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = "竞赛"
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["union", "-starts_on", "-id"], name="competitions_contest_of_union"),
            models.Index(fields=["-starts_on", "-id"], name="competitions_contest_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="competitions_contest_code_once",
                violation_error_message="该竞赛编号已存在",
            ),
            models.CheckConstraint(
                name="competitions_contest_dates",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期",
            ),
            models.CheckConstraint(
                name="competitions_contest_entry_dates",
                condition=Q(entries_from=None)
                | Q(entries_until=None)
                | Q(entries_until__gte=F("entries_from")),
                violation_error_message="报名截止日期不能早于报名开始日期",
            ),
            models.CheckConstraint(
                name="competitions_contest_entries_before_end",
                condition=Q(entries_until=None) | Q(entries_until__lte=F("ends_on")),
                violation_error_message="报名截止日期不能晚于竞赛结束日期",
            ),
            models.CheckConstraint(
                name="competitions_contest_cancel_reason",
                condition=Q(state="cancelled") ^ Q(cancel_reason=""),
                violation_error_message="取消竞赛应写明原因",
            ),
            models.CheckConstraint(
                name="competitions_contest_budget",
                condition=Q(budget=None) | Q(budget__gte=0),
                violation_error_message="经费预算不能小于 0；还没有预算的请留空",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("competitions:contest_detail", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Nothing of it changes any more."""
        return self.state in (self.State.FINISHED, self.State.CANCELLED)


class Event(models.Model):
    """One event (比赛项目) of a contest: a trade, who may enter, and how its stages make up the result.

    ``trim`` is how many of the highest and as many of the lowest scores of the judges are left out before the mean
    (去掉最高分和最低分); 0 is the plain mean. Ages are whole years on the first day of the contest. An entry is pointed
    out when a judge's points lie more than ``outlier_percent`` of the full mark off the median of the judges; None
    points out nobody.

    ``phase`` only goes forward, one step at a time (trigger competitions_phases_in_order): marks are taken, then
    frozen (封存), results are preliminary with days for objections (异议期), and final at last. ``gaps_reason`` says why
    they were frozen although marks were missing; ``is_public`` opens the final list to everybody (docs/adr/0032).
    """

    class Phase(models.TextChoices):
        SCORING = "scoring", "评分"
        FROZEN = "frozen", "已封存"
        PRELIMINARY = "preliminary", "初步成绩"
        FINAL = "final", "最终成绩"

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="events", verbose_name="竞赛")
    title = models.CharField("项目名称", max_length=100)
    trade = models.CharField("工种", max_length=50, blank=True)
    standard = models.CharField("执行标准", max_length=200, blank=True)
    aims_at = models.CharField("对应技能等级", max_length=10, blank=True)
    is_team = models.BooleanField("团体项目", default=False)
    team_least = models.PositiveSmallIntegerField("每队最少人数", null=True, blank=True)
    team_most = models.PositiveSmallIntegerField("每队最多人数", null=True, blank=True)
    quota = models.PositiveSmallIntegerField("每个工会名额", null=True, blank=True)
    capacity = models.PositiveIntegerField("总名额", null=True, blank=True)
    least_level = models.CharField("参赛者最低技能等级", max_length=10, blank=True)
    least_age = models.PositiveSmallIntegerField("最低年龄", null=True, blank=True)
    most_age = models.PositiveSmallIntegerField("最高年龄", null=True, blank=True)
    employed_only = models.BooleanField("限在岗职工", default=True)
    trim = models.PositiveSmallIntegerField(
        "去掉最高分和最低分各几个", default=0, validators=[MaxValueValidator(3)]
    )
    outlier_percent = models.DecimalField(
        "评分偏离提示线（满分的 %）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    phase = models.CharField("成绩状态", max_length=12, choices=Phase, default=Phase.SCORING, editable=False)
    frozen_at = models.DateTimeField("封存时间", null=True, blank=True, editable=False)
    preliminary_at = models.DateTimeField("初步成绩公布时间", null=True, blank=True, editable=False)
    objections_until = models.DateField("异议截止日期", null=True, blank=True, editable=False)
    final_at = models.DateTimeField("最终成绩公布时间", null=True, blank=True, editable=False)
    gaps_reason = models.CharField("缺分说明", max_length=200, blank=True, editable=False)
    is_public = models.BooleanField("公开名单", default=False, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "比赛项目"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "title"],
                name="competitions_event_once",
                violation_error_message="这项竞赛已有同名的比赛项目",
            ),
            models.CheckConstraint(
                name="competitions_event_team",
                condition=Q(
                    is_team=True,
                    team_least__isnull=False,
                    team_most__isnull=False,
                    team_least__gte=2,
                    team_most__gte=F("team_least"),
                )
                | Q(is_team=False, team_least=None, team_most=None),
                violation_error_message="团体项目请填写每队最少（至少 2 人）和最多人数；个人项目这两项留空",
            ),
            models.CheckConstraint(
                name="competitions_event_places",
                condition=(Q(quota=None) | Q(quota__gt=0)) & (Q(capacity=None) | Q(capacity__gt=0)),
                violation_error_message="名额应大于 0；不限名额的请留空",
            ),
            models.CheckConstraint(
                name="competitions_event_ages",
                condition=Q(least_age=None) | Q(most_age=None) | Q(most_age__gte=F("least_age")),
                violation_error_message="最高年龄不能小于最低年龄",
            ),
            models.CheckConstraint(
                name="competitions_event_trim",
                condition=Q(trim__lte=3),
                violation_error_message="去掉的最高分和最低分各不超过 3 个",
            ),
            models.CheckConstraint(
                name="competitions_event_outlier_percent",
                condition=Q(outlier_percent=None) | Q(outlier_percent__gt=0, outlier_percent__lte=100),
                violation_error_message="评分偏离提示线应大于 0、不超过 100；不提示的请留空",
            ),
            models.CheckConstraint(
                name="competitions_event_phase",
                condition=Q(phase="scoring", frozen_at=None, preliminary_at=None, final_at=None)
                | Q(phase="frozen", frozen_at__isnull=False, preliminary_at=None, final_at=None)
                | Q(
                    phase="preliminary",
                    frozen_at__isnull=False,
                    preliminary_at__isnull=False,
                    objections_until__isnull=False,
                    final_at=None,
                )
                | Q(
                    phase="final",
                    frozen_at__isnull=False,
                    preliminary_at__isnull=False,
                    objections_until__isnull=False,
                    final_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="competitions_event_public_when_final",
                condition=Q(is_public=False) | Q(phase="final"),
                violation_error_message="公布最终成绩之后才能公开名单",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("competitions:event_detail", args=[self.pk])


class Stage(models.Model):
    """One stage of an event. ``weight`` is its share of the result in percent; 0 for a stage that only sieves.

    ``tie_order`` says which stage decides between equal results, 1 first; stages without one do not decide.
    ``advance`` is how many of the best go on to the next stage; None lets everybody go on. ``sieved_at`` is when the
    holder last confirmed who does not (``Cut``).
    """

    class Kind(models.TextChoices):
        THEORY = "theory", "理论"
        PRACTICE = "practice", "实操"
        FINAL = "final", "决赛"
        OTHER = "other", "其他"

    event = models.ForeignKey(Event, models.PROTECT, related_name="stages", verbose_name="比赛项目")
    position = models.PositiveSmallIntegerField("顺序", validators=[MinValueValidator(1)])
    kind = models.CharField("环节种类", max_length=10, choices=Kind)
    title = models.CharField("环节名称", max_length=50)
    weight = models.DecimalField(
        "权重（%）", max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    tie_order = models.PositiveSmallIntegerField("同分比较次序", null=True, blank=True)
    advance = models.PositiveIntegerField("晋级名额", null=True, blank=True)
    sieved_at = models.DateTimeField("晋级名单确认时间", null=True, blank=True, editable=False)
    held_on = models.DateField("日期", null=True, blank=True)
    place = models.CharField("地点", max_length=100, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = "比赛环节"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "position"],
                name="competitions_stage_position",
                violation_error_message="这个顺序已有环节",
            ),
            models.UniqueConstraint(
                fields=["event", "tie_order"],
                name="competitions_stage_tie_order",
                violation_error_message="这个同分比较次序已有环节使用",
            ),
            models.CheckConstraint(
                name="competitions_stage_weight",
                condition=Q(weight__range=(0, 100)),
                violation_error_message="权重为 0 至 100",
            ),
            models.CheckConstraint(
                name="competitions_stage_counts",
                condition=Q(position__gt=0)
                & (Q(tie_order=None) | Q(tie_order__gt=0))
                & (Q(advance=None) | Q(advance__gt=0)),
                violation_error_message="顺序、同分比较次序和晋级名额应大于 0；没有的请留空",
            ),
        ]

    def __str__(self):
        return self.title
