"""Durable background work: submit, run, retry, and find again what was lost.

The row in ``core.Job`` is the truth. A Celery message only says "look at job N", so a lost, doubled or
late message does no harm, and a dead broker only delays the work.
"""

import logging
import time
import traceback
from datetime import timedelta

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from core.claims import Claim, Heartbeat, LostClaimError, lease
from core.errors import RuleError
from core.models import Job

__all__ = ["Claim", "LostClaimError", "requeue_lost", "retry", "run", "run_inline", "send_hint", "submit"]

log = logging.getLogger(__name__)

HINT_TASK = "core.tasks.run_job"  # by name: services never import tasks
HINT_AGAIN = timedelta(seconds=30)  # a queued job whose hint brought nothing gets another one after this
RETRY_WAIT = timedelta(seconds=5)  # times the number of attempts
HINTS_AT_ONCE = 200

# One statement decides: of two workers with the same hint, the second finds no row.
CLAIM = """
UPDATE core_job
SET state = 'running', attempts = attempts + 1, fence = fence + 1,
    lease_until = statement_timestamp() + %(lease)s, started_at = statement_timestamp(),
    progress_done = 0, progress_total = 0, note = '', error = ''
WHERE id = (SELECT id FROM core_job WHERE id = %(id)s AND state = 'queued' FOR UPDATE SKIP LOCKED)
RETURNING fence
"""

# A worker that dies leaves no word: the end of its lease is the only sign. A job inside its finishing
# transaction is locked (core.claims.HOLD) and not lost, however late it is.
TAKE_BACK = """
UPDATE core_job
SET state = CASE WHEN attempts < %(limit)s THEN 'queued' ELSE 'failed' END,
    note = CASE WHEN attempts < %(limit)s THEN %(again)s ELSE '' END,
    error = CASE WHEN attempts < %(limit)s THEN '' ELSE %(spent)s END,
    finished_at = CASE WHEN attempts < %(limit)s THEN NULL ELSE statement_timestamp() END,
    lease_until = CASE WHEN attempts < %(limit)s THEN statement_timestamp() END
WHERE id IN (
    SELECT id FROM core_job
    WHERE state = 'running' AND lease_until < statement_timestamp() AND (%(id)s IS NULL OR id = %(id)s)
    FOR UPDATE SKIP LOCKED
)
"""

AGAIN = "后台程序中断，已重新排队"
INTERRUPTED = "后台程序多次中断，任务未能完成。请重试；如仍失败，请联系系统管理员。"
STOPPED = "任务已被操作人员中断。"
OVERTIME = "处理超过时间上限，任务未能完成。请减少数据量后重试，或联系系统管理员。"
UNEXPECTED = "处理时发生意外错误，任务未能完成。请重试；如仍失败，请联系系统管理员（错误类型 {cause}）。"


def submit(
    *,
    kind: str,
    key: str,
    args: dict,
    title: str,
    by,
    union_id: int | None = None,
    page_url: str = "",
    hint: bool = True,
) -> Job:
    """Queue work once per key: a second submit with the same key returns the first job, whatever its state.

    ``args`` are ids only. The hint goes out when the surrounding transaction commits; a dead broker
    leaves the job queued. ``hint=False`` is for callers that go on with ``run_inline``.
    """
    if kind not in settings.JOB_HANDLERS:
        raise ImproperlyConfigured(f"JOB_HANDLERS in settings has no handler for {kind!r}")
    wanted = Job(
        kind=kind, key=key, args=args, title=title, created_by=by, union_id=union_id, page_url=page_url
    )
    Job.objects.bulk_create([wanted], ignore_conflicts=True)
    job = Job.objects.get(key=key)
    if hint and job.state == Job.State.QUEUED:
        transaction.on_commit(lambda: send_hint(job.pk))
    return job


def retry(job: Job, *, by) -> Job:
    """Queue a failed job again with fresh attempts. Raises RuleError if it has not failed."""
    queued = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
        state=Job.State.QUEUED,
        attempts=0,
        error="",
        note="",
        progress_done=0,
        progress_total=0,
        lease_until=None,
        started_at=None,
        finished_at=None,
    )
    if not queued:
        raise RuleError("只有失败的任务可以重试，请刷新页面查看最新状态。")
    log.info("job %s queued again by user %s", job.pk, by.pk)
    transaction.on_commit(lambda: send_hint(job.pk))
    job.refresh_from_db()
    return job


def send_hint(job_id: int) -> bool:
    """Tell a worker to look at the job; False when the broker is away (the schedule will try again)."""
    try:
        current_app.send_task(HINT_TASK, kwargs={"job_id": job_id})
    except (OperationalError, OSError, RuntimeError) as error:
        log.warning("broker (REDIS_URL) unreachable, job %s stays queued: %s", job_id, type(error).__name__)
        return False
    return True


def run(job_id: int) -> bool:
    """Claim the job and do it; False when there was nothing to claim.

    A RuleError fails the job at once with its own text; anything else is tried JOB_MAX_ATTEMPTS times.
    """
    _take_back(job_id)
    claim = _claim(job_id)
    if claim is None:
        return False
    with _Attempt(claim), Heartbeat(claim):
        handler = import_string(settings.JOB_HANDLERS[claim.job.kind])
        answer = handler(claim)
        if not claim.finished:
            with claim.finish() as result:
                result.update(answer or {})
    return True


def run_inline(job: Job) -> Job:
    """Do the job in this process, all attempts included, and return it when it is over.

    For management commands: same code as the worker, no broker. Waits if a worker was faster.
    """
    while not job.is_over:
        if not run(job.pk):
            time.sleep(0.2)
        job.refresh_from_db()
    return job


def requeue_lost() -> int:
    """Send hints for jobs whose worker died or whose hint was lost; returns how many were sent.

    One indexed query when there is nothing to do. Stops at the first sign of a dead broker.
    """
    _take_back()
    waiting = Job.objects.filter(state=Job.State.QUEUED).filter(
        Q(lease_until__lt=Now()) | Q(lease_until=None, created_at__lt=Now() - HINT_AGAIN)
    )
    sent = []
    for job_id in waiting.order_by("pk").values_list("pk", flat=True)[:HINTS_AT_ONCE]:
        if not send_hint(job_id):
            break
        sent.append(job_id)
    Job.objects.filter(pk__in=sent, state=Job.State.QUEUED).update(lease_until=Now() + HINT_AGAIN)
    return len(sent)


def _claim(job_id: int) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"id": job_id, "lease": lease()})
        row = cursor.fetchone()
    if row is None:
        return None
    return Claim(job=Job.objects.select_related("created_by").get(pk=job_id), fence=row[0])


def _take_back(job_id: int | None = None) -> None:
    values = {"id": job_id, "limit": settings.JOB_MAX_ATTEMPTS, "again": AGAIN, "spent": INTERRUPTED}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BACK, values)


class _Attempt:
    """Decides what an exception of a handler means for its job."""

    def __init__(self, claim: Claim):
        self.claim = claim

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if kind is None:
            return False
        if issubclass(kind, LostClaimError):
            log.warning("job %s was taken over by another worker", self.claim.job.pk)
            return True
        if not connection.in_atomic_block:
            close_old_connections()  # a broken connection must not keep the outcome from being written
        if issubclass(kind, RuleError):
            self.claim.fail(" ".join(error.messages))
        elif issubclass(kind, KeyboardInterrupt):
            self.claim.fail(STOPPED)
        elif issubclass(kind, Exception):
            self._log(kind, trace)
            self._again_or_fail(kind)
        else:
            self.claim.release(AGAIN, wait=timedelta(0))
        return issubclass(kind, Exception)

    def _log(self, kind, trace) -> None:
        """Class and places only: the text of a database error quotes the row."""
        places = "".join(traceback.format_tb(trace))
        log.error("job %s (%s): %s\n%s", self.claim.job.pk, self.claim.job.kind, kind.__name__, places)

    def _again_or_fail(self, kind) -> None:
        job = self.claim.job
        if job.attempts < settings.JOB_MAX_ATTEMPTS:
            message = f"第 {job.attempts} 次处理未成功，稍后自动重试"
            self.claim.release(message, wait=RETRY_WAIT * job.attempts)
        elif issubclass(kind, SoftTimeLimitExceeded):
            self.claim.fail(OVERTIME)
        else:
            self.claim.fail(UNEXPECTED.format(cause=kind.__name__))
