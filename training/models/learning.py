"""What people learned outside the unions' own classes: on the city federation's platform, or by themselves."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.papers import Paper
from training.querysets.learning import LearningPaperQuerySet, OutsideLearningQuerySet


class OutsideLearning(models.Model):
    """One course or training that a person completed elsewhere. ``union`` is the person's union when it was recorded:
    figures of the past stay. ``hours`` are 学时 as the organiser states them; None: not stated.

    What the platform's own result sheet says counts at once; what a union reports for a person counts when the town
    has approved it (docs/adr/0028).
    """

    class Source(models.TextChoices):
        PLATFORM = "platform", "市总学习平台"
        SELF = "self", "自行参加"

    class State(models.TextChoices):
        ENTERED = "entered", "待审核"
        APPROVED = "approved", "已认可"
        REFUSED = "refused", "不予认可"

    class Result(models.TextChoices):
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"

    worker = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="outside_learning", verbose_name="职工"
    )
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="登记时所属工会")
    source = models.CharField("来源", max_length=10, choices=Source, editable=False)
    title = models.CharField("课程或培训名称", max_length=100)
    organiser = models.CharField("主办单位", max_length=100, blank=True)
    kind = models.CharField("培训类别", max_length=10)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, null=True, blank=True)
    completed_on = models.DateField("完成日期")
    result = models.CharField("结论", max_length=10, choices=Result, blank=True)
    score = models.DecimalField(
        "成绩",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    account_bound = models.BooleanField("平台账号已绑定", null=True, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人", editable=False
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="审核人",
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True, editable=False)
    decision_note = models.CharField("审核说明", max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = OutsideLearningQuerySet.as_manager()

    class Meta:
        verbose_name = "校外学习"
        ordering = ["-completed_on", "-pk"]
        indexes = [
            models.Index(fields=["-completed_on", "-id"], name="training_learning_list"),
            models.Index(fields=["id"], name="training_learning_waiting", condition=Q(state="entered")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "source", "title", "completed_on"],
                condition=~Q(state="refused"),
                name="training_learning_once",
                violation_error_message="此人同一天完成的这门课程已经登记过",
            ),
            models.CheckConstraint(
                name="training_learning_state_by_source",
                condition=Q(source="platform", state="approved", decided_at=None)
                | Q(source="self", state="entered", decided_at=None)
                | Q(source="self", state__in=["approved", "refused"], decided_at__isnull=False),
                violation_error_message="平台导出的成绩直接计入；自行参加的由镇总工会审核",
            ),
            models.CheckConstraint(
                name="training_learning_hours_positive",
                condition=Q(hours=None) | Q(hours__gt=0),
                violation_error_message="学时应大于 0；没有写明的请留空",
            ),
            models.CheckConstraint(
                name="training_learning_score_in_range",
                condition=Q(score=None) | Q(score__range=(0, 100)),
                violation_error_message="成绩为 0 至 100",
            ),
            models.CheckConstraint(
                name="training_learning_account_of_platform",
                condition=Q(account_bound=None) | Q(source="platform"),
                violation_error_message="只有市总学习平台的学习有平台账号",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("training:learning_detail", args=[self.pk])

    @property
    def is_reported(self) -> bool:
        """Reported for the person by a union, so that the town decides."""
        return self.source == self.Source.SELF


class LearningPaper(Paper):
    """A scan or photograph that proves outside learning."""

    belongs_to = "learning"

    learning = models.ForeignKey(
        OutsideLearning, models.CASCADE, related_name="papers", verbose_name="校外学习"
    )

    objects = LearningPaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "校外学习附件"
        constraints = [
            models.UniqueConstraint(
                fields=["learning", "sha256"],
                name="training_learningpaper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]
