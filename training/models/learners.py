"""Who learns an online course, how long, and with what result (docs/adr/0028)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from training.models.courses import Course, CourseSection
from training.querysets.courses import AttemptQuerySet, LearnerQuerySet, ProgressQuerySet


class Learner(models.Model):
    """One person in one course. ``union`` is the person's union at enrolment: figures of the past stay.

    A person reaches the course by a personal link of which only the digest is kept; a new link ends the old one.
    ``beat_at`` is when time was last counted for the person, whatever the section: seconds counted never exceed the
    time on the wall since ``began_at``.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="learners", verbose_name="网上课程")
    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="learning", verbose_name="职工")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="登记时所属工会")
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    enrolled_on = models.DateField("登记日期")
    token_hash = models.BinaryField("链接摘要", max_length=32, null=True, unique=True, editable=False)
    issued_at = models.DateTimeField("链接发放时间", null=True, blank=True, editable=False)
    began_at = models.DateTimeField("开始学习时间", null=True, blank=True, editable=False)
    beat_at = models.DateTimeField("最近计时时间", null=True, blank=True, editable=False)
    completed_on = models.DateField("完成日期", null=True, blank=True, editable=False)

    objects = LearnerQuerySet.as_manager()

    class Meta:
        verbose_name = "课程学员"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["-enrolled_on", "-id"], name="training_learner_list"),
            models.Index(
                fields=["completed_on"],
                name="training_learner_completed",
                condition=Q(completed_on__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "worker"],
                name="training_learner_once",
                violation_error_message="此人已在这门课程中",
            ),
            models.CheckConstraint(
                name="training_learner_link_has_time",
                condition=Q(token_hash=None) | Q(issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_learner_completed_after_begin",
                condition=Q(completed_on=None) | Q(began_at__isnull=False),
                violation_error_message="没有开始学习的不能完成",
            ),
        ]

    def __str__(self):
        return f"{self.course_id}/{self.worker_id}"


class SectionProgress(models.Model):
    """How long a person was on a section; ``done_at`` when that was enough for the first time."""

    learner = models.ForeignKey(Learner, models.CASCADE, related_name="progress", verbose_name="课程学员")
    section = models.ForeignKey(CourseSection, models.PROTECT, related_name="progress", verbose_name="章节")
    seconds = models.PositiveIntegerField("已学秒数", default=0)
    done_at = models.DateTimeField("学完时间", null=True, blank=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = "章节学习进度"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "section"], name="training_progress_once"),
        ]

    def __str__(self):
        return f"{self.learner_id}/{self.section_id}"


class Attempt(models.Model):
    """One go at the quiz: the questions drawn for it, what was ticked (question → options), and the mark out of 100."""

    learner = models.ForeignKey(Learner, models.CASCADE, related_name="attempts", verbose_name="课程学员")
    questions = ArrayField(models.BigIntegerField(), verbose_name="题目")
    answers = models.JSONField("作答", default=dict, blank=True)
    started_at = models.DateTimeField("开始时间")
    submitted_at = models.DateTimeField("交卷时间", null=True, blank=True)
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    passed = models.BooleanField("及格", default=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = "课程答题"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(submitted_at=None), name="training_attempt_one_open"
            ),
            models.CheckConstraint(
                name="training_attempt_marked_when_submitted",
                condition=Q(submitted_at=None, score=None, passed=False)
                | Q(submitted_at__isnull=False, score__range=(0, 100)),
            ),
        ]

    def __str__(self):
        return f"{self.learner_id} {self.started_at:%Y-%m-%d %H:%M}"
