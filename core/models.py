"""Code tables and background jobs."""

from django.db import models
from django.db.models import F, Q


class Code(models.Model):
    """One value of a code table (national or local), with the dates between which it may be entered.

    Records store the code itself as text: the value then reads the same in the database, the forms and
    the exports, and a bulk import needs no look-up per row. ``check_invariants`` proves that each stored
    code exists. A name that differs from ``shipped_name`` was changed by the office and outlives new releases.
    """

    table = models.CharField("代码表", max_length=40)
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=100)
    rank = models.SmallIntegerField("次序", default=0)
    standard = models.CharField("依据", max_length=200, blank=True)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    is_local = models.BooleanField("本地增补", default=False)
    shipped_name = models.CharField("随软件提供的名称", max_length=100, blank=True, default="", db_default="")
    version = models.PositiveIntegerField("版本", default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "代码"
        ordering = ["table", "rank", "code"]
        constraints = [
            models.UniqueConstraint(fields=["table", "code"], name="core_code_once_per_table"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class CodeAlias(models.Model):
    """Another text for a code: the wording of a circulated form, or a common spelling."""

    table = models.CharField("代码表", max_length=40)
    text = models.CharField("文字", max_length=100)
    code = models.CharField("代码", max_length=20)
    is_local = models.BooleanField("本地增补", default=False, db_default=False)

    class Meta:
        verbose_name = "代码别名"
        constraints = [
            models.UniqueConstraint(fields=["table", "text"], name="core_codealias_once_per_table"),
        ]

    def __str__(self):
        return f"{self.text} → {self.code}"


class CodeRelease(models.Model):
    """One state of a code table as it came with the software: when it was loaded and what the file was."""

    table = models.CharField("代码表", max_length=40)
    digest = models.CharField("文件摘要", max_length=64)
    rows = models.PositiveIntegerField("代码数")
    loaded_at = models.DateTimeField("载入时间", auto_now_add=True)

    class Meta:
        verbose_name = "代码表版本"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["table", "-id"], name="core_coderelease_table")]

    def __str__(self):
        return f"{self.table} {self.digest[:8]}"


class Definition(models.Model):
    """What a word of the roll means here (关键岗位, 产业工人), in writing, from a day on.

    Law and plan leave these words open: the office writes the rule down, and pages show it beside the field.
    """

    code = models.CharField("编码", max_length=40)
    title = models.CharField("名称", max_length=40)
    text = models.TextField("认定规则")
    valid_from = models.DateField("施行日期")
    source = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "认定规则"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="core_definition_once_a_day",
                violation_error_message="该日期已有一条规则",
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.valid_from}"


class SpecialDay(models.Model):
    """A day on which nobody works though it may be a weekday, or on which people work though it is a weekend: public
    holidays and their make-up days (放假调休), as the yearly notice of ``year`` announces them.

    Nothing comes with the software: the office enters each year's notice when it is out (domain facts 11). A notice may
    reach into the last days of the year before and the first of the year after.
    """

    class Kind(models.TextChoices):
        REST = "rest", "休"
        WORK = "work", "班"

    day = models.DateField("日期")
    kind = models.CharField("休或班", max_length=4, choices=Kind)
    year = models.PositiveSmallIntegerField("放假安排年度")
    remark = models.CharField("说明", max_length=50, blank=True)
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "放假调休"
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                name="core_specialday_once",
                violation_error_message="这一天已经录入",
            ),
            models.CheckConstraint(
                name="core_specialday_works_on_weekends",
                condition=Q(kind="rest") | Q(kind="work", day__iso_week_day__in=[6, 7]),
                violation_error_message="调休上班的日子应是周六或周日",
            ),
            models.CheckConstraint(
                name="core_specialday_of_its_year",
                condition=Q(day__year=F("year"))
                | Q(day__year=F("year") - 1, day__month=12)
                | Q(day__year=F("year") + 1, day__month=1),
                violation_error_message="日期不在放假安排的年度内",
            ),
            models.CheckConstraint(
                name="core_specialday_has_source",
                condition=~Q(source=""),
                violation_error_message="请写明依据",
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.get_kind_display()}"


class DataGroup(models.Model):
    """A group of personal data: why it is held, on what legal basis, and for how long (个人信息保护法 6, 13, 19)."""

    class Basis(models.TextChoices):
        CONSENT = "consent", "本人同意"
        CONTRACT = "contract", "订立、履行合同或人力资源管理所必需"
        DUTY = "duty", "履行法定职责或法定义务所必需"
        EMERGENCY = "emergency", "紧急情况下保护生命健康和财产安全所必需"
        PUBLIC = "public", "合理处理已公开的信息"
        LAW = "law", "法律、行政法规规定的其他情形"

    code = models.CharField("编码", max_length=40, unique=True)
    title = models.CharField("数据组", max_length=40)
    contents = models.CharField("包含内容", max_length=300)
    purpose = models.CharField("处理目的", max_length=300)
    basis = models.CharField("处理依据", max_length=12, choices=Basis)
    source = models.CharField("依据说明", max_length=300, blank=True)
    is_sensitive = models.BooleanField("敏感个人信息", default=False)
    retention_months = models.PositiveSmallIntegerField("保存期限（月）", null=True, blank=True)
    retained_from = models.CharField("期限起算", max_length=100, blank=True)
    rank = models.SmallIntegerField("次序", default=0)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = "个人信息数据组"
        ordering = ["rank", "code"]

    def __str__(self):
        return self.title


class Job(models.Model):
    """A piece of background work. This row is the truth; the Celery message is only a hint.

    A worker claims a job with a conditional UPDATE that raises ``fence``; whoever holds the highest fence
    may commit the result. A lease that has run out lets another worker claim the job again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"

    kind = models.CharField("任务", max_length=40)
    key = models.CharField("幂等键", max_length=120, unique=True)
    args = models.JSONField("参数", default=dict)
    title = models.CharField("说明", max_length=120, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    fence = models.PositiveIntegerField("栅栏号", default=0)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    progress_done = models.PositiveIntegerField("已完成", default=0)
    progress_total = models.PositiveIntegerField("总量", default=0)
    note = models.CharField("当前步骤", max_length=200, blank=True)
    result = models.JSONField("结果", null=True, blank=True)
    error = models.TextField("错误", blank=True)
    page_url = models.CharField("相关页面", max_length=200, blank=True)
    union_id = models.BigIntegerField("所属工会", null=True, blank=True)
    created_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="jobs", verbose_name="提交人"
    )
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "后台任务"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state", "lease_until"], name="core_job_waiting", condition=~Q(state="done")
            ),
            models.Index(fields=["created_by", "-id"], name="core_job_mine"),
        ]
        constraints = [
            models.CheckConstraint(
                name="core_job_end_has_time",
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title or self.kind

    @property
    def is_over(self) -> bool:
        """Done or failed: nothing more will happen by itself."""
        return self.state in (self.State.DONE, self.State.FAILED)


class LegalNumber(models.Model):
    """A number from law or office rules (days, ages, shares) with the day from which it holds.

    Law changes: code asks ``core.codes.legal_number(code, on=day)`` and never hard-codes the value.
    """

    code = models.CharField("编码", max_length=40)
    title = models.CharField("名称", max_length=100)
    value = models.DecimalField("数值", max_digits=12, decimal_places=4)
    unit = models.CharField("单位", max_length=10, blank=True)
    valid_from = models.DateField("生效日期")
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "法定数值"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="core_legalnumber_once_a_day"),
        ]

    def __str__(self):
        return f"{self.title} {self.value}{self.unit}"


class UsedKey(models.Model):
    """The one-time key of a form that has created something, and where the user was sent then.

    A second POST with the same key (double click, Back, a retry after a time-out) goes to the same page
    and creates nothing (``core.idempotency``).
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name="账号")
    key = models.CharField("一次性键", max_length=64)
    url = models.CharField("去向", max_length=300)
    used_at = models.DateTimeField("使用时间", auto_now_add=True)

    class Meta:
        verbose_name = "已用一次性键"
        indexes = [models.Index(fields=["user", "used_at"], name="core_usedkey_user")]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="core_usedkey_once")]

    def __str__(self):
        return self.key
