"""The import rows that touched one person (settings.PERSON_RECORDS)."""

from django.utils import timezone

from core.exchange import kinds_of_people
from exchange.models import ImportEffect

HEADINGS = ("导入批次", "行号", "工会", "导入时间", "确认人", "结果")


def records_of(worker, *, by, full_numbers: bool) -> list[tuple]:
    """One sheet; runs are forgotten when they can no longer be undone, and their rows with them."""
    found = (
        ImportEffect.objects.visible_to(by)
        .filter(target_id=worker.pk, row__run__kind__in=kinds_of_people())
        .select_related("row__run__union", "row__run__applied_by")
        .order_by("pk")
    )
    rows = [
        (
            str(effect.row.run_id),
            str(effect.row.number),
            effect.row.run.union.name if effect.row.run.union else "全镇",
            f"{timezone.localtime(effect.row.run.applied_at):%Y-%m-%d %H:%M}",
            str(effect.row.run.applied_by),
            effect.get_outcome_display(),
        )
        for effect in found
    ]
    return [("导入记录", HEADINGS, rows)]
