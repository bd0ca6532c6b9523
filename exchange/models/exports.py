"""Lists written into files (导出文件)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.fields import EncryptedTextField
from exchange.querysets import ExportQuerySet


class Export(models.Model):
    """One list written into a file: which rows, which columns, for what purpose, and where the file is.

    ``query`` is the list's query string; the text of a search stands in it sealed, never plain. ``filters`` is
    the same in words. The file goes after EXPORT_DAYS, the row stays as the record of what was taken out.
    """

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel 工作簿（xlsx）"
        CSV = "csv", "文本表格（csv）"
        ZIP = "zip", "压缩包（zip）"

    class Layout(models.TextChoices):
        """How the rows stand in the file."""

        LIST = "list", "按列表"
        FORM = "form", "按采集表"
        UPDATE = "update", "更新表"
        PAPERS = "papers", "逐人一份 PDF"

    listing = models.CharField("列表", max_length=40)
    title = models.CharField("名称", max_length=60)
    query = models.TextField("筛选条件", blank=True)
    filters = models.JSONField("筛选条件（文字）", default=list)
    columns = models.JSONField("列", default=list)
    format = models.CharField("格式", max_length=4, choices=Format, default=Format.XLSX)
    layout = models.CharField("版式", max_length=6, choices=Layout, default=Layout.LIST)
    full_numbers = models.BooleanField("完整号码", default=False)
    is_locked = models.BooleanField("设有打开密码", default=False)
    # Sealed, and emptied as soon as the file is written.
    password = EncryptedTextField("打开密码", null=True, blank=True, editable=False)
    reason = models.CharField("用途", max_length=200)
    reach = models.CharField("数据范围", max_length=300, blank=True)
    rows = models.PositiveIntegerField("行数", null=True, blank=True)
    file = models.CharField("文件", max_length=120, blank=True)
    size = models.PositiveBigIntegerField("字节数", null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    downloads = models.PositiveIntegerField("下载次数", default=0)
    job = models.OneToOneField(
        "core.Job", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="后台任务"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name="导出人"
    )
    created_at = models.DateTimeField("导出时间", auto_now_add=True)
    written_at = models.DateTimeField("生成时间", null=True, blank=True)
    expires_at = models.DateTimeField("保存至", null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "导出文件"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_by", "-id"], name="exchange_export_mine")]
        constraints = [
            models.CheckConstraint(
                name="exchange_export_file_is_described",
                condition=Q(file="")
                | Q(
                    rows__isnull=False, size__isnull=False, written_at__isnull=False, expires_at__isnull=False
                ),
                violation_error_message="已生成的文件应有行数、大小和期限",
            ),
            models.CheckConstraint(
                name="exchange_export_full_numbers_are_locked",
                condition=Q(full_numbers=False) | Q(is_locked=True),
                violation_error_message="含完整号码的文件必须设打开密码",
            ),
            models.CheckConstraint(
                name="exchange_export_forgets_password",
                condition=Q(written_at=None) | Q(password=None),
                violation_error_message="文件生成后不再保存密码",
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.pk}"

    def get_absolute_url(self):
        return reverse("exchange:export_detail", args=[self.pk])

    @property
    def is_written(self) -> bool:
        """The file was made, though it may be gone again."""
        return self.written_at is not None

    @property
    def is_ready(self) -> bool:
        """The file can be downloaded."""
        return bool(self.file) and self.expires_at > timezone.now()

    @property
    def file_name(self) -> str:
        """The name of the download: list, day and number; nothing of what was looked for."""
        return f"{self.title}-{timezone.localtime(self.created_at):%Y%m%d-%H%M}-{self.pk}.{self.format}"
