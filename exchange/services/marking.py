"""The workbook with its faults marked: asked for, written by a job, taken, and forgotten when it no longer holds."""

from django.core.files.storage import default_storage
from django.db import transaction

from accounts import audit
from accounts.models import AuditEntry, User
from core import jobs
from core.errors import RuleError
from core.models import Job
from exchange import attempts, marking, staging
from exchange.models import ImportRun
from exchange.queries import mark_job_of
from exchange.services.states import State, locked

FOLDER = "marked"
MARKED_STATES = (State.CHECKED, State.APPLIED)
CHANGED = "生成期间这一批次又有改动，文件没有保留。请重新生成。"


@transaction.atomic
def request_marks(*, run: ImportRun, by: User, hint: bool = True) -> Job | None:
    """Queue the writing of the marked workbook; None when it is there already. A job at work is not doubled.

    Raises RuleError when the run has no rows that need mending.
    """
    run = locked(run, by)
    if run.state not in MARKED_STATES or not run.file or not run.lines.failing().exists():
        raise RuleError("这个批次没有需要改正的行。")
    if run.marked:
        return None
    last = mark_job_of(run)
    if last and not last.is_over:
        return last
    return jobs.submit(
        kind="exchange.mark",
        key=f"exchange.mark:{run.pk}:{last.pk if last else 0}",
        args={"run": run.pk},
        title=f"标出错误：{run.file_name}"[:120],
        by=by,
        union_id=run.union_id,
        page_url=run.get_absolute_url(),
        hint=hint,
    )


def write_marks(claim) -> dict:
    """Handler of jobs of the kind ``exchange.mark``. Only the holder of the fence keeps a file, and only if the rows
    are still what was marked."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=claim.args["run"])
    if run.state not in MARKED_STATES or not run.file:
        raise RuleError("这个批次已不能标出错误，请刷新页面。")
    attempts.remove_older(FOLDER, claim)
    before = staging.stamp(run)
    path = attempts.path_for(FOLDER, claim, "xlsx")
    with attempts.kept_if_finished(path) as temporary:
        own = marking.mark(run, temporary, claim.progress)
        _, size = attempts.settle(temporary)
        with claim.finish() as result:
            run = ImportRun.objects.select_for_update(of=["self"]).get(pk=run.pk)
            if run.state not in MARKED_STATES or run.marked or staging.stamp(run) != before:
                temporary.unlink()
                result.update(changed=True)
            else:
                temporary.replace(path)
                run.marked = attempts.stored_name(path)
                run.save(update_fields=["marked"])
                result.update(own=own, size=size, rows=run.failed)
    return {}


@transaction.atomic
def record_taking(*, run: ImportRun, by: User, ip: str | None) -> None:
    """Log that the marked workbook leaves the house. Raises RuleError when there is none."""
    run = locked(run, by)
    if not run.marked or not default_storage.exists(run.marked):
        raise RuleError("还没有标出错误的表格，或核对结果已有变化。请重新生成。", code="gone")
    audit.record(
        by,
        "exchange.workbook",
        run,
        category=AuditEntry.Category.ACCESS,
        ip=ip,
        union_id=run.union_id,
        rows=run.failed,
    )
