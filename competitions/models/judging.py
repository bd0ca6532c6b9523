"""Who judges, by which criteria, and the marks they give (domain facts 9)."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from competitions.models.contests import Contest, Stage
from competitions.models.entries import Entry
from competitions.models.results import Objection
from competitions.querysets.judging import (
    AbsenceQuerySet,
    CardQuerySet,
    ConflictQuerySet,
    CriterionQuerySet,
    CutQuerySet,
    JudgeQuerySet,
    MarkQuerySet,
    SeatQuerySet,
)


class Judge(models.Model):
    """A judge (评委) of one contest, with an account or without: experts come from outside.

    ``union`` is the union the judge belongs to: its entries are closed to the judge (回避). ``is_chief`` (裁判长)
    sees how the judges differ. A judge who has given marks stays. A personal link opens the judge's seats without an
    account; only its digest is kept, a new link ends the old one.
    """

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="judges", verbose_name="竞赛")
    name = models.CharField("姓名", max_length=50)
    workplace = models.CharField("工作单位", max_length=100, blank=True)
    trades = models.CharField("执裁工种", max_length=200, blank=True)
    union = models.ForeignKey(
        "unions.Union",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所属工会（回避）",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    is_chief = models.BooleanField("裁判长", default=False)
    token_hash = models.BinaryField("链接摘要", max_length=32, null=True, unique=True, editable=False)
    issued_at = models.DateTimeField("链接发放时间", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = JudgeQuerySet.as_manager()

    class Meta:
        verbose_name = "评委"
        ordering = ["-is_chief", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "name", "workplace"],
                name="competitions_judge_once",
                violation_error_message="这项竞赛已有同名同单位的评委",
            ),
            models.UniqueConstraint(
                fields=["contest", "user"],
                name="competitions_judge_account_once",
                violation_error_message="这个账号在这项竞赛已是评委",
            ),
            models.CheckConstraint(
                name="competitions_judge_link_has_time",
                condition=Q(token_hash=None) | Q(issued_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name


class Seat(models.Model):
    """A judge's place at one stage: whoever sits there gives marks to each entry there is no conflict with."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="seats", verbose_name="比赛环节")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="seats", verbose_name="评委")

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "评委席"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "judge"],
                name="competitions_seat_once",
                violation_error_message="这位评委已在这个环节",
            ),
        ]

    def __str__(self):
        return f"{self.stage_id}/{self.judge_id}"


class Conflict(models.Model):
    """A judge and an entry that are kept apart for another reason than the union (回避), e.g. master and apprentice."""

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="conflicts", verbose_name="评委")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="conflicts", verbose_name="参赛报名")
    reason = models.CharField("回避原因", max_length=200)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = "回避"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["judge", "entry"],
                name="competitions_conflict_once",
                violation_error_message="已登记这项回避",
            ),
        ]

    def __str__(self):
        return f"{self.judge_id}/{self.entry_id}"


class Criterion(models.Model):
    """One criterion (评分项) of a stage with the most points it gives; all of them make the stage's full mark.

    The score of an entry at a stage is its points over the full mark, in percent.
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="criteria", verbose_name="比赛环节")
    position = models.PositiveSmallIntegerField("顺序", validators=[MinValueValidator(1)])
    title = models.CharField("评分项", max_length=50)
    most = models.DecimalField("满分", max_digits=6, decimal_places=2)
    guidance = models.CharField("评分说明", max_length=400, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = "评分项"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "position"],
                name="competitions_criterion_position",
                violation_error_message="这个顺序已有评分项",
            ),
            models.UniqueConstraint(
                fields=["stage", "title"],
                name="competitions_criterion_once",
                violation_error_message="这个环节已有同名的评分项",
            ),
            models.CheckConstraint(
                name="competitions_criterion_most",
                condition=Q(most__gt=0, position__gt=0),
                violation_error_message="顺序和满分应大于 0",
            ),
        ]

    def __str__(self):
        return self.title


class Mark(models.Model):
    """The points one judge gives one entry by one criterion.

    The database takes marks only while the event is scored; afterwards only the correction that an upheld objection
    orders, which ``objection`` names (trigger competitions_marks_in_time). Who typed it is in the audit trail.
    """

    class Source(models.TextChoices):
        PHONE = "phone", "评委录入"
        PAPER = "paper", "评分表双人录入"
        SHEET = "sheet", "表格导入"

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="marks", verbose_name="评委席")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="marks", verbose_name="参赛报名")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name="评分项")
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    source = models.CharField("录入方式", max_length=10, choices=Source)
    objection = models.ForeignKey(
        Objection, models.PROTECT, null=True, blank=True, related_name="marks", verbose_name="依据的异议"
    )
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = "评分"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "seat", "criterion"],
                name="competitions_mark_once",
                violation_error_message="这位评委已给这项评分",
            ),
            models.CheckConstraint(
                name="competitions_mark_points",
                condition=Q(points__gte=0),
                violation_error_message="得分不能小于 0",
            ),
        ]

    def __str__(self):
        return f"{self.seat_id}/{self.entry_id}/{self.criterion_id}"


class Card(models.Model):
    """How often the marks of a seat for an entry have come, changed or gone: the version by which a phone says what it
    has seen.

    Kept by the database alone, whoever writes marks (trigger competitions_cards_count): it never goes back, so that no
    two states of a card share a version. No row is version 0.
    """

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="cards", verbose_name="评委席")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="cards", verbose_name="参赛报名")
    version = models.PositiveIntegerField("版本", editable=False)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = "评分卡"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "entry"], name="competitions_card_once"),
            models.CheckConstraint(name="competitions_card_version", condition=Q(version__gt=0)),
        ]

    def __str__(self):
        return f"{self.seat_id}/{self.entry_id}"


class Absence(models.Model):
    """An entry that did not turn up at a stage (缺考), or was excluded from it (取消成绩): it has no score there.

    It stands until ``lifted_by``, an upheld objection, says that it was wrong; before the freeze a wrong one is deleted.
    After the freeze the database takes none but what an upheld objection about the entry orders: ``objection`` names
    the one that added it (triggers competitions_absences_in_time and _stay). ``reason`` goes when a person is forgotten.
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="absences", verbose_name="比赛环节")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="absences", verbose_name="参赛报名")
    reason = models.CharField("原因", max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    objection = models.ForeignKey(
        Objection, models.PROTECT, null=True, blank=True, related_name="absences", verbose_name="依据的异议"
    )
    lifted_by = models.ForeignKey(
        Objection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lifted",
        verbose_name="撤销所依据的异议",
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "缺考"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "entry"],
                condition=Q(lifted_by=None),
                name="competitions_absence_once",
                violation_error_message="已登记缺考",
            ),
        ]

    def __str__(self):
        return f"{self.stage_id}/{self.entry_id}"


class Cut(models.Model):
    """An entry that does not go on after a stage (未晋级), as the holder confirmed it; the stage says when.

    It tells judges, call sheets and score sheets whom to leave out. Results do not read it: who is cut there is what
    the marks give (docs/adr/0037). Nothing comes or goes after the freeze (trigger competitions_cuts_in_time).
    """

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="cuts", verbose_name="比赛环节")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="cuts", verbose_name="参赛报名")

    objects = CutQuerySet.as_manager()

    class Meta:
        verbose_name = "未晋级"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "entry"], name="competitions_cut_once"),
        ]

    def __str__(self):
        return f"{self.stage_id}/{self.entry_id}"
