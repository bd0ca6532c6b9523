"""Import runs (导入批次) and their staged rows."""

import datetime as dt
import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils import timezone

from core.exchange import Exchange, kinds
from core.fields import EncryptedTextField
from exchange.querysets import LIVE, EffectQuerySet, RowQuerySet, RunQuerySet


def upload_path(run, filename: str) -> str:
    """A random name without ending: nothing of the uploaded name reaches the disk."""
    return f"imports/{timezone.localdate():%Y/%m}/{uuid.uuid4().hex}"


class ImportRun(models.Model):
    """One uploaded file on its way into the records.

    The same file for the same kind and union is one run as long as that run is live, whoever uploads it.
    Counts always add up to the rows of the file; the database sees to that.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", "已上传"
        CHECKING = "checking", "核对中"
        MAPPING = "mapping", "待对应列"
        CHECKED = "checked", "待确认"
        APPLYING = "applying", "写入中"
        APPLIED = "applied", "已导入"
        REFUSED = "refused", "无法识别"
        FAILED = "failed", "处理失败"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已放弃"

    class Mode(models.TextChoices):
        ALL = "all", "全部正确才导入"
        GOOD = "good", "只导入正确的行"

    class Rule(models.TextChoices):
        """What a row does to a record that is known already."""

        UPDATE = "update", "以表格为准更新"
        FILL = "fill", "只补空白项"
        SKIP = "skip", "跳过已有记录"

    kind = models.CharField("种类", max_length=40)
    union = models.ForeignKey(
        "unions.Union",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="import_runs",
        verbose_name="所属工会",
    )
    file = models.FileField("文件", upload_to=upload_path, max_length=120, blank=True)
    file_name = models.CharField("文件名", max_length=200)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField("状态", max_length=10, choices=State, default=State.UPLOADED)
    header = models.JSONField("表头信息", default=dict)
    fingerprint = models.CharField("表头指纹", max_length=64, blank=True)
    error = models.TextField("原因", blank=True)
    rule = models.CharField("遇到已有记录", max_length=6, choices=Rule, default=Rule.UPDATE)
    is_full_list = models.BooleanField("是完整名单", default=False)
    skip_hidden = models.BooleanField("跳过隐藏的行", default=False)
    # Sheet, header rows and columns as a person chose them; empty: as found (``layouts.chosen_layout``).
    layout = models.JSONField("指定的列对应", default=dict, blank=True)

    rows = models.PositiveIntegerField("总行数", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    unchanged = models.PositiveIntegerField("无变化", default=0)
    skipped = models.PositiveIntegerField("跳过", default=0)
    failed = models.PositiveIntegerField("有问题", default=0)
    applied = models.PositiveIntegerField("已写入", default=0)
    leavers = models.PositiveIntegerField("名单中没有的人", default=0)
    proposed = models.PositiveIntegerField("提请核实", default=0)
    turn = models.PositiveSmallIntegerField("第几次处理", default=0, editable=False)

    mode = models.CharField("导入方式", max_length=4, choices=Mode, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_runs", verbose_name="上传人"
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undo_until = models.DateTimeField("可撤销至", null=True, blank=True)
    marked = models.CharField("标出错误的文件", max_length=120, blank=True)
    forgotten_at = models.DateTimeField("内容清除时间", null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["union", "-id"], name="exchange_run_of_union")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "union", "sha256"],
                condition=Q(state__in=LIVE),
                nulls_distinct=False,
                name="exchange_run_file_once",
                violation_error_message="这份文件已经上传过",
            ),
            models.CheckConstraint(
                name="exchange_run_counts_add_up",
                condition=Q(rows=F("new") + F("changed") + F("unchanged") + F("skipped") + F("failed")),
                violation_error_message="各类行数之和应等于总行数",
            ),
            models.CheckConstraint(
                name="exchange_run_applied_is_signed",
                condition=~Q(state__in=["applied", "undoing", "undone"])
                | Q(applied_by__isnull=False, applied_at__isnull=False, undo_until__isnull=False),
                violation_error_message="已导入的批次应有确认人和时间",
            ),
        ]

    def __str__(self):
        return f"导入批次 {self.pk}"

    def get_absolute_url(self):
        return reverse("exchange:run_detail", args=[self.pk])

    @property
    def kind_class(self) -> type[Exchange]:
        """The kind, as listed in settings.EXCHANGES."""
        return kinds()[self.kind]

    @property
    def good(self) -> int:
        """Rows that would be written."""
        return self.new + self.changed

    @property
    def is_busy(self) -> bool:
        """A background job is at work or about to be."""
        return self.state in (
            self.State.UPLOADED,
            self.State.CHECKING,
            self.State.APPLYING,
            self.State.UNDOING,
        )

    @property
    def can_be_undone(self) -> bool:
        """Applied, and within the time for undoing."""
        return self.state == self.State.APPLIED and self.undo_until > timezone.now()

    @property
    def job_key(self) -> str:
        """Idempotency key of the job that works on the run, or did last."""
        return f"exchange:{self.pk}:{self.turn}"

    @property
    def counts(self) -> dict[str, int]:
        """The counts that add up to ``rows``."""
        return {name: getattr(self, name) for name in COUNTS}

    def outcomes(self) -> dict[str, int]:
        """How many applied rows were reverted, kept or impossible to revert."""
        found = (
            ImportEffect.objects.filter(row__run=self).values_list("outcome").annotate(n=models.Count("pk"))
        )
        found = dict(found.order_by())
        return {name: found.get(name, 0) for name in ("reverted", "kept", "impossible")}

    @property
    def day(self) -> dt.date:
        """The day the file arrived; rules about today use it in check and apply alike."""
        return timezone.localdate(self.created_at)


COUNTS = ("new", "changed", "unchanged", "skipped", "failed")


class ImportRow(models.Model):
    """One row of the sheet: what it says and what was found.

    ``values`` is the staged form (see ``core.exchange``); personal values in it are sealed already.
    ``before`` holds the old values of a changed row and the plan for its dated rows. Rows come by COPY and go
    with their run in ``services``, so neither a foreign key nor a further index is paid for 100,000 times.
    """

    class Verdict(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "变更"
        UNCHANGED = "unchanged", "无变化"
        PROBLEM = "problem", "有问题"
        CONFLICT = "conflict", "有冲突"
        SKIPPED = "skipped", "跳过"

    run = models.ForeignKey(
        ImportRun, models.DO_NOTHING, related_name="lines", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField("行号")
    verdict = models.CharField("核对结果", max_length=10, choices=Verdict)
    raw = EncryptedTextField("原始内容")
    values = models.JSONField("内容", default=dict, encoder=DjangoJSONEncoder)
    problems = models.JSONField("问题", default=list)
    key = models.BinaryField(max_length=32, null=True, editable=False)
    target_id = models.BigIntegerField("对象编号", null=True, blank=True)
    before = models.JSONField("原内容", null=True, blank=True)
    # Columns whose cell was put right on the page: what stands there now is meant, whatever the file was based on.
    mended = models.JSONField("改正过的列", default=list, db_default=Value([], models.JSONField()))

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = "导入行"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"],
                name="exchange_row_once",
                violation_error_message="同一行只能出现一次",
            ),
        ]

    def __str__(self):
        return f"第 {self.number} 行"


class ImportEffect(models.Model):
    """What became of an applied row: the record it wrote, what else it did (``effects``), and how an undo ended."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", "已写入"
        REVERTED = "reverted", "已撤销"
        KEPT = "kept", "保留"
        IMPOSSIBLE = "impossible", "无法撤销"

    row = models.OneToOneField(
        ImportRow, models.DO_NOTHING, primary_key=True, related_name="effect", db_constraint=False
    )
    target_id = models.BigIntegerField("对象编号")
    effects = models.JSONField("写入结果", null=True, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.APPLIED)
    reason = models.CharField("说明", max_length=200, blank=True)

    objects = EffectQuerySet.as_manager()

    class Meta:
        verbose_name = "导入结果"
        ordering = ["row"]
        indexes = [models.Index(fields=["target_id"], name="exchange_effect_target")]

    def __str__(self):
        return f"{self.row_id} {self.get_outcome_display()}"
