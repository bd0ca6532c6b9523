"""What hangs on a stage besides its facts: criteria and seats, when a contest is cloned or a stage removed."""

from competitions.models import Criterion, Mark, Stage
from core.errors import RuleError

CRITERION_FIELDS = ["position", "title", "most", "guidance"]


def copy_criteria(*, source: Stage, target: Stage) -> None:
    """Give a new stage the criteria of another. Part of cloning a contest, whose audit entry stands for it."""
    Criterion.objects.bulk_create(
        Criterion(stage=target, **{name: getattr(one, name) for name in CRITERION_FIELDS})
        for one in source.criteria.all()
    )


def clear_stage(stage: Stage) -> None:
    """Take away what hangs on a stage that is to be removed. Raises RuleError for marks, typings or absences."""
    if Mark.objects.filter(seat__stage=stage).exists() or stage.absences.exists():
        raise RuleError(f"环节“{stage.title}”已有评分或缺考登记，不能删除")
    if stage.seats.filter(typings__isnull=False).exists():
        raise RuleError(f"环节“{stage.title}”的评分表已开始录入，不能删除")
    stage.seats.all().delete()
    stage.criteria.all().delete()
