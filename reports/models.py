"""Periodic reports: frozen when published, with every figure and the records behind it.

The database refuses changes to what is frozen (migrations ``0002`` and ``0004``): a correction is a new version.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.access import Permission
from core.reporting import Direction, Period, PeriodKind, text_of
from unions.scoping import ScopedQuerySet

TOWN = "全镇"


class ReportQuerySet(ScopedQuerySet):
    """Reports over one union and all below it; those over the town (no union) are open to town-wide roles."""

    view_permission = Permission.VIEW_REPORTS
    edit_permission = Permission.BUILD_REPORTS

    def of(self, period: Period, union_id: int | None):
        """All versions of one report, newest first."""
        return self.filter(kind=period.kind, start=period.start, union=union_id).order_by("-version")

    def latest(self):
        """Only the newest version of each report."""
        return self.filter(state=Report.State.CURRENT)


class Report(models.Model):
    """One published version of a report. PDF and workbook are drawn from ``data`` alone.

    ``end`` is the cut-off: the last day of the period, or the day of building while the period still ran.
    """

    class State(models.TextChoices):
        CURRENT = "current", "现行"
        SUPERSEDED = "superseded", "已被新版替代"

    kind = models.CharField("类型", max_length=10, choices=PeriodKind)
    start = models.DateField("统计期起")
    end = models.DateField("数据截止日")
    period_code = models.CharField("统计期", max_length=7)
    union = models.ForeignKey(
        "unions.Union",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name="统计范围",
        help_text="空表示全镇",
    )
    version = models.PositiveSmallIntegerField("版次")
    state = models.CharField("状态", max_length=10, choices=State, default=State.CURRENT)
    title = models.CharField("标题", max_length=150)
    serial = models.CharField("报告编号", max_length=40, unique=True)
    verification_code = models.CharField("校验码", max_length=14)
    data = models.JSONField("冻结内容")
    pdf = models.FileField("PDF", max_length=200)
    pdf_sha256 = models.CharField("PDF 摘要", max_length=64)
    pdf_pages = models.PositiveSmallIntegerField("页数")
    xlsx = models.FileField("附表", max_length=200)
    xlsx_sha256 = models.CharField("附表摘要", max_length=64)
    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="编制人",
        help_text="空表示由报告计划自动编制",
    )
    built_at = models.DateTimeField("编制时间")
    # The database takes figures of a report in the transaction that stores the report, and never again.
    stored_at = models.DateTimeField("入库时间", db_default=TransactionNow(), editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "报告"
        ordering = ["-start", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "start", "union", "version"],
                name="reports_report_version_once",
                nulls_distinct=False,
                violation_error_message="该报告的这一版已编制",
            ),
            models.UniqueConstraint(
                fields=["kind", "start", "union"],
                condition=Q(state="current"),
                name="reports_report_one_current",
                nulls_distinct=False,
                violation_error_message="同一报告只能有一个现行版本",
            ),
            models.CheckConstraint(
                name="reports_report_dates_in_order",
                condition=Q(end__gte=F("start")),
                violation_error_message="数据截止日不能早于统计期起",
            ),
        ]

    def __str__(self):
        return f"{self.title}（第{self.version}版）"

    def get_absolute_url(self):
        return reverse("reports:report_detail", args=[self.pk])

    @property
    def period(self) -> Period:
        """The period with its cut-off."""
        return Period(self.start, self.end, self.kind)

    @property
    def scope_name(self) -> str:
        """The union's name as it was when the report was built, or the whole town."""
        return self.data["scope"]


class PartOfReportQuerySet(ScopedQuerySet):
    union_field = "report__union"
    view_permission = Permission.VIEW_REPORTS
    edit_permission = Permission.BUILD_REPORTS


class ReportFigure(models.Model):
    """One indicator of a report as published."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="figures", verbose_name="报告")
    position = models.PositiveSmallIntegerField("次序")
    code = models.CharField("指标编码", max_length=10)
    title = models.CharField("指标", max_length=60)
    unit = models.CharField("单位", max_length=10)
    direction = models.CharField("方向", max_length=10, choices=Direction)
    numerator = models.BigIntegerField("分子")
    denominator = models.BigIntegerField("分母", null=True)
    value = models.DecimalField("数值", max_digits=12, decimal_places=1, null=True)
    previous_value = models.DecimalField("上期数值", max_digits=12, decimal_places=1, null=True)
    note = models.TextField("说明", blank=True)

    objects = PartOfReportQuerySet.as_manager()

    class Meta:
        verbose_name = "报告指标"
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "code"], name="reports_figure_once"),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    @property
    def text(self) -> str:
        """What the report says: 86.4%, 312人 or 无适用单位."""
        value = self.value
        if value is not None and self.denominator is None:
            value = value.quantize(1)
        return text_of(value, self.unit)


class RecordsQuerySet(PartOfReportQuerySet):
    union_field = "figure__report__union"


class ReportFigureRecords(models.Model):
    """The records behind one side of a figure: their ids, and their amounts where the side is a sum."""

    class Side(models.TextChoices):
        NUMERATOR = "numerator", "分子"
        DENOMINATOR = "denominator", "分母"

    figure = models.ForeignKey(ReportFigure, models.PROTECT, related_name="sides", verbose_name="指标")
    side = models.CharField("分子/分母", max_length=11, choices=Side)
    model = models.CharField("记录类型", max_length=60)
    ids = ArrayField(models.BigIntegerField(), verbose_name="记录")
    amounts = ArrayField(models.IntegerField(null=True), null=True, verbose_name="数量")

    objects = RecordsQuerySet.as_manager()

    class Meta:
        verbose_name = "指标所依据的记录"
        constraints = [
            models.UniqueConstraint(fields=["figure", "side"], name="reports_records_once"),
        ]

    def __str__(self):
        return f"{self.figure} {self.get_side_display()}"


class ReportText(models.Model):
    """What staff write for a report before it is built; the build freezes it."""

    kind = models.CharField("类型", max_length=10, choices=PeriodKind)
    start = models.DateField("统计期起")
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="统计范围"
    )
    practices = models.TextField("主要做法和典型", blank=True)
    problems = models.TextField("存在问题", blank=True)
    next_steps = models.TextField("下一步打算", blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "报告文字"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "start", "union"], name="reports_text_once", nulls_distinct=False
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.start}"


class ReportSchedule(models.Model):
    """When the reports of a kind are built by themselves: day and hour after the end of the period."""

    kind = models.CharField("类型", max_length=10, choices=PeriodKind)
    union = models.ForeignKey(
        "unions.Union",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="report_schedules",
        verbose_name="统计范围",
    )
    day = models.PositiveSmallIntegerField("编制日", help_text="统计期结束后下一个月的几日，1 至 28")
    hour = models.PositiveSmallIntegerField("编制时", help_text="0 至 23 时，北京时间")
    enabled = models.BooleanField("启用", default=True)
    since = models.DateTimeField("启用时间", help_text="此前到期的报告不补编")
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "报告计划"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "union"],
                name="reports_schedule_once",
                nulls_distinct=False,
                violation_error_message="该范围已有同类型的报告计划",
            ),
            models.CheckConstraint(
                name="reports_schedule_day_exists_in_every_month",
                condition=Q(day__range=(1, 28)),
                violation_error_message="编制日应为 1 至 28",
            ),
            models.CheckConstraint(
                name="reports_schedule_hour",
                condition=Q(hour__range=(0, 23)),
                violation_error_message="编制时应为 0 至 23",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}：每期结束后次月{self.day}日{self.hour}时"


class ReportDownload(models.Model):
    """Who has taken which file of a report, and when. Shown on the report's page."""

    class FileFormat(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "附表"

    report = models.ForeignKey(Report, models.PROTECT, related_name="downloads", verbose_name="报告")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="report_downloads", verbose_name="下载人"
    )
    file_format = models.CharField("文件", max_length=4, choices=FileFormat)
    at = models.DateTimeField("时间", auto_now_add=True)

    objects = PartOfReportQuerySet.as_manager()

    class Meta:
        verbose_name = "下载记录"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.user} {self.get_file_format_display()}"
