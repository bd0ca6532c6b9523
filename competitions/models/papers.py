"""Papers of contests: the rules file, the notice, the budget."""

from django.db import models

from competitions.models.contests import Contest
from competitions.querysets.contests import ContestPaperQuerySet
from core.papers import Paper


class ContestPaper(Paper):
    """A paper of a contest. Who may enter the contest opens its rules and its notice; the rest is the holder's."""

    class Kind(models.TextChoices):
        RULES = "rules", "规则文件"
        NOTICE = "notice", "通知"
        BUDGET = "budget", "预算"
        OTHER = "other", "其他"

    belongs_to = "contest"

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="papers", verbose_name="竞赛")
    kind = models.CharField("种类", max_length=10, choices=Kind)

    objects = ContestPaperQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = "竞赛文件"
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "sha256"],
                name="competitions_contestpaper_once",
                violation_error_message="这个文件已经上传过",
            ),
        ]
