"""What the services of a run share: its lock, its states, and the jobs that work on it."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from core import jobs
from core.errors import RuleError
from core.models import Job
from exchange.models import ImportRun
from unions.scoping import require_editable

State = ImportRun.State
CHECK_AGAIN = ("exchange.recheck", "exchange.compare")  # jobs on rows that have been checked before


def submit(run: ImportRun, state: str, job: str, verb: str, by: User, *, hint: bool) -> None:
    """Put the run into a state and queue the job that works on it."""
    forget_marks(run)
    run.state, run.error = state, ""
    run.turn += 1
    run.save()
    require_editable(run, by)
    jobs.submit(
        kind=job,
        key=run.job_key,
        args={"run": run.pk},
        title=f"{verb}{run.kind_class.title}：{run.file_name}"[:120],
        by=by,
        union_id=run.union_id,
        page_url=run.get_absolute_url(),
        hint=hint,
    )


def forget_marks(run: ImportRun) -> None:
    """Delete the marked workbook: the rows are no longer what it says. Inside a transaction."""
    if name := run.marked:
        run.marked = ""
        ImportRun.objects.filter(pk=run.pk).update(marked="")
        transaction.on_commit(partial(default_storage.delete, name))


def locked(run: ImportRun, by: User, state: str | None = None) -> ImportRun:
    """The run, locked for this transaction. Raises PermissionDenied, and RuleError for another state."""
    require_editable(run, by)
    run = (
        ImportRun.objects.select_for_update(of=["self"]).select_related("union", "created_by").get(pk=run.pk)
    )
    if state:
        require_state(run, state)
    return run


def require_state(run: ImportRun, state: str) -> None:
    """Raise RuleError unless the run is in this state."""
    if run.state != state:
        raise RuleError(f"批次现在处于“{run.get_state_display()}”，请刷新页面。", code="state")


def require_kind(run: ImportRun, by: User) -> None:
    """Raise PermissionDenied unless the user may write records of the run's kind."""
    if not by.has_perm(run.kind_class.permission):
        raise PermissionDenied


@transaction.atomic
def recover(*, run: ImportRun) -> None:
    """Bring a run whose job has failed for good back to where its user can go on."""
    run = ImportRun.objects.select_for_update(of=["self"]).get(pk=run.pk)
    job = Job.objects.filter(key=run.job_key).first()
    if not run.is_busy or job is None or job.state != Job.State.FAILED:
        return
    after = {State.APPLYING: State.CHECKED, State.UNDOING: State.APPLIED}
    back = State.CHECKED if job.kind in CHECK_AGAIN else after.get(run.state, State.FAILED)
    run.state, run.error = back, job.error
    run.save()
