"""Innovations (创新成果): projects, proposals, patents and methods of work, who made them, their papers and pictures,
and where a method was taken over (domain facts 9; docs/adr/0036)."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from competitions.models.innovation_kinds import (
    WORDS as WORDS_BY_KIND,
    Kind,
    PatentKind,
    Review,
    Stage,
    Words,
)
from competitions.querysets.innovations import (
    ContributorQuerySet,
    InnovationPaperQuerySet,
    InnovationQuerySet,
    PictureQuerySet,
    PromotionQuerySet,
)
from core.papers import Paper
from workers.models import Worker

NOT_NEGATIVE = [MinValueValidator(0)]


def _money(label: str) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=12, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )


class Innovation(models.Model):
    """One innovation of a union; ``kind`` says which. Sums are yuan; ``effect_yuan`` is the effect of one year.

    ``begun_on`` and ``done_on`` mean what ``WORDS`` says for the kind; ``done_on`` puts it into its period.
    ``adopted_on`` is the day on which a proposal was adopted, and stays when it was not carried out in the end.
    ``state`` is the review by the town, which sees only what is done; an edit asks the town anew.
    """

    Kind, Stage, State = Kind, Stage, Review

    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="innovations", verbose_name="工会")
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="innovations",
        verbose_name="用人单位",
    )
    kind = models.CharField("种类", max_length=10, choices=Kind)
    title = models.CharField("名称", max_length=100)
    department = models.CharField("车间（部门）", max_length=50, blank=True)
    content = models.TextField("内容", max_length=2000)
    begun_on = models.DateField("开始日期", null=True, blank=True)
    adopted_on = models.DateField("采纳日期", null=True, blank=True, editable=False)
    done_on = models.DateField("完成日期", null=True, blank=True)
    stage = models.CharField("进展", max_length=10, choices=Stage, editable=False)
    stage_reason = models.CharField("终止或未采纳原因", max_length=200, blank=True, editable=False)
    effect = models.TextField("成效", max_length=1000, blank=True)
    effect_yuan = _money("年经济效益（元）")
    investment = _money("投入（元）")
    reward = _money("奖励（元）")
    level = models.CharField("级别", max_length=10, blank=True)
    document_number = models.CharField("文件号", max_length=50, blank=True)
    patent_kind = models.CharField("专利类型", max_length=10, choices=PatentKind, blank=True)
    patent_number = models.CharField("专利号", max_length=32, blank=True)
    state = models.CharField("评审", max_length=10, choices=Review, default=Review.ENTERED, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="评审人",
    )
    decided_at = models.DateTimeField("评审时间", null=True, blank=True, editable=False)
    decision_note = models.CharField("退回理由", max_length=200, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = InnovationQuerySet.as_manager()

    class Meta:
        verbose_name = "创新成果"
        ordering = ["-entered_at", "-pk"]
        indexes = [
            models.Index(fields=["union", "-entered_at", "-id"], name="competitions_innovation_union"),
            models.Index(fields=["-entered_at", "-id"], name="competitions_innovation_newest"),
            models.Index(fields=["kind", "done_on"], name="competitions_innovation_done"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "employer", "kind", "title", "begun_on"],
                condition=~Q(stage="dropped"),
                nulls_distinct=False,
                name="competitions_innovation_once",
                violation_error_message="这个单位已登记同名、同日的成果，请核对是否重复登记",
            ),
            models.CheckConstraint(
                name="competitions_innovation_stage_of_kind",
                condition=Q(kind="project", stage__in=["planned", "open", "done", "dropped"])
                | Q(kind="proposal", stage__in=["open", "adopted", "done", "dropped"])
                | Q(kind="patent", stage__in=["open", "done", "dropped"])
                | Q(kind="method", stage="done"),
                violation_error_message="这一种类的成果没有这个进展",
            ),
            models.CheckConstraint(
                name="competitions_innovation_begun",
                condition=Q(begun_on__isnull=False) | Q(kind="method") | Q(kind="project", stage="planned"),
                violation_error_message="请填写开始、提出或申请的日期",
            ),
            models.CheckConstraint(
                name="competitions_innovation_done_has_day",
                condition=Q(stage="done") ^ Q(done_on=None),
                violation_error_message="已完成的请填写完成日期，没有完成的留空",
            ),
            models.CheckConstraint(
                name="competitions_innovation_dates",
                condition=(Q(begun_on=None) | Q(done_on=None) | Q(done_on__gte=F("begun_on")))
                & (Q(adopted_on=None) | Q(begun_on=None) | Q(adopted_on__gte=F("begun_on")))
                & (Q(adopted_on=None) | Q(done_on=None) | Q(done_on__gte=F("adopted_on"))),
                violation_error_message="日期前后颠倒：采纳不能早于提出，完成不能早于开始和采纳",
            ),
            models.CheckConstraint(
                name="competitions_innovation_adopted",
                condition=Q(kind="proposal", stage__in=["adopted", "done"], adopted_on__isnull=False)
                | Q(kind="proposal", stage="open", adopted_on=None)
                | Q(kind="proposal", stage="dropped")
                | (~Q(kind="proposal") & Q(adopted_on=None)),
                violation_error_message="采纳的建议有采纳日期，其他的没有",
            ),
            models.CheckConstraint(
                name="competitions_innovation_dropped_why",
                condition=Q(stage="dropped") ^ Q(stage_reason=""),
                violation_error_message="终止或未采纳的应写明原因",
            ),
            models.CheckConstraint(
                name="competitions_innovation_patent_facts",
                condition=Q(kind="patent") & ~Q(patent_kind="")
                | (~Q(kind="patent") & Q(patent_kind="", patent_number="")),
                violation_error_message="专利请选择专利类型；其他成果没有专利类型和专利号",
            ),
            models.CheckConstraint(
                name="competitions_innovation_facts_of_kind",
                condition=(Q(kind="project") | Q(investment=None))
                & (Q(kind="proposal") | Q(reward=None))
                & (Q(kind__in=["project", "method"]) | Q(level="", document_number="")),
                violation_error_message="投入只用于创新项目，奖励只用于合理化建议，级别和文件号只用于创新项目和先进操作法",
            ),
            models.CheckConstraint(
                name="competitions_innovation_sums",
                condition=(Q(effect_yuan=None) | Q(effect_yuan__gte=0))
                & (Q(investment=None) | Q(investment__gte=0))
                & (Q(reward=None) | Q(reward__gte=0)),
                violation_error_message="金额不能小于 0；没有的请留空",
            ),
            models.CheckConstraint(
                name="competitions_innovation_decided",
                condition=Q(state="entered", decided_at=None, decided_by=None, decision_note="")
                | Q(state="accepted", decided_at__isnull=False, decided_by__isnull=False, decision_note="")
                | (Q(state="returned", decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_note="")),
                violation_error_message="退回应写明理由",
            ),
            models.CheckConstraint(
                name="competitions_innovation_accepted_is_done",
                condition=~Q(state="accepted") | Q(stage="done"),
                violation_error_message="完成之后才能评审通过",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("competitions:innovation_detail", args=[self.pk])

    @property
    def words(self) -> Words:
        """What its kind calls its days, people and stages."""
        return WORDS_BY_KIND[self.kind]

    @property
    def standing(self) -> str:
        """Its stage in the words of its kind."""
        return self.words.stages[self.stage]

    @property
    def is_method(self) -> bool:
        """先进操作法: it can be taken over by other units."""
        return self.kind == Kind.METHOD


class Contributor(models.Model):
    """One person who made an innovation. One of them is the author, whose it is; the others took part."""

    class Role(models.TextChoices):
        LEAD = "lead", "主要完成人"
        MEMBER = "member", "参加人"

    innovation = models.ForeignKey(
        Innovation, models.PROTECT, related_name="contributors", verbose_name="创新成果"
    )
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="contributions", verbose_name="职工")
    role = models.CharField("参与方式", max_length=10, choices=Role)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = ContributorQuerySet.as_manager()

    class Meta:
        verbose_name = "成果完成人"
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "worker"],
                name="competitions_contributor_once",
                violation_error_message="此人已登记在这项成果中",
            ),
            models.UniqueConstraint(
                fields=["innovation"],
                condition=Q(role="lead"),
                name="competitions_contributor_one_lead",
                violation_error_message="这项成果已登记主要完成人",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} @ {self.innovation_id}"

    @property
    def part(self) -> str:
        """What the kind calls this person's part."""
        words = self.innovation.words
        return words.lead if self.role == self.Role.LEAD else words.members


class InnovationPaper(Paper):
    """A scan that proves an innovation."""

    innovation = models.ForeignKey(Innovation, models.PROTECT, related_name="papers", verbose_name="创新成果")
    belongs_to = "innovation"

    objects = InnovationPaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "成果附件"
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "sha256"],
                name="competitions_innovation_paper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]


def picture_path(picture, name: str) -> str:
    """Where a picture lies: under a name made here, never the uploader's."""
    return f"innovation-pictures/{picture.sha256[:2]}/{picture.sha256}-{picture.innovation_id}"


def thumbnail_path(picture, name: str) -> str:
    """Beside the picture."""
    return f"{picture_path(picture, name)}-small"


class InnovationPicture(models.Model):
    """A picture of an innovation, encoded anew as JPEG and without what the camera wrote beside it."""

    innovation = models.ForeignKey(
        Innovation, models.PROTECT, related_name="pictures", verbose_name="创新成果"
    )
    file = models.FileField("图片", upload_to=picture_path, max_length=200)
    thumbnail = models.FileField("缩略图", upload_to=thumbnail_path, max_length=200)
    caption = models.CharField("说明", max_length=100)
    sha256 = models.CharField("摘要", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = "成果图片"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "sha256"],
                name="competitions_picture_once",
                violation_error_message="这张图片已经上传过",
            ),
        ]

    def __str__(self):
        return f"innovation-{self.innovation_id}-{self.pk}.jpg"


class Promotion(models.Model):
    """A method taken over by another unit since a day. It counts once that unit's union has confirmed the effect."""

    innovation = models.ForeignKey(
        Innovation, models.PROTECT, related_name="promotions", verbose_name="先进操作法"
    )
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="taken_over", verbose_name="应用单位工会"
    )
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="应用单位",
    )
    since = models.DateField("应用开始日期")
    effect = models.TextField("应用成效", max_length=500, blank=True)
    effect_yuan = _money("年经济效益（元）")
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
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = "推广应用"
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["-since", "-id"], name="competitions_promotion_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "union", "employer"],
                nulls_distinct=False,
                name="competitions_promotion_once",
                violation_error_message="这个单位已登记应用这项操作法",
            ),
            models.CheckConstraint(
                name="competitions_promotion_confirmed",
                condition=Q(confirmed_at=None, confirmed_by=None, effect="", effect_yuan=None)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(effect="")),
                violation_error_message="确认应用应写明成效",
            ),
            models.CheckConstraint(
                name="competitions_promotion_sum",
                condition=Q(effect_yuan=None) | Q(effect_yuan__gte=0),
                violation_error_message="金额不能小于 0；没有的请留空",
            ),
        ]

    def __str__(self):
        return f"{self.innovation_id} → {self.union_id}"

    def get_absolute_url(self):
        return self.innovation.get_absolute_url()

    @property
    def place(self) -> str:
        """The unit that took it over; needs union and employer."""
        return str(self.employer or self.union)
