"""Teams (班组), and studios (工作室) with their members and yearly projects (domain facts 9; measures 2 and 11)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from competitions.models.honours import Nature, Recognition
from competitions.querysets.honours import (
    StudioMemberQuerySet,
    StudioPaperQuerySet,
    StudioProjectQuerySet,
    StudioQuerySet,
    TeamQuerySet,
)
from core.papers import Paper


class Team(models.Model):
    """A team (班组) at work, from ``founded_on`` (empty: not known) to (not including) ``dissolved_on``."""

    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="teams", verbose_name="所属工会")
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="teams",
        verbose_name="用人单位",
    )
    name = models.CharField("班组名称", max_length=100)
    leader = models.ForeignKey(
        "workers.Worker",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_teams",
        verbose_name="班组长",
    )
    headcount = models.PositiveIntegerField("人数", validators=[MinValueValidator(1)])
    founded_on = models.DateField("成立日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = "班组"
        ordering = ["union", "name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="competitions_team_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "employer", "name"],
                condition=Q(dissolved_on=None),
                nulls_distinct=False,
                name="competitions_team_once",
                violation_error_message="这里已有同名的班组",
            ),
            models.CheckConstraint(
                name="competitions_team_headcount",
                condition=Q(headcount__gt=0),
                violation_error_message="人数应大于 0",
            ),
            models.CheckConstraint(
                name="competitions_team_dates",
                condition=Q(dissolved_on=None) | Q(founded_on=None) | Q(dissolved_on__gte=F("founded_on")),
                violation_error_message="撤销日期不能早于成立日期",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("competitions:team_detail", args=[self.pk])


class Studio(Recognition):
    """A studio (劳模创新工作室, 技能大师工作室) as it was recognised; ``awarded_on`` is the day of recognition."""

    nature = models.CharField(
        "授予对象", max_length=10, choices=Nature, default=Nature.STUDIO, editable=False
    )
    leader = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="led_studios", verbose_name="领衔人"
    )
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="studios",
        verbose_name="用人单位",
    )
    field = models.CharField("专业领域", max_length=100, blank=True)

    objects = StudioQuerySet.as_manager()

    class Meta(Recognition.Meta):
        verbose_name = "工作室"
        indexes = [
            models.Index(fields=["-awarded_on", "-id"], name="competitions_studio_newest"),
            models.Index(fields=["id"], name="competitions_studio_waiting", condition=Q(state="entered")),
        ]
        constraints = [
            *Recognition.Meta.constraints,
            models.CheckConstraint(
                name="competitions_studio_is_studio",
                condition=Q(nature="studio"),
                violation_error_message="请选择工作室的种类",
            ),
            models.UniqueConstraint(
                fields=["union", "title", "level"],
                condition=~Q(state="refused"),
                name="competitions_studio_once",
                violation_error_message="这一级的同名工作室已经登记过",
            ),
        ]

    def get_absolute_url(self):
        return reverse("competitions:studio_detail", args=[self.pk])


class StudioPaper(Paper):
    """A scan of the document that recognises a studio."""

    belongs_to = "studio"

    studio = models.ForeignKey(Studio, models.CASCADE, related_name="papers", verbose_name="工作室")

    objects = StudioPaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "工作室附件"
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "sha256"],
                name="competitions_studiopaper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]


class StudioMember(models.Model):
    """Somebody who works in a studio, from ``joined_on`` to (not including) ``left_on``. The leader is no member."""

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="members", verbose_name="工作室")
    worker = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="studio_terms", verbose_name="成员"
    )
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("退出日期", null=True, blank=True)

    objects = StudioMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "工作室成员"
        ordering = ["joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "worker"],
                condition=Q(left_on=None),
                name="competitions_studiomember_once",
                violation_error_message="此人已是这个工作室的成员",
            ),
            models.CheckConstraint(
                name="competitions_studiomember_dates",
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                violation_error_message="退出日期不能早于加入日期",
            ),
        ]

    def __str__(self):
        return f"{self.studio_id}/{self.worker_id}"


class StudioProject(models.Model):
    """A project of a studio in one year. Approved ones count against what a year asks for (legal number
    ``studio.projects_per_year``)."""

    class State(models.TextChoices):
        PLANNED = "planned", "待立项"
        APPROVED = "approved", "已立项"
        FINISHED = "finished", "已结题"
        STOPPED = "stopped", "已终止"

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="projects", verbose_name="工作室")
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(1949), MaxValueValidator(2100)]
    )
    title = models.CharField("项目名称", max_length=100)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED)
    approved_on = models.DateField("立项日期", null=True, blank=True)
    document_number = models.CharField("立项文号", max_length=50, blank=True)
    outcome = models.CharField("成果", max_length=500, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = StudioProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "工作室项目"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "year", "title"],
                name="competitions_studioproject_once",
                violation_error_message="这个年度已有同名的项目",
            ),
            models.CheckConstraint(
                name="competitions_studioproject_approved",
                condition=Q(state="planned", approved_on=None)
                | Q(state__in=["approved", "finished"], approved_on__isnull=False)
                | Q(state="stopped"),
                violation_error_message="已立项和已结题的应填写立项日期，待立项的留空",
            ),
            models.CheckConstraint(
                name="competitions_studioproject_outcome",
                condition=~Q(state="finished") | ~Q(outcome=""),
                violation_error_message="已结题的应填写成果",
            ),
        ]

    def __str__(self):
        return self.title
