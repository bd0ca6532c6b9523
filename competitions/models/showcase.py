"""What of innovations is shown to everybody (创新成果展示): the consent of whose they are, and what was published."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from competitions.models.innovations import Contributor, Innovation
from competitions.querysets.showcase import ConsentQuerySet, PublicationQuerySet
from core.papers import Paper


class Consent(Paper):
    """The signed form (个人信息保护法 25: publishing needs a consent of its own) by which a person agrees to be shown as
    one of those who made an innovation: with the name or without, with pictures or without. One is in force until it
    is withdrawn; it can be withdrawn at any time (15)."""

    contributor = models.ForeignKey(
        Contributor, models.PROTECT, related_name="consents", verbose_name="成果完成人"
    )
    given_on = models.DateField("同意日期")
    shows_name = models.BooleanField("同意公开姓名", default=False)
    shows_pictures = models.BooleanField("同意公开图片", default=False)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True, editable=False)
    belongs_to = "contributor"

    objects = ConsentQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "公开同意书"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contributor"],
                condition=Q(withdrawn_on=None),
                name="competitions_consent_one_in_force",
                violation_error_message="已登记此人的同意书。范围有变的，请先登记撤回，再登记新的同意书。",
            ),
            models.CheckConstraint(
                name="competitions_consent_dates",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                violation_error_message="撤回日期不能早于同意日期",
            ),
        ]


class Publication(models.Model):
    """What everybody reads about an innovation since it was published. Whether it is shown in truth is told by
    ``on_show``: reviewed, and with the author's consent in force at that moment."""

    innovation = models.OneToOneField(
        Innovation, models.PROTECT, related_name="publication", verbose_name="创新成果"
    )
    text = models.TextField("展示文字", max_length=1000, validators=[MaxLengthValidator(1000)])
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间", auto_now_add=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "成果展示"
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["-published_at", "-id"], name="competitions_publication_new")]

    def __str__(self):
        return str(self.innovation_id)

    def get_absolute_url(self):
        return reverse("showcase:innovation", args=[self.pk])


class Showcase(models.Model):
    """How the town shows innovations: one row, or none before anybody has changed anything."""

    ONLY = 1

    intro = models.TextField("页首说明", max_length=500, blank=True)
    is_indexed = models.BooleanField("允许搜索引擎收录", default=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "成果展示设置"
        constraints = [
            models.CheckConstraint(name="competitions_showcase_only_one", condition=Q(pk=1)),
        ]

    def __str__(self):
        return "成果展示设置"
