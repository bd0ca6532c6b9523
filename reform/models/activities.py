"""Activities (活动) of the unions: what was held, when, and how many took part. No single person is named."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.numbers import COUNT_LIMIT
from reform.models.plan import Measure
from reform.querysets.activities import ActivityQuerySet


class Activity(models.Model):
    """One activity of a union; it counts for the period in which its first day lies (domain facts 15.1).

    ``participants`` are 人次 and ``works`` the pieces handed in; empty means not counted yet, and both stay empty until
    the activity was held. ``ends_on`` is the last day, empty when there is one day only.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "计划中"
        HELD = "held", "已举办"
        CANCELLED = "cancelled", "已取消"

    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="activities", verbose_name="主办工会"
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="对应举措"
    )
    kind = models.CharField("活动种类", max_length=20)
    title = models.CharField("活动名称", max_length=100)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    place = models.CharField("地点", max_length=100, blank=True)
    link = models.URLField("网络链接", max_length=500, blank=True)
    hosts = models.CharField("主办单位", max_length=200, blank=True)
    participants = models.PositiveIntegerField(
        "参与人次", null=True, blank=True, validators=[MaxValueValidator(COUNT_LIMIT)]
    )
    works = models.PositiveIntegerField(
        "作品数", null=True, blank=True, validators=[MaxValueValidator(COUNT_LIMIT)]
    )
    note = models.TextField("说明", blank=True, max_length=1000)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED, editable=False)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动"
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["union", "-starts_on", "-id"], name="reform_activity_of_union"),
            models.Index(fields=["-starts_on", "-id"], name="reform_activity_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "title", "starts_on"],
                condition=~Q(state="cancelled"),
                name="reform_activity_once",
                violation_error_message="本工会在这一天已登记同名的活动，请核对是否重复登记",
            ),
            models.CheckConstraint(
                name="reform_activity_dates",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期",
            ),
            models.CheckConstraint(
                name="reform_activity_where",
                condition=~Q(place="") | ~Q(link=""),
                violation_error_message="请填写地点；在网上举办的填写网络链接",
            ),
            models.CheckConstraint(
                name="reform_activity_link_https",
                condition=Q(link="") | Q(link__startswith="https://"),
                violation_error_message="网络链接须以 https:// 开头",
            ),
            models.CheckConstraint(
                name="reform_activity_counts_when_held",
                condition=Q(state="held") | Q(participants=None, works=None),
                violation_error_message="活动举办之后才能登记参与人次和作品数",
            ),
            models.CheckConstraint(
                name="reform_activity_cancel_reason",
                condition=Q(state="cancelled") ^ Q(cancel_reason=""),
                violation_error_message="取消活动应写明原因",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("reform:activity_detail", args=[self.pk])

    @property
    def days(self) -> str:
        """The day, or the first and the last."""
        return f"{self.starts_on} 至 {self.ends_on}" if self.ends_on else str(self.starts_on)
