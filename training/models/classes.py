"""Training classes, their sessions, and who takes part in them (domain facts 8)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from training.models.plans import PlanLine
from training.models.providers import Agreement, Provider
from training.querysets.classes import AttendanceQuerySet, ClassQuerySet, EnrolmentQuerySet, SessionQuerySet
from workers.models import Worker

SAFETY = "SAFETY"  # the kind of class that has a safety level (code table training_kind)


class SafetyLevel(models.TextChoices):
    """The three levels of safety training (生产经营单位安全培训规定: 厂、车间、班组)."""

    PLANT = "plant", "厂（公司）级"
    WORKSHOP = "workshop", "车间级"
    TEAM = "team", "班组级"


class TrainingClass(models.Model):
    """One class (培训班次) that a union organises.

    ``code`` is given by the system, once for the whole town. ``capacity`` None means no limit. A class that is
    open to the unions below takes people from any of them; otherwise its own keepers enrol. Actual hours are the
    sum of its sessions and stand nowhere else.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "计划中"
        OPEN = "open", "报名中"
        RUNNING = "running", "进行中"
        FINISHED = "finished", "已结束"
        CANCELLED = "cancelled", "已取消"

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="training_classes", verbose_name="主办工会"
    )
    code = models.CharField("班次编号", max_length=32, editable=False)
    title = models.CharField("培训名称", max_length=100)
    kind = models.CharField("培训类别", max_length=10)
    trade = models.CharField("工种", max_length=50, blank=True)
    level = models.CharField("技能等级", max_length=10, blank=True)
    safety_level = models.CharField("安全教育层级", max_length=10, choices=SafetyLevel, blank=True)
    provider = models.ForeignKey(
        Provider,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="training_classes",
        verbose_name="承办机构",
    )
    organiser = models.CharField("其他承办单位", max_length=100, blank=True)
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="training_classes",
        verbose_name="校企合作协议",
    )
    plan_line = models.ForeignKey(
        PlanLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="training_classes",
        verbose_name="培训计划项目",
    )
    place = models.CharField("地点", max_length=100, blank=True)
    base = models.ForeignKey(
        "training.TrainingBase",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="classes",
        verbose_name="实训基地",
    )
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    planned_hours = models.DecimalField(
        "计划学时", max_digits=6, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    teachers = models.CharField("授课教师", max_length=200, blank=True)
    fund_source = models.CharField("经费来源", max_length=100, blank=True)
    subsidy_note = models.CharField("补贴标准", max_length=200, blank=True)
    capacity = models.PositiveIntegerField("名额", null=True, blank=True)
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
        verbose_name="沿用的班次",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ClassQuerySet.as_manager()

    class Meta:
        verbose_name = "培训班次"
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["union", "-starts_on", "-id"], name="training_class_of_union"),
            models.Index(fields=["-starts_on", "-id"], name="training_class_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], name="training_class_code_once", violation_error_message="该班次编号已存在"
            ),
            models.CheckConstraint(
                name="training_class_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期",
            ),
            models.CheckConstraint(
                name="training_class_takes_somebody",
                condition=Q(capacity=None) | Q(capacity__gt=0),
                violation_error_message="名额应大于 0；不限名额的请留空",
            ),
            models.CheckConstraint(
                name="training_class_safety_level_of_safety",
                condition=Q(safety_level="") | Q(kind=SAFETY),
                violation_error_message="只有安全培训填写安全教育层级；其他类别请留空",
            ),
            models.CheckConstraint(
                name="training_class_cancelled_with_reason",
                condition=Q(state="cancelled") ^ Q(cancel_reason=""),
                violation_error_message="取消班次应写明原因",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("training:class_detail", args=[self.pk])

    @property
    def takes_enrolments(self) -> bool:
        """People can be enrolled, and places pass on to the waiting list."""
        return self.state in (self.State.OPEN, self.State.RUNNING)

    @property
    def takes_results(self) -> bool:
        """Results can be recorded."""
        return self.state in (self.State.RUNNING, self.State.FINISHED)


class Session(models.Model):
    """One meeting of a class. ``hours`` are 学时 as the organiser counts them, not clock hours. ``has_day_code``:
    a printed sign-in code holds for the whole day; otherwise only the code on the screen does (ADR 25)."""

    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, related_name="sessions", verbose_name="培训班次"
    )
    on = models.DateField("日期")
    starts_at = models.TimeField("开始时间")
    ends_at = models.TimeField("结束时间")
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1)
    topic = models.CharField("内容", max_length=100, blank=True)
    teacher = models.CharField("授课教师", max_length=50, blank=True)
    has_day_code = models.BooleanField("可以用当日签到码", default=False, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "培训课次"
        ordering = ["on", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "on", "starts_at"],
                name="training_session_once",
                violation_error_message="这一天的这个时间已有一次课",
            ),
            models.CheckConstraint(
                name="training_session_times_in_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间应晚于开始时间",
            ),
            models.CheckConstraint(
                name="training_session_has_hours",
                condition=Q(hours__gt=0),
                violation_error_message="学时应大于 0",
            ),
        ]

    def __str__(self):
        return f"{self.on} {self.starts_at:%H:%M}"

    @property
    def version(self) -> str:
        """What an edit form saw: the facts themselves, as a meeting has no number of its own for that."""
        times = f"{self.on} {self.starts_at:%H:%M}-{self.ends_at:%H:%M}"
        return f"{times} {self.hours:.1f} {self.topic}|{self.teacher}"


class Enrolment(models.Model):
    """One person in one class. ``union`` is the person's union at enrolment: figures of the past stay.

    ``position`` is the order of enrolment within the class, waiting list included. ``completed_on`` says that the
    person took part to the end; the row then counts once in 培训人次, the person once in 培训人数.
    """

    class State(models.TextChoices):
        ENROLLED = "enrolled", "已报名"
        WAITING = "waiting", "候补"
        WITHDRAWN = "withdrawn", "已退出"

    class Result(models.TextChoices):
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"
        ABSENT = "absent", "未参加"

    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, related_name="enrolments", verbose_name="培训班次"
    )
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="enrolments", verbose_name="职工")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="+", verbose_name="报名时所属工会")
    state = models.CharField("报名状态", max_length=10, choices=State)
    position = models.PositiveIntegerField("报名顺序")
    result = models.CharField("结论", max_length=10, choices=Result, blank=True)
    score = models.DecimalField(
        "考核成绩",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    completed_on = models.DateField("结业日期", null=True, blank=True)
    certified_on = models.DateField("取证日期", null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        "满意度", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报名人"
    )
    enrolled_at = models.DateTimeField("报名时间", auto_now_add=True)
    promoted_at = models.DateTimeField("候补转正时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("退出时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "培训报名"
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["completed_on"],
                name="training_enrolment_completed",
                condition=Q(completed_on__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "worker"],
                condition=~Q(state="withdrawn"),
                name="training_enrolment_once",
                violation_error_message="此人已报名这个班次",
            ),
            models.UniqueConstraint(fields=["training_class", "position"], name="training_enrolment_order"),
            models.CheckConstraint(
                name="training_enrolment_withdrawn_has_time",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at=None)),
            ),
            models.CheckConstraint(
                name="training_enrolment_result_has_place",
                condition=Q(result="") | Q(state="enrolled"),
                violation_error_message="只有已报名的人有结论；候补和已退出的请留空",
            ),
            models.CheckConstraint(
                name="training_enrolment_completed_by_result",
                condition=Q(result__in=["passed", "failed"], completed_on__isnull=False)
                | Q(result__in=["", "absent"], completed_on=None),
                violation_error_message="合格或不合格的应填写结业日期；没有结论或未参加的请留空",
            ),
            models.CheckConstraint(
                name="training_enrolment_certified_passed",
                condition=Q(certified_on=None) | Q(result="passed"),
                violation_error_message="只有合格的可以填写取证日期",
            ),
            models.CheckConstraint(
                name="training_enrolment_marks_in_range",
                condition=(Q(score=None) | Q(score__range=(0, 100)))
                & (Q(satisfaction=None) | Q(satisfaction__range=(1, 5))),
                violation_error_message="考核成绩为 0 至 100，满意度为 1 至 5",
            ),
        ]

    def __str__(self):
        return f"{self.training_class_id}/{self.worker_id}"


class Attendance(models.Model):
    """One person was at one session. Who was not has no row; hours follow from the sessions.

    ``source`` says how it came about; who signs in with a code does it alone, and nobody is ``noted_by``.
    """

    class Source(models.TextChoices):
        LIST = "list", "名单"
        CODE = "code", "扫码"
        SHEET = "sheet", "表格"

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances", verbose_name="培训课次")
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="attendances", verbose_name="培训报名"
    )
    source = models.CharField("登记方式", max_length=5, choices=Source, default=Source.LIST)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    noted_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "培训考勤"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"],
                name="training_attendance_once",
                violation_error_message="此人这次课的考勤已登记",
            ),
            models.CheckConstraint(
                name="training_attendance_noted_by_somebody",
                condition=Q(source="code", noted_by=None) | (~Q(source="code") & Q(noted_by__isnull=False)),
                violation_error_message="扫码签到的没有登记人，其他方式的应有登记人",
            ),
        ]

    def __str__(self):
        return f"{self.session_id}/{self.enrolment_id}"
