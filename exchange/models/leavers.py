"""Records that a full list should name and does not."""

from django.db import models

from exchange.models.runs import ImportRun
from exchange.querysets import LeaverQuerySet


class ImportLeaver(models.Model):
    """Somebody a full list (完整名单) leaves out. ``is_kept``: a person says that the record stays as it is.

    ``made_id`` is what became of it when the run was written: the proposal about the person.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="missing", verbose_name="导入批次")
    target_id = models.BigIntegerField("对象编号")
    is_kept = models.BooleanField("仍在册", default=False)
    made_id = models.BigIntegerField("提请事项", null=True, blank=True)

    objects = LeaverQuerySet.as_manager()

    class Meta:
        verbose_name = "名单中没有的人"
        ordering = ["target_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "target_id"],
                name="exchange_leaver_once",
                violation_error_message="同一人只能出现一次",
            ),
        ]

    def __str__(self):
        return f"{self.run_id}/{self.target_id}"
