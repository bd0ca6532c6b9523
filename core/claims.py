"""A worker's hold on one background job: its fence, its lease, its progress, its end.

The lease is renewed by a thread with its own database connection, so a long statement or a long open
transaction of the handler loses neither the lease nor the progress bar. The thread dies with the process.
"""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.models import Job

PROGRESS_SECONDS = 0.5  # at most two progress writes a second, however often a handler reports

# KEY SHARE holds off a claim (FOR UPDATE) and lets the progress thread through (FOR NO KEY UPDATE).
HOLD = "SELECT 1 FROM core_job WHERE id = %s AND fence = %s AND state = 'running' FOR KEY SHARE"


class LostClaimError(Exception):
    """Another worker has taken the job over: stop, roll back, say nothing to the user."""


def lease() -> timedelta:
    """How long a claim holds without a sign of life."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


@dataclass
class Claim:
    """What a handler gets: the job, its arguments, and the fence that proves the hold.

    A handler does its final writes inside ``finish()``; everything before must be safe to do twice.
    """

    job: Job
    fence: int
    lost: bool = False
    finished: bool = False
    step: tuple[int, int, str] | None = None
    changed: threading.Event = field(default_factory=threading.Event)

    @property
    def args(self) -> dict[str, Any]:
        """The arguments given to ``jobs.submit``: ids only."""
        return self.job.args

    @property
    def by(self):
        """The user who asked for the work, or None for work of the schedule."""
        return self.job.created_by

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Show how far the work is and which step it is in; cheap enough to call for each row.

        Raises LostClaimError once another worker holds the job.
        """
        if self.finished:
            return
        if self.lost:
            raise LostClaimError(self.job.pk)
        self.step = (done, total, note)
        self.changed.set()

    @contextmanager
    def finish(self):
        """One transaction for the handler's final writes and the end of the job.

        Yields the dict that becomes ``job.result``. Raises LostClaimError, and rolls everything back, if the
        job is no longer ours; nobody can claim it while the block runs.
        """
        result: dict[str, Any] = {}
        with transaction.atomic():
            self._hold()
            yield result
            self._end(state=Job.State.DONE, result=result, note="", progress_done=F("progress_total"))
        self.finished = True

    def fail(self, message: str) -> None:
        """End the job as failed with a text for the user; nothing happens if another worker took over."""
        self._mine().update(
            state=Job.State.FAILED, error=message, note="", lease_until=None, finished_at=Now()
        )

    def release(self, message: str, *, wait: timedelta) -> None:
        """Queue the job again after a failed attempt; the schedule sends its next hint after ``wait``."""
        self._mine().update(state=Job.State.QUEUED, note=message, lease_until=Now() + wait)

    def renew(self) -> None:
        """Extend the lease and store the progress; marks the claim as lost if the fence has moved on.

        A row that is not there yet belongs to a transaction of the caller: nobody else can have it.
        """
        values: dict[str, Any] = {"lease_until": Now() + lease()}
        self.changed.clear()
        if self.step is not None:
            values["progress_done"], values["progress_total"] = self.step[:2]
            values["note"] = self.step[2][:200]
        if not self._mine().update(**values):
            self.lost = Job.objects.filter(pk=self.job.pk).exists()

    def _mine(self):
        return Job.objects.filter(pk=self.job.pk, fence=self.fence, state=Job.State.RUNNING)

    def _hold(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [self.job.pk, self.fence])
            if cursor.fetchone() is None:
                raise LostClaimError(self.job.pk)

    def _end(self, **values) -> None:
        if self.step is not None:
            values["progress_done"] = values["progress_total"] = self.step[1]
        if not self._mine().update(lease_until=None, finished_at=Now(), **values):
            raise LostClaimError(self.job.pk)


class Heartbeat(threading.Thread):
    """Renews a claim's lease three times per lease, and sooner when there is progress to show.

    A context manager; a database that is away is tried again, and the fence decides in the end.
    """

    def __init__(self, claim: Claim):
        super().__init__(name=f"job-{claim.job.pk}", daemon=True)
        self.claim = claim
        self.stopped = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc_info):
        self.stopped.set()
        self.claim.changed.set()
        self.join(timeout=10)

    def run(self):
        """Until stopped or lost: wait for progress or for a third of the lease, then renew."""
        try:
            while not self.stopped.is_set() and not self.claim.lost and not self.claim.finished:
                self.claim.changed.wait(lease().total_seconds() / 3)
                if self.stopped.is_set() or self.claim.finished:
                    break
                self._renew()
                self.stopped.wait(PROGRESS_SECONDS)
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                self.claim.renew()
        except DatabaseError:
            connection.close()
