"""A pair of records of ``union``, and a merge that was done there."""

from tests.factories.workers import WorkerFactory
from workers.models import DuplicatePair
from workers.services import merge_workers


def make(cast) -> dict[str, int]:
    """``pair``, its younger record as ``twin``, and ``merge``."""
    twin, gone = (WorkerFactory(employer=cast["employer"], name=name) for name in ("试孪", "试旧"))
    by = cast["users"]["clerk"]
    merge = merge_workers(kept=twin, absorbed=gone, facts={}, note="已核对证件", by=by)
    pair, _ = DuplicatePair.objects.get_or_create(
        low=cast["worker"], high=twin, defaults={"same_phone": True}
    )
    return {"pair": pair.pk, "twin": twin.pk, "merge": merge.pk}
