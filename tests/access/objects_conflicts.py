"""A case about the worker of ``union``, claimed by the other union."""

from workers.models import Conflict
from workers.services.conflicts import open_conflict


def make(cast) -> dict[str, int]:
    """``conflict``: open, held by ``union``."""
    stated = {"name": "试他称", "sex": "1"}
    by = cast["users"]["stranger"]
    open_conflict(worker_id=cast["worker"].pk, claimant=cast["other"], claimed=stated, by=by)
    return {"conflict": Conflict.objects.get().pk}
