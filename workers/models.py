"""The roll (实名制名册): workers, identity documents, employments and memberships as dated rows."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.fields import EncryptedTextField
from unions.spells import same, same_and_overlapping
from workers.querysets import DocumentQuerySet, EmploymentQuerySet, MembershipQuerySet, WorkerQuerySet


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class Standing(models.TextChoices):
    """Where a person stands towards the union today; follows from the membership rows."""

    MEMBER = "member", "在籍会员"
    RETAINED = "retained", "保留会籍"
    NONE = "none", "未入会"
    LEFT = "left", "已离会"


class Change(models.TextChoices):
    """会籍变化类型 (ACFTU collection form), with death, for which the form has no value."""

    JOIN = "1", "入会"
    TRANSFER_IN = "2", "转入"
    RETAIN = "3", "保留"
    TRANSFER_OUT = "4", "转出"
    EXPEL = "5", "除名"
    WITHDRAW = "6", "退会"
    DEATH = "9", "死亡"


OPENING = (Change.JOIN, Change.TRANSFER_IN, Change.RETAIN)
CLOSING = (Change.RETAIN, Change.TRANSFER_OUT, Change.EXPEL, Change.WITHDRAW, Change.DEATH)


class Worker(models.Model):
    """A person on the roll: member or employee. Identity is ``document type + number``, never the name.

    ``union`` keeps the record; ``employer``, ``standing`` and ``member_since`` repeat today's position from
    the dated rows, so that lists and searches read one table (facts: million-row index design).
    ``workers.services`` keeps them and ``check_invariants`` proves them.
    """

    name = models.CharField("姓名", max_length=50)
    pinyin = models.CharField("全拼", max_length=200, editable=False, blank=True)
    initials = models.CharField("拼音首字母", max_length=60, editable=False, blank=True)
    other_pinyin = models.CharField("另一读音", max_length=200, editable=False, blank=True)
    other_initials = models.CharField("另一读音首字母", max_length=60, editable=False, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    ethnicity = models.CharField("民族", max_length=10, blank=True)
    phone = EncryptedTextField("移动电话", null=True, blank=True)
    phone_index = models.BinaryField(max_length=32, null=True, editable=False)
    phone_tail = models.CharField(max_length=4, blank=True, editable=False)
    education = models.CharField("学历", max_length=10, blank=True)
    skill_level = models.CharField("技能等级", max_length=10, blank=True)
    political = models.CharField("政治面貌", max_length=10, blank=True)
    employment_status = models.CharField("就业状况", max_length=10, blank=True)
    household_type = models.CharField("户籍类型", max_length=10, blank=True)
    household_place = models.CharField("户籍所在地", max_length=100, blank=True)
    native_place = models.CharField("籍贯", max_length=50, blank=True)
    is_migrant = models.BooleanField("是否农民工", null=True, blank=True)

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="workers", verbose_name="所属工会", db_index=False
    )
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workers",
        verbose_name="工作单位",
    )
    standing = models.CharField(
        "会籍", max_length=10, choices=Standing, default=Standing.NONE, editable=False
    )
    member_since = models.DateField("入会日期", null=True, blank=True, editable=False)

    version = models.PositiveIntegerField("版本", default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "职工"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["union", "standing", "-id"], name="workers_worker_union_list"),
            models.Index(
                fields=["name", "id"],
                name="workers_worker_name_prefix",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(
                fields=["initials", "id"],
                name="workers_worker_initials",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(
                fields=["pinyin", "id"],
                name="workers_worker_pinyin",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(
                fields=["other_initials", "id"],
                name="workers_worker_other_initials",
                opclasses=["varchar_pattern_ops", "int8_ops"],
                condition=~Q(other_initials=""),
            ),
            models.Index(
                fields=["other_pinyin", "id"],
                name="workers_worker_other_pinyin",
                opclasses=["varchar_pattern_ops", "int8_ops"],
                condition=~Q(other_pinyin=""),
            ),
            models.Index(
                fields=["phone_tail"], name="workers_worker_phone_tail", condition=~Q(phone_tail="")
            ),
            models.Index(
                fields=["phone_index"], name="workers_worker_phone", condition=Q(phone_index__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="workers_worker_known_sex",
                condition=Q(sex__in=Sex.values),
                violation_error_message="性别代码无效",
            ),
            models.CheckConstraint(
                name="workers_worker_phone_complete",
                condition=Q(phone=None, phone_index=None, phone_tail="")
                | (Q(phone__isnull=False, phone_index__isnull=False) & ~Q(phone_tail="")),
            ),
            models.CheckConstraint(
                name="workers_worker_member_has_since",
                condition=Q(standing__in=["none", "left"], member_since=None)
                | Q(standing__in=["member", "retained"], member_since__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("workers:worker_detail", args=[self.pk])


class IdentityDocument(models.Model):
    """One identity document. The number is sealed; its blind index makes ``type + number`` unique."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="documents", verbose_name="职工")
    doc_type = models.CharField("证件类别", max_length=3)
    number = EncryptedTextField("证件号码")
    number_index = models.BinaryField(max_length=32, editable=False)
    number_tail = models.CharField(max_length=4, editable=False)
    is_current = models.BooleanField("现用", default=True)
    replaced_on = models.DateField("换证日期", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "身份证件"
        ordering = ["-is_current", "-pk"]
        indexes = [models.Index(fields=["number_tail"], name="workers_document_tail")]
        constraints = [
            models.UniqueConstraint(
                fields=["number_index"],
                name="workers_document_number_once",
                violation_error_message="该证件号码已登记",
            ),
            models.UniqueConstraint(
                fields=["worker"],
                condition=Q(is_current=True),
                name="workers_document_one_current",
                violation_error_message="每人只能有一份现用证件",
            ),
        ]

    def __str__(self):
        return f"{self.doc_type} …{self.number_tail}"


class Employment(models.Model):
    """A person works for a firm from a day to (not including) a day; several at once are allowed."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="employments", verbose_name="职工")
    employer = models.ForeignKey(
        "unions.Employer", models.PROTECT, related_name="employments", verbose_name="工作单位"
    )
    start = models.DateField("入职日期", null=True, blank=True)
    end = models.DateField("离职日期", null=True, blank=True)
    form = models.CharField("用工形式", max_length=10, blank=True)
    occupation = models.CharField("工种", max_length=50, blank=True)
    team = models.CharField("班组", max_length=50, blank=True)
    staff_number = models.CharField("工号", max_length=30, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = "就业经历"
        ordering = [F("end").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                name="workers_employment_dates_in_order",
                condition=Q(end=None) | Q(start=None) | Q(end__gt=F("start")),
                violation_error_message="离职日期应晚于入职日期",
            ),
            ExclusionConstraint(
                name="workers_employment_once_per_firm",
                expressions=[same_and_overlapping("worker"), same("employer")],
                violation_error_message="该职工在此期间已登记在同一单位就业",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} @ {self.employer_id}"


class Membership(models.Model):
    """One spell of membership (会籍) at one union, from a day to (not including) a day.

    Retention (保留会籍) is a spell of its own with ``is_retained``. The database allows a person one spell at
    a time (会籍管理办法 2016 art. 3). Movements of a period are read from the two ends of the spells.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="memberships", verbose_name="职工")
    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="memberships", verbose_name="工会")
    start = models.DateField("起始日期")
    end = models.DateField("终止日期", null=True, blank=True)
    is_retained = models.BooleanField("保留会籍", default=False)
    status = models.CharField("会籍状态", max_length=10, default="20")
    start_change = models.CharField("起始变化类型", max_length=2, choices=Change)
    start_reason = models.CharField("起始原因", max_length=10, blank=True)
    end_change = models.CharField("终止变化类型", max_length=2, choices=Change, blank=True)
    end_reason = models.CharField("终止原因", max_length=10, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "会籍"
        ordering = ["-start", "-pk"]
        indexes = [
            models.Index(fields=["union", "start"], name="workers_membership_joined"),
            models.Index(fields=["union", "end"], name="workers_membership_left"),
        ]
        constraints = [
            models.CheckConstraint(
                name="workers_membership_dates_in_order",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="会籍终止日期应晚于起始日期",
            ),
            models.CheckConstraint(
                name="workers_membership_end_has_change",
                condition=Q(end=None, end_change="") | (Q(end__isnull=False) & Q(end_change__in=CLOSING)),
                violation_error_message="会籍终止应注明变化类型",
            ),
            models.CheckConstraint(
                name="workers_membership_start_change_opens",
                condition=Q(start_change__in=OPENING),
                violation_error_message="会籍起始的变化类型只能是入会、转入或保留",
            ),
            models.CheckConstraint(
                name="workers_membership_retained_status",
                condition=Q(is_retained=False, status__in=["20", "21"])
                | Q(is_retained=True, status__in=["30", "31", "32", "33"]),
                violation_error_message="会籍状态与是否保留会籍不一致",
            ),
            ExclusionConstraint(
                name="workers_membership_one_at_a_time",
                expressions=[same_and_overlapping("worker")],
                violation_error_message="同一职工同一时间只能有一个会籍",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} ∈ {self.union_id}"
