"""Honours (荣誉) of people and of collectives, kept apart by the schema (domain facts 9, codes/honour_type.csv)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from competitions.querysets.honours import (
    CollectivePaperQuerySet,
    HonourPaperQuerySet,
    HonourQuerySet,
    RecognitionQuerySet,
)
from core.papers import Paper


class Nature(models.TextChoices):
    """Who can hold it: a person, a collective, or a studio. Never more than one of them."""

    INDIVIDUAL = "individual", "个人荣誉"
    COLLECTIVE = "collective", "集体荣誉"
    STUDIO = "studio", "工作室"


class HonourType(models.Model):
    """What the code ``code`` of the table honour_type may be given to, and into which figure it counts.

    A kind without a row here is no honour (先进操作法 is a result); 其他荣誉 has a row for people and one for
    collectives. Honours point here by code and nature (foreign keys of migration honours_of_their_nature), so that no
    honour of a collective can be written for a person. The rows come with the software; the town may change them.
    """

    class System(models.TextChoices):
        UNKNOWN = "", "未确认"
        GOVERNMENT = "government", "党委政府"
        UNION = "union", "工会"
        LEAGUE = "league", "共青团"
        WOMEN = "women", "妇联"
        LABOUR = "labour", "人力社保"

    class Counted(models.TextChoices):
        NOT = "", "不计入"
        CRAFTSMAN = "craftsman", "工匠与金牌工人"
        MODEL_TEAM = "model_team", "工匠班组"

    code = models.CharField("荣誉种类", max_length=20)
    nature = models.CharField("授予对象", max_length=10, choices=Nature)
    system = models.CharField("授予系统", max_length=12, choices=System, blank=True)
    counts_as = models.CharField("计入指标", max_length=12, choices=Counted, blank=True)
    source = models.CharField("依据", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "荣誉种类规则"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "nature"],
                name="competitions_honourtype_once",
                violation_error_message="这种荣誉的这类授予对象已有规则",
            ),
            models.CheckConstraint(
                name="competitions_honourtype_counted_by_nature",
                condition=Q(counts_as="")
                | Q(counts_as="craftsman", nature="individual")
                | Q(counts_as="model_team", nature="collective"),
                violation_error_message="个人荣誉只能计入工匠与金牌工人，集体荣誉只能计入工匠班组",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.nature}"


class Recognition(models.Model):
    """Something that was conferred and that the town verifies; the facts as they stand in the document.

    ``awarded_on`` is the day of the document; ``valid_until`` the last day, empty: it does not run out. ``recheck_on``
    is the day by which a re-check (复核) is due; the last one done stands with its day and result. An edit of one that
    was decided asks the town anew. ``union`` is the union at the time of entry: figures of the past stay.
    """

    class State(models.TextChoices):
        ENTERED = "entered", "待核实"
        VERIFIED = "verified", "已核实"
        REFUSED = "refused", "不予认定"
        REVOKED = "revoked", "已撤销"

    class Recheck(models.TextChoices):
        PASSED = "passed", "合格"
        MEND = "mend", "限期整改"
        FAILED = "failed", "不合格"

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="%(class)s_rows", verbose_name="工会"
    )
    type = models.CharField("荣誉种类", max_length=20)
    level = models.CharField("级别", max_length=10)
    title = models.CharField("荣誉名称", max_length=100)
    issuer = models.CharField("授予单位", max_length=100)
    batch = models.CharField("批次", max_length=30, blank=True)
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(1949), MaxValueValidator(2100)]
    )
    document_number = models.CharField("文件号", max_length=50, blank=True)
    awarded_on = models.DateField("授予日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    recheck_on = models.DateField("复核期限", null=True, blank=True)
    rechecked_on = models.DateField("复核日期", null=True, blank=True, editable=False)
    recheck_result = models.CharField("复核结论", max_length=10, choices=Recheck, blank=True, editable=False)
    recheck_note = models.CharField("复核说明", max_length=200, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ENTERED, editable=False)
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
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
        verbose_name="核实人",
    )
    decided_at = models.DateTimeField("核实时间", null=True, blank=True, editable=False)
    decision_note = models.CharField("核实说明", max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="competitions_%(class)s_year",
                condition=Q(year__range=(1949, 2100)),
                violation_error_message="年度应为 1949 至 2100",
            ),
            models.CheckConstraint(
                name="competitions_%(class)s_ends_after_award",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("awarded_on")),
                violation_error_message="有效期至不能早于授予日期，请对照文件核对",
            ),
            models.CheckConstraint(
                name="competitions_%(class)s_recheck_after_award",
                condition=Q(recheck_on=None) | Q(recheck_on__gt=F("awarded_on")),
                violation_error_message="复核期限应晚于授予日期",
            ),
            models.CheckConstraint(
                name="competitions_%(class)s_recheck_whole",
                condition=Q(rechecked_on=None, recheck_result="", recheck_note="")
                | (Q(rechecked_on__gte=F("awarded_on")) & ~Q(recheck_result="")),
                violation_error_message="复核日期和复核结论应同时登记，且不早于授予日期",
            ),
            models.CheckConstraint(
                name="competitions_%(class)s_revoked_has_day",
                condition=Q(state="revoked", revoked_on__isnull=False, revoked_on__gte=F("awarded_on"))
                & ~Q(decision_note="")
                | (~Q(state="revoked") & Q(revoked_on=None)),
                violation_error_message="撤销的应写明撤销日期和原因，日期不早于授予日期",
            ),
            models.CheckConstraint(
                name="competitions_%(class)s_decided_has_time",
                condition=Q(state="entered", decided_at=None, decided_by=None)
                | (~Q(state="entered") & Q(decided_at__isnull=False)),
                violation_error_message="待核实的没有核实时间，其他的都有",
            ),
        ]

    def __str__(self):
        return self.title


class Honour(Recognition):
    """An honour of one person (个人荣誉), such as 五一劳动奖章 or 乐清工匠."""

    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="honours", verbose_name="职工")
    nature = models.CharField(
        "授予对象", max_length=10, choices=Nature, default=Nature.INDIVIDUAL, editable=False
    )

    objects = HonourQuerySet.as_manager()

    class Meta(Recognition.Meta):
        verbose_name = "个人荣誉"
        indexes = [
            models.Index(fields=["-awarded_on", "-id"], name="competitions_honour_newest"),
            models.Index(fields=["id"], name="competitions_honour_waiting", condition=Q(state="entered")),
        ]
        constraints = [
            *Recognition.Meta.constraints,
            models.CheckConstraint(
                name="competitions_honour_is_individual",
                condition=Q(nature="individual"),
                violation_error_message="个人荣誉只能授予个人",
            ),
            models.UniqueConstraint(
                fields=["worker", "type", "year"],
                name="competitions_honour_once_a_year",
                condition=~Q(state="refused") & ~Q(type="OTHER"),
                violation_error_message="此人这一年度的这种荣誉已经登记过",
            ),
            models.UniqueConstraint(
                fields=["worker", "title", "year"],
                name="competitions_honour_other_once",
                condition=Q(type="OTHER") & ~Q(state="refused"),
                violation_error_message="此人这一年度的这项荣誉已经登记过",
            ),
        ]

    def get_absolute_url(self):
        return reverse("competitions:honour_detail", args=[self.pk])


class HonourPaper(Paper):
    """A scan of the document or certificate of a person's honour."""

    belongs_to = "honour"

    honour = models.ForeignKey(Honour, models.CASCADE, related_name="papers", verbose_name="个人荣誉")

    objects = HonourPaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "个人荣誉附件"
        constraints = [
            models.UniqueConstraint(
                fields=["honour", "sha256"],
                name="competitions_honourpaper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]


class CollectiveHonour(Recognition):
    """An honour of a collective (集体荣誉): of a team, else of a firm, else of the union itself.

    ``union`` is the union the holder belongs to.
    """

    nature = models.CharField(
        "授予对象", max_length=10, choices=Nature, default=Nature.COLLECTIVE, editable=False
    )
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="honours",
        verbose_name="用人单位",
    )
    team = models.ForeignKey(
        "competitions.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="honours",
        verbose_name="班组",
    )

    class Meta(Recognition.Meta):
        verbose_name = "集体荣誉"
        indexes = [
            models.Index(fields=["-awarded_on", "-id"], name="competitions_collective_newest"),
            models.Index(fields=["id"], name="competitions_collective_wait", condition=Q(state="entered")),
        ]
        constraints = [
            *Recognition.Meta.constraints,
            models.CheckConstraint(
                name="competitions_collectivehonour_is_collective",
                condition=Q(nature="collective"),
                violation_error_message="集体荣誉不能授予个人",
            ),
            models.CheckConstraint(
                name="competitions_collectivehonour_one_holder",
                condition=Q(employer=None) | Q(team=None),
                violation_error_message="授予对象是班组的只选班组，是用人单位的只选用人单位；都不选的为工会",
            ),
            models.UniqueConstraint(
                fields=["union", "employer", "team", "type", "year"],
                name="competitions_collectivehonour_once",
                condition=~Q(state="refused") & ~Q(type="OTHER"),
                nulls_distinct=False,
                violation_error_message="这个集体这一年度的这种荣誉已经登记过",
            ),
            models.UniqueConstraint(
                fields=["union", "employer", "team", "title", "year"],
                name="competitions_collectivehonour_other",
                condition=Q(type="OTHER") & ~Q(state="refused"),
                nulls_distinct=False,
                violation_error_message="这个集体这一年度的这项荣誉已经登记过",
            ),
        ]

    def get_absolute_url(self):
        return reverse("competitions:collective_honour_detail", args=[self.pk])

    @property
    def holder(self):
        """The team, the firm or the union that holds it (related objects)."""
        return self.team or self.employer or self.union


class CollectiveHonourPaper(Paper):
    """A scan of the document or certificate of a collective's honour."""

    belongs_to = "honour"

    honour = models.ForeignKey(
        CollectiveHonour, models.CASCADE, related_name="papers", verbose_name="集体荣誉"
    )

    objects = CollectivePaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "集体荣誉附件"
        constraints = [
            models.UniqueConstraint(
                fields=["honour", "sha256"],
                name="competitions_collectivehonourpaper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]
