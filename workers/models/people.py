"""People on the roll and their identity documents."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.fields import EncryptedTextField
from workers.querysets import DocumentQuerySet, WorkerQuerySet


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


class Worker(models.Model):
    """A person on the roll: member or employee. Identity is ``document type + number``, never the name.

    ``union`` keeps the record; ``employer``, ``standing`` and ``member_since`` repeat today's position from
    the dated rows, so that lists and searches read one table (facts: million-row index design).
    ``workers.services`` keeps them and ``check_invariants`` proves them.

    A record that was merged into another one stays as an empty sign (``merged_into``) for whatever points at
    it; an anonymised one (``anonymised_on``) keeps the dated rows and coded facts that past figures count.
    """

    name = models.CharField("姓名", max_length=50)
    # Compared by bytes, so that one index serves the search for a beginning and the order of the list.
    pinyin = models.CharField("全拼", max_length=200, editable=False, blank=True, db_collation="C")
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
    is_key_post = models.BooleanField("关键岗位", null=True, blank=True)
    is_industrial = models.BooleanField("产业工人", null=True, blank=True)
    confirmed_on = models.DateField("最近确认在册", null=True, blank=True, editable=False)

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

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        db_index=False,
        verbose_name="已并入",
    )
    anonymised_on = models.DateField("匿名化日期", null=True, blank=True, editable=False)
    was_complete = models.BooleanField(
        "匿名化前必填信息齐全", db_default=False, default=False, editable=False
    )

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
            models.Index(fields=["pinyin", "id"], name="workers_worker_pinyin"),
            models.Index(fields=["union", "-id"], name="workers_worker_newest"),
            models.Index(
                fields=["member_since", "id"],
                name="workers_worker_joined",
                condition=Q(member_since__isnull=False),
            ),
            models.Index(
                fields=["confirmed_on", "id"],
                name="workers_worker_confirmed",
                condition=Q(confirmed_on__isnull=False),
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
            # Rare values of coded facts; what most people have is found by walking the list itself.
            models.Index(fields=["birth_date"], name="workers_worker_birth_date"),
            models.Index(fields=["education"], name="workers_worker_education"),
            models.Index(fields=["skill_level"], name="workers_worker_skill_level"),
            models.Index(fields=["household_type"], name="workers_worker_household"),
            models.Index(fields=["ethnicity"], name="workers_worker_ethnicity", condition=~Q(ethnicity="01")),
            models.Index(fields=["political"], name="workers_worker_political", condition=~Q(political="13")),
            models.Index(
                fields=["employment_status"],
                name="workers_worker_status",
                condition=~Q(employment_status="1"),
            ),
            models.Index(
                fields=["standing"], name="workers_worker_standing", condition=~Q(standing="member")
            ),
            models.Index(fields=["sex"], name="workers_worker_sex", condition=Q(sex__in=["0", "9"])),
            models.Index(
                fields=["is_key_post"], name="workers_worker_key_post", condition=Q(is_key_post__isnull=False)
            ),
            models.Index(
                fields=["is_industrial"],
                name="workers_worker_industrial",
                condition=Q(is_industrial__isnull=False),
            ),
            models.Index(
                fields=["-id"], name="workers_worker_no_phone", condition=Q(phone_index__isnull=True)
            ),
            models.Index(
                fields=["merged_into"], name="workers_worker_merged", condition=Q(merged_into__isnull=False)
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
            models.CheckConstraint(
                name="workers_worker_merged_has_left",
                condition=Q(merged_into=None) | Q(standing="left", employer=None),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("workers:worker_detail", args=[self.pk])


class IdentityDocument(models.Model):
    """One identity document. The number is sealed; its blind index makes ``type + number`` unique.

    A person has one document in use (``is_current``), former ones (``replaced_on``), and perhaps others that
    are valid beside it (neither).
    """

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="documents", verbose_name="职工")
    doc_type = models.CharField("证件类别", max_length=3)
    number = EncryptedTextField("证件号码")
    number_index = models.BinaryField(max_length=32, editable=False)
    number_tail = models.CharField(max_length=4, editable=False)
    is_current = models.BooleanField("现用", default=True)
    replaced_on = models.DateField("换证日期", null=True, blank=True)
    country = models.CharField("签发国家或地区", max_length=3, blank=True, default="", db_default="")
    expires_on = models.DateField("有效期至", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "身份证件"
        ordering = ["-is_current", "-pk"]
        indexes = [
            models.Index(fields=["number_tail"], name="workers_document_tail"),
            # Nearly every document in use is a citizen's; the few others are looked for by type.
            models.Index(fields=["doc_type"], name="workers_document_unusual", condition=~Q(doc_type="111")),
        ]
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
            models.CheckConstraint(
                name="workers_document_current_not_replaced",
                condition=Q(is_current=False) | Q(replaced_on=None),
                violation_error_message="现用证件不能有换证日期",
            ),
        ]

    def __str__(self):
        return f"{self.doc_type} …{self.number_tail}"
