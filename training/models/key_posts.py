"""Key posts (关键岗位) and posts that need a certificate: what they ask for, and who holds them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from training.models.certificates import LEVELS
from training.querysets.key_posts import KeyPostHolderQuerySet, KeyPostQuerySet
from unions.spells import same, same_and_overlapping


class KeyPost(models.Model):
    """One post at work, from a day to (not including) a day, with the level and the permit that it asks for.

    What 关键岗位 means is written in the office's definition ``key_post``; a post with ``is_key`` off is kept for its
    certificate only. A post with several ``seats`` is held by several people at once. When the requirements change,
    the post ends and a new one ``follows`` it, so that past figures stay.
    """

    union = models.ForeignKey("unions.Union", models.PROTECT, related_name="key_posts", verbose_name="工会")
    employer = models.ForeignKey(
        "unions.Employer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="key_posts",
        verbose_name="用人单位",
    )
    title = models.CharField("岗位名称", max_length=50)
    workshop = models.CharField("车间（工序）", max_length=50, blank=True)
    trade = models.CharField("工种", max_length=50, blank=True)
    is_key = models.BooleanField("关键岗位", default=True)
    required_level = models.CharField("要求的技能等级", max_length=10, blank=True)
    permit_category = models.CharField("要求的特种作业类别", max_length=10, blank=True)
    seats = models.PositiveSmallIntegerField("席位", default=1, validators=[MinValueValidator(1)])
    start = models.DateField("设岗日期")
    end = models.DateField("撤岗日期", null=True, blank=True, editable=False)
    follows = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followed_by",
        verbose_name="变更前的岗位",
    )
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = KeyPostQuerySet.as_manager()

    class Meta:
        verbose_name = "关键岗位"
        ordering = ["union", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                "union",
                Coalesce("employer", 0),
                "title",
                "workshop",
                condition=Q(end=None),
                name="training_keypost_once",
                violation_error_message="这个单位已登记同名的岗位。有几个席位的，请修改原岗位的席位；不同车间的，请填写车间（工序）。",
            ),
            models.CheckConstraint(
                name="training_keypost_end_after_start",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="撤岗日期应晚于设岗日期",
            ),
            models.CheckConstraint(
                name="training_keypost_has_seats",
                condition=Q(seats__gt=0),
                violation_error_message="席位应大于 0",
            ),
            models.CheckConstraint(
                name="training_keypost_level_is_a_rung",
                condition=Q(required_level__in=["", *LEVELS]),
                violation_error_message="要求的技能等级应为初级工以上的等级",
            ),
            models.CheckConstraint(
                name="training_keypost_says_something",
                condition=Q(is_key=True) | ~Q(required_level="") | ~Q(permit_category=""),
                violation_error_message="不是关键岗位、也不要求证书的岗位不用登记。请勾选“关键岗位”，或选择要求的技能等级、特种作业类别。",
            ),
        ]

    def __str__(self):
        return f"{self.title}（{self.workshop}）" if self.workshop else self.title

    def get_absolute_url(self):
        return reverse("training:key_post_detail", args=[self.pk])

    @property
    def needs_certificate(self) -> bool:
        """Whoever holds it must have a certificate of skill or a permit: the base of C3 持证率."""
        return bool(self.required_level or self.permit_category)


class KeyPostHolder(models.Model):
    """One person holds one post, from a day to (not including) a day; once at a time."""

    key_post = models.ForeignKey(KeyPost, models.PROTECT, related_name="holders", verbose_name="岗位")
    worker = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="held_posts", verbose_name="职工"
    )
    start = models.DateField("上岗日期")
    end = models.DateField("离岗日期", null=True, blank=True)
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = KeyPostHolderQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位任职人员"
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                name="training_keypostholder_end_after_start",
                condition=Q(end=None) | Q(end__gt=F("start")),
                violation_error_message="离岗日期应晚于上岗日期",
            ),
            ExclusionConstraint(
                name="training_keypostholder_once",
                expressions=[same_and_overlapping("worker"), same("key_post")],
                violation_error_message="此人在此期间已登记在这个岗位上",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} @ {self.key_post_id}"
