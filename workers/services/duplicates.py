"""Looking at pairs that may be one person, and asking for the search of the whole roll."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core import jobs
from core.access import Permission
from core.errors import RuleError
from core.models import Job
from workers.duplicates import KIND, find_all, find_for
from workers.models import DuplicatePair
from workers.rules import stated_reason

AT_ONCE = (
    500  # people of one import whose pairs are looked up with it; more wait for a search of the whole roll
)


@transaction.atomic
def mark_distinct(*, pair: DuplicatePair, note: str, by: User) -> DuplicatePair:
    """Remember that two records are two people, with the reason. Raises RuleError when the pair is not open."""
    locked = DuplicatePair.objects.select_for_update(of=("self",)).select_related("low", "high")
    pair = locked.get(pk=pair.pk)
    _require_both(pair, by)
    if pair.state != DuplicatePair.State.OPEN:
        raise RuleError(f"这一对记录已核对为“{pair.get_state_display()}”，请刷新页面")
    pair.note = stated_reason(note, "note")
    pair.state, pair.decided_by, pair.decided_at = DuplicatePair.State.DISTINCT, by, timezone.now()
    pair.save(update_fields=["state", "note", "decided_by", "decided_at"])
    _require_both(pair, by)
    for worker, other in ((pair.low, pair.high), (pair.high, pair.low)):
        about = {"pair": pair.pk, "other": other.pk, "note": pair.note}
        audit.record(by, "workers.distinct", worker, union_id=worker.union_id, **about)
    return pair


def request_search(*, by: User | None, hint: bool = True) -> Job:
    """Queue a search of the whole roll; while one waits or runs, that one is returned.

    ``by=None`` is the nightly schedule. Raises PermissionDenied below the town union.
    """
    if by is not None and not by.has_perm(Permission.SETTLE_CONFLICTS):
        raise PermissionDenied
    waiting = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    if job := waiting.order_by("-pk").first():
        return job
    return jobs.submit(
        kind=KIND,
        key=f"{KIND}:{timezone.now():%Y%m%d%H%M%S}",
        args={},
        title="查找疑似重复记录",
        by=by,
        page_url=reverse("workers:duplicate_list"),
        hint=hint,
    )


def search_roll(*, finish) -> None:
    """Bring all pairs into line with the roll; the job's result names groups too large to be pairs."""
    with finish() as result:
        search = find_all()
        result.update(
            pairs=search.pairs, changed=search.changed, dropped=search.dropped, groups=search.groups
        )


def look_up(worker_ids: list[int]) -> None:
    """The pairs of people who have just come: at once for a few, else with a search of the whole roll."""
    if len(worker_ids) <= AT_ONCE:
        find_for(worker_ids)
    elif worker_ids:
        request_search(by=None)


def _require_both(pair: DuplicatePair, by: User) -> None:
    if not DuplicatePair.objects.editable_by(by).filter(pk=pair.pk).exists():
        raise PermissionDenied
