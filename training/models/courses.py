"""Online courses (网上课堂): sections with text, files and video, and a quiz (docs/adr/0028)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.querysets.courses import CourseQuerySet, OptionQuerySet, QuestionQuerySet, SectionQuerySet


class Course(models.Model):
    """One course that a union puts online. What it holds is fixed while it is published: who learns it later learns the
    same. ``opens_on`` and ``closes_on`` are the first and the last day of learning; a course that is closed by hand
    closes on that day. ``quiz_size`` questions are drawn for each attempt; None: all of them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        CLOSED = "closed", "已结束"

    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="courses", verbose_name="主办工会")
    title = models.CharField("课程名称", max_length=100)
    intro = models.CharField("课程简介", max_length=500, blank=True)
    kind = models.CharField("培训类别", max_length=10)
    trade = models.CharField("工种", max_length=50, blank=True)
    level = models.CharField("技能等级", max_length=10, blank=True)
    minimum_seconds = models.PositiveIntegerField("课程最短学习时间（秒）", default=0)
    pass_mark = models.PositiveSmallIntegerField("及格分", default=60, validators=[MaxValueValidator(100)])
    quiz_size = models.PositiveSmallIntegerField(
        "每次抽题数", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        "可答题次数", default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    opens_on = models.DateField("开放日期")
    closes_on = models.DateField("截止日期", null=True, blank=True)
    is_open_below = models.BooleanField("下级工会可以安排学习", default=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="创建人"
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = "网上课程"
        ordering = ["-opens_on", "-pk"]
        indexes = [models.Index(fields=["-opens_on", "-id"], name="training_course_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "title"],
                name="training_course_title_once",
                violation_error_message="本工会已有同名的网上课程，请换一个名称",
            ),
            models.CheckConstraint(
                name="training_course_dates_in_order",
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                violation_error_message="截止日期不能早于开放日期",
            ),
            models.CheckConstraint(
                name="training_course_closed_has_day",
                condition=~Q(state="closed") | Q(closes_on__isnull=False),
                violation_error_message="已结束的课程须有截止日期",
            ),
            models.CheckConstraint(
                name="training_course_marks_in_range",
                condition=Q(pass_mark__lte=100, attempts_allowed__gte=1)
                & (Q(quiz_size=None) | Q(quiz_size__gte=1)),
                violation_error_message="及格分为 0 至 100；抽题数和答题次数至少为 1",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("training:course_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """What it holds may still be changed."""
        return self.state == self.State.DRAFT

    def is_open_on(self, day) -> bool:
        """People may learn it on the day."""
        is_published = self.state == self.State.PUBLISHED
        return is_published and self.opens_on <= day and (self.closes_on is None or day <= self.closes_on)


def section_path(section, name: str) -> str:
    """Where a section's file lies: under a name made here, never the uploader's."""
    return f"courses/{section.sha256[:2]}/{section.sha256}-{section.course_id}-{section.position}"


class CourseSection(models.Model):
    """One part of a course: a text, with a file or an outside video beside it. ``minimum_seconds`` is how long a person
    must at least stay on it; 0: opening it is enough."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpg", "JPEG"
        PNG = "png", "PNG"
        MP4 = "mp4", "MP4 视频"
        WEBM = "webm", "WebM 视频"

    course = models.ForeignKey(Course, models.CASCADE, related_name="sections", verbose_name="网上课程")
    position = models.PositiveSmallIntegerField("顺序", editable=False)
    title = models.CharField("章节名称", max_length=100)
    text = models.TextField("正文", max_length=20_000, blank=True)
    minimum_seconds = models.PositiveIntegerField("最短学习时间（秒）", default=0)
    file = models.FileField("文件", upload_to=section_path, max_length=200, blank=True, editable=False)
    format = models.CharField("格式", max_length=4, choices=Format, blank=True, editable=False)
    size = models.PositiveBigIntegerField("字节数", default=0, editable=False)
    sha256 = models.CharField("摘要", max_length=64, blank=True, editable=False)
    link = models.URLField("外部视频链接", max_length=500, blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = "课程章节"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                name="training_section_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="training_section_link_https",
                condition=Q(link="") | Q(link__startswith="https://"),
                violation_error_message="外部链接须以 https:// 开头",
            ),
            models.CheckConstraint(
                name="training_section_file_or_link",
                condition=Q(file="", format="", size=0, sha256="")
                | (~Q(file="") & ~Q(format="") & Q(link="")),
                violation_error_message="一个章节放一个文件或一个外部链接，不能两样都有",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_video(self) -> bool:
        """The file is a video, which the page plays."""
        return self.format in (self.Format.MP4, self.Format.WEBM)

    @property
    def is_image(self) -> bool:
        """The file is a picture, which the page shows."""
        return self.format in (self.Format.JPEG, self.Format.PNG)

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded."""
        return f"course-{self.course_id}-{self.position}.{self.format}"


class Question(models.Model):
    """One question of a course's quiz."""

    class Kind(models.TextChoices):
        SINGLE = "single", "单选题"
        MULTIPLE = "multiple", "多选题"
        TRUE_FALSE = "truefalse", "判断题"

    course = models.ForeignKey(Course, models.CASCADE, related_name="questions", verbose_name="网上课程")
    section = models.ForeignKey(
        CourseSection,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name="所属章节",
    )
    kind = models.CharField("题型", max_length=10, choices=Kind)
    text = models.CharField("题目", max_length=500)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "课程题目"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "text"],
                name="training_question_once",
                violation_error_message="这门课程已有同样的题目",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def takes_several(self) -> bool:
        """More than one option may be ticked."""
        return self.kind == self.Kind.MULTIPLE


class Option(models.Model):
    """One answer that a question offers."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options", verbose_name="题目")
    text = models.CharField("选项", max_length=200)
    is_right = models.BooleanField("正确", default=False)

    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = "题目选项"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "text"],
                name="training_option_once",
                violation_error_message="同一题目的选项不能相同",
            ),
        ]

    def __str__(self):
        return self.text
