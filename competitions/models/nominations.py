"""Nominations (推荐对象) in a selection, the papers behind them, and objections during the public notice."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from competitions.models.selections import Selection
from competitions.querysets.nominations import (
    UNDECIDED,
    NominationPaperQuerySet,
    NominationQuerySet,
    NoticeObjectionQuerySet,
)
from core.papers import Paper


class Nomination(models.Model):
    """A person, a team or a firm that a union puts forward in a selection.

    ``position`` is said by the officer, because the roll does not know it. ``is_migrant``, ``is_woman``, ``is_party``
    and ``is_nonpublic`` are what the roll said on ``facts_on`` (competitions.rules.shares); None where it says
    nothing. ``union`` nominates and ``employer`` is the firm, both as they were then.

    ``state`` goes the way of the trigger competitions_nominations_in_order, which also reads the phase of the selection.
    """

    class Subject(models.TextChoices):
        PERSON = "person", "个人"
        TEAM = "team", "班组"
        EMPLOYER = "employer", "单位"

    class Position(models.TextChoices):
        INDUSTRIAL = "industrial", "产业工人"
        FRONTLINE = "frontline", "其他一线职工和专业技术人员"
        SCIENCE = "science", "科教人员"
        OTHER = "other", "其他（管理人员等）"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        SHORTLISTED = "shortlisted", "列入推荐名单"
        REFUSED = "refused", "不予推荐"
        WITHDRAWN = "withdrawn", "已撤回"
        RECOMMENDED = "recommended", "确定推荐"
        AWARDED = "awarded", "已授予"
        DECLINED = "declined", "未获授予"

    selection = models.ForeignKey(
        Selection, models.PROTECT, related_name="nominations", editable=False, verbose_name="推荐评选"
    )
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="+", editable=False, verbose_name="推荐工会"
    )
    subject = models.CharField("推荐对象", max_length=10, choices=Subject, editable=False)
    worker = models.ForeignKey(
        "workers.Worker",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="nominations",
        verbose_name="职工",
    )
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="工作单位",
    )
    team = models.ForeignKey(
        "competitions.Team",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="nominations",
        verbose_name="班组",
    )
    job = models.CharField("岗位", max_length=50, blank=True)
    position = models.CharField("职工类别", max_length=12, choices=Position, blank=True)
    reason = models.CharField("推荐理由", max_length=200)
    merits = models.TextField("主要事迹", max_length=3000)
    is_migrant = models.BooleanField("农民工", null=True, editable=False)
    is_woman = models.BooleanField("女性", null=True, editable=False)
    is_party = models.BooleanField("中共党员", null=True, editable=False)
    is_nonpublic = models.BooleanField("非公有制单位", null=True, editable=False)
    facts_on = models.DateField("按名册取数日期", editable=False)
    state = models.CharField("情况", max_length=12, choices=State, default=State.DRAFT, editable=False)
    note = models.CharField("审核、撤回或未获授予的说明", max_length=200, blank=True, editable=False)
    submitted_on = models.DateField("提交日期", null=True, blank=True, editable=False)
    honour = models.OneToOneField(
        "competitions.Honour",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="nomination",
        verbose_name="个人荣誉",
    )
    collective_honour = models.OneToOneField(
        "competitions.CollectiveHonour",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="nomination",
        verbose_name="集体荣誉",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="审核人",
    )
    decided_at = models.DateTimeField("审核时间", null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = "推荐对象"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["union", "-id"], name="competitions_nomination_union"),
            models.Index(fields=["submitted_on", "id"], name="competitions_nomination_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "worker"],
                condition=Q(state__in=UNDECIDED),
                name="competitions_nomination_person_once",
                violation_error_message="此人已在这次推荐中",
            ),
            models.UniqueConstraint(
                fields=["selection", "employer", "team"],
                condition=Q(state__in=UNDECIDED, worker=None),
                nulls_distinct=False,
                name="competitions_nomination_group_once",
                violation_error_message="这个集体已在这次推荐中",
            ),
            models.CheckConstraint(
                name="competitions_nomination_subject",
                condition=(Q(subject="person", worker__isnull=False, team=None) & ~Q(position=""))
                | Q(subject="team", worker=None, team__isnull=False, position="")
                | Q(subject="employer", worker=None, team=None, employer__isnull=False, position=""),
                violation_error_message="个人请选职工和职工类别，集体请选班组或单位",
            ),
            models.CheckConstraint(
                name="competitions_nomination_facts",
                condition=Q(subject="person", is_nonpublic=None)
                | (~Q(subject="person") & Q(is_migrant=None, is_woman=None, is_party=None)),
            ),
            models.CheckConstraint(
                name="competitions_nomination_submitted",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="competitions_nomination_awarded",
                condition=Q(state="awarded", subject="person", honour__isnull=False, collective_honour=None)
                | (Q(state="awarded", honour=None, collective_honour__isnull=False) & ~Q(subject="person"))
                | (~Q(state="awarded") & Q(honour=None, collective_honour=None)),
                violation_error_message="已授予的应有荣誉记录，其他的没有",
            ),
            models.CheckConstraint(
                name="competitions_nomination_said_why",
                condition=~Q(state__in=["returned", "refused", "withdrawn", "declined"]) | ~Q(note=""),
                violation_error_message="退回、不予推荐、撤回和未获授予应写明原因",
            ),
        ]

    def __str__(self):
        return f"{self.selection_id}/{self.pk}"

    def get_absolute_url(self):
        return reverse("competitions:nomination_detail", args=[self.pk])

    @property
    def name(self) -> str:
        """Who is put forward: the person, the team or the firm (related objects)."""
        return (self.worker or self.team or self.employer).name


class NominationPaper(Paper):
    """A scan that belongs to a nomination: the form with stamps, certificates, opinions asked for."""

    belongs_to = "nomination"

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="papers", verbose_name="推荐对象")

    objects = NominationPaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "推荐附件"
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "sha256"],
                name="competitions_nominationpaper_once",
                violation_error_message="这个文件已上传过",
            ),
        ]


class NoticeObjection(models.Model):
    """Something said against a nomination while it stood in public notice (公示异议), and what came of it.

    Who said it is not kept, only how it came. A selection is not decided while one is open; an upheld one ends the
    nomination.
    """

    class Channel(models.TextChoices):
        LETTER = "letter", "书面"
        PHONE = "phone", "电话"
        VISIT = "visit", "来访"
        ONLINE = "online", "网络"

    class State(models.TextChoices):
        OPEN = "open", "待核查"
        UPHELD = "upheld", "属实"
        REJECTED = "rejected", "不属实"

    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="objections", editable=False, verbose_name="推荐对象"
    )
    channel = models.CharField("反映方式", max_length=10, choices=Channel)
    is_signed = models.BooleanField("实名反映", default=False)
    text = models.TextField("反映内容", max_length=1000)
    received_on = models.DateField("收到日期")
    state = models.CharField("情况", max_length=10, choices=State, default=State.OPEN, editable=False)
    answer = models.TextField("核查情况", max_length=1000, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="核查人",
    )
    decided_at = models.DateTimeField("核查时间", null=True, blank=True, editable=False)

    objects = NoticeObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "公示异议"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="competitions_noticeobjection_decided",
                condition=Q(state="open", decided_by=None, decided_at=None, answer="")
                | (
                    Q(state__in=["upheld", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(answer="")
                ),
                violation_error_message="核查异议应写明核查情况",
            ),
        ]

    def __str__(self):
        return f"{self.nomination_id}/{self.pk}"
