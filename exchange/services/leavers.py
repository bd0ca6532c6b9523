"""Saying of people whom a full list leaves out that they are still there."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from exchange.models import ImportRun
from exchange.services.states import State, locked, require_kind


@transaction.atomic
def keep_leavers(*, run: ImportRun, shown: set[int], kept: set[int], by: User) -> int:
    """Note which of the people ``shown`` on a page stay as they are; the others are asked about when the run is
    written. Returns how many are to be asked about in all. Raises RuleError once the run is past its check."""
    require_kind(run, by)
    run = locked(run, by, State.CHECKED)
    run.missing.filter(target_id__in=shown & kept).update(is_kept=True)
    run.missing.filter(target_id__in=shown - kept).update(is_kept=False)
    left = run.missing.filter(is_kept=False).count()
    audit.record(by, "exchange.leavers", run, union_id=run.union_id, kept=run.leavers - left, asked=left)
    return left
