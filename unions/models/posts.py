"""Posts (任职), and the views of lists that their holders save."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from core.access import Permission
from unions.models.organisation import Union
from unions.roles import Role
from unions.scoping import ScopedQuerySet
from unions.spells import in_effect


class PostQuerySet(ScopedQuerySet):
    view_permission = Permission.MANAGE_POSTS
    edit_permission = Permission.MANAGE_POSTS

    def current(self):
        """In effect today."""
        return self.filter(in_effect(timezone.localdate()))

    def with_stages(self, soon: dt.date):
        """``stage``: where each post stands today; up to ``soon`` its end is near."""
        today, stage = timezone.localdate(), Post.Stage
        return self.annotate(
            stage=Case(
                When(end__lte=today, then=Value(stage.EXPIRED)),
                When(start__gt=today, then=Value(stage.COMING)),
                When(end__lte=soon, then=Value(stage.EXPIRING)),
                default=Value(stage.CURRENT),
            )
        )


class Post(models.Model):
    """A user holds a role over a union and all below it, from a day to (not including) a day."""

    class Stage(models.TextChoices):
        """Where a post stands today."""

        CURRENT = "current", "在任"
        EXPIRING = "expiring", "即将到期"
        EXPIRED = "expired", "已到期"
        COMING = "coming", "尚未开始"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name="账号"
    )
    union = models.ForeignKey(Union, models.PROTECT, related_name="posts", verbose_name="工会")
    role = models.CharField("角色", max_length=20, choices=Role)
    start = models.DateField("任职起")
    end = models.DateField("任职止", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="任命人"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(
                name="unions_post_dates_in_order",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="任职止应晚于任职起",
            ),
            models.CheckConstraint(
                name="unions_post_known_role",
                condition=Q(role__in=Role.values),
                violation_error_message="未知的角色",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"

    @property
    def stage_name(self) -> str:
        """The stage in words; of rows read by ``with_stages``."""
        return self.Stage(self.stage).label


class SavedViewQuerySet(ScopedQuerySet):
    view_permission = edit_permission = Permission.VIEW_ROLL

    def visible_to(self, user):
        """The user's own views, and those shared to a union the user keeps or sees from above."""
        shared = Union.objects.within_reach(user, Permission.VIEW_ROLL).order_by().values("pk")
        return self.filter(Q(owner=user) | Q(union__in=shared))

    def editable_by(self, user):
        """The user's own."""
        return self.filter(owner=user)

    def usable_by(self, user, listing: str):
        """What the user may open of one list."""
        return self.visible_to(user).filter(listing=listing)


class SavedView(models.Model):
    """A list as somebody likes it: filters, columns and order under a name, private or shared to a union."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name="保存人"
    )
    listing = models.CharField("列表", max_length=40)
    name = models.CharField("名称", max_length=40)
    union = models.ForeignKey(
        Union, models.CASCADE, null=True, blank=True, related_name="saved_views", verbose_name="共享给"
    )
    query = models.TextField("条件", blank=True)
    columns = models.JSONField("列", default=list)
    created_at = models.DateTimeField("保存时间", auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "常用查询"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"],
                name="unions_savedview_name_once",
                violation_error_message="已有同名的常用查询，请换一个名称",
            ),
        ]

    def __str__(self):
        return self.name
