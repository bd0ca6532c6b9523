"""What unions propose about people and the town decides: skill leaders and candidates share it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Proposal(models.TextChoices):
    """How far a nomination has come."""

    PROPOSED = "proposed", "待镇总工会审定"
    ACCEPTED = "accepted", "已审定"
    REFUSED = "refused", "未通过"


class Nomination(models.Model):
    """A person proposed by a union; the town accepts or refuses with a reason. An edit asks the town anew.

    ``union`` is the person's at the time of entry: figures of the past stay where they were.
    """

    State = Proposal

    worker = models.ForeignKey(
        "workers.Worker", models.PROTECT, related_name="%(class)s_rows", verbose_name="职工"
    )
    union = models.ForeignKey(
        "unions.Union", models.PROTECT, related_name="+", editable=False, verbose_name="登记时所属工会"
    )
    state = models.CharField(
        "审定", max_length=10, choices=Proposal, default=Proposal.PROPOSED, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="审定人",
    )
    decided_at = models.DateTimeField("审定时间", null=True, blank=True, editable=False)
    decision_note = models.CharField("审定说明", max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="training_%(class)s_decided_has_time",
                condition=Q(state="proposed", decided_at=None)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                violation_error_message="待审定的没有审定时间，其他的都有",
            ),
        ]
