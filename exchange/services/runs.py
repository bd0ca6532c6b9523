"""What happens to an import run: check, confirm, apply, undo, retry.

Check, apply and undo are done by background jobs; their services take ``progress`` and ``finish`` of the
job's claim, so the last writes and the end of the job are one transaction.
"""

import datetime as dt

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core import jobs
from core.errors import RuleError
from core.models import Job
from exchange import checking, leaving, staging
from exchange.models import ImportEffect, ImportRun
from exchange.queries import conflicts_of
from exchange.remembering import ASKS_A_PERSON
from exchange.services.states import State, locked, require_kind, require_state, submit
from unions.scoping import require_editable


def check(*, run_id: int, progress, finish) -> None:
    """Read, clean and compare the whole file. A file that cannot be understood ends as refused, one
    whose columns a person has to name as mapping, with the reason."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
    if run.state not in (State.UPLOADED, State.CHECKING):
        return
    ImportRun.objects.filter(pk=run.pk).update(state=State.CHECKING)
    reason, after, kind = "", State.REFUSED, None
    try:
        kind = checking.stage_file(run, progress)
    except RuleError as error:
        reason = error.messages[0]
        after = State.MAPPING if error.code in ASKS_A_PERSON else State.REFUSED
    except FileNotFoundError:
        reason = "上传的文件已不在服务器上。请重新上传。"
    progress(0, 0, "正在与名册比对")
    with finish() as result:
        if reason:
            staging.staged(run).execute("DELETE FROM {rows} r WHERE {of_run}")
            staging.count(run)
            run.header, run.fingerprint = {}, ""
            run.state, run.error = after, reason
        else:
            checking.settle(run, kind)
            run.state, run.error = State.CHECKED, ""
        run.checked_at = timezone.now()
        run.save()
        _report_conflicts(run)
        result.update(run.counts, rows=run.rows, error=run.error)


@transaction.atomic
def confirm(*, run: ImportRun, mode: str, by: User, typed: str = "", hint: bool = True) -> ImportRun:
    """Queue the writing of a checked run. A second click changes nothing. ``typed`` is the number of people missing
    from a full list, needed when they are many. Raises RuleError."""
    if mode not in ImportRun.Mode.values:
        raise RuleError("请选择导入方式。")
    require_kind(run, by)
    run = locked(run, by)
    if run.state in (State.APPLYING, State.APPLIED):
        return run
    require_state(run, State.CHECKED)
    if mode == ImportRun.Mode.ALL and run.failed:
        raise RuleError(
            f"有 {run.failed} 行存在问题。请先在表格中改正，或选择“{ImportRun.Mode.GOOD.label}”。",
            code="has_problems",
        )
    leavers = leaving.asked(run)
    if leaving.must_be_typed(run, leavers) and typed.strip() != str(leavers):
        raise RuleError(
            f"名单中没有的会员有 {leavers} 人，超过本工会会员的五分之一，没有导入。请核对是否选对了文件；"
            f"确实如此的，在“核实人数”中填写 {leavers} 再确认。",
            code="many_leavers",
        )
    if not run.good and not leavers and not conflicts_of(run):
        raise RuleError("没有可以写入的行：各行都与名册相同、被跳过或有问题。", code="nothing_to_do")
    run.mode = mode
    submit(run, State.APPLYING, "exchange.apply", "导入", by, hint=hint)
    return run


def apply(*, run_id: int, by: User, progress, finish) -> None:
    """Write a confirmed run in one transaction. Raises RuleError, with the run back in preview, if the records
    have moved on so that all-or-nothing no longer holds."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
    if run.state != State.APPLYING:
        return
    kind = checking.kind_for(run, by)
    kind.prepare(run.header["positions"])
    progress(0, 2 * run.good, "正在与最新的名册核对")
    try:
        with finish() as result:
            reported = _write(run, kind, by, progress)
            result.update(run.counts, rows=run.rows, applied=run.applied, reported=reported)
    except RuleError as error:
        with transaction.atomic():
            run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
            checking.compare_again(run, kind)
            run.state, run.error = State.CHECKED, error.messages[0]
            run.save()
        raise


def _write(run: ImportRun, kind, by: User, progress) -> int:
    """Everything inside the transaction; returns how many conflicts were reported.

    Comparing and writing take about the same time, so each counts as half of the way.
    """
    rows = staging.staged(run)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"exchange.{run.kind}"])
    lost = checking.check_again(run, kind)
    if lost and run.mode == ImportRun.Mode.ALL:
        raise RuleError(
            f"核对之后有 {lost} 行的记录已有变化，本次没有写入任何一行。各行已按最新记录重新核对，请查看后再确认。"
        )
    progress(run.good, 2 * run.good, "正在写入名册")
    kind.apply(rows)
    staging.count(run)
    if run.mode == ImportRun.Mode.ALL and run.failed:
        raise RuleError(_first_problem(run))
    run.proposed = leaving.propose_leavers(run, kind)
    reported = kind.report_conflicts(rows)
    _sign(run, by)
    audit.record(
        by,
        "exchange.apply",
        run,
        union_id=run.union_id,
        kind=run.kind,
        file=run.file_name,
        sha256=run.sha256,
        rows=run.rows,
        applied=run.applied,
        reported=reported,
        proposed=run.proposed,
        **run.counts,
    )
    return reported


def _sign(run: ImportRun, by: User) -> None:
    """Who wrote the run, when, and until when it can be undone."""
    now = timezone.now()
    run.state, run.error = State.APPLIED, ""
    run.applied = ImportEffect.objects.filter(row__run=run).count()
    run.applied_by, run.applied_at = by, now
    run.undo_until = now + dt.timedelta(days=settings.UNDO_DAYS)
    run.save()
    require_editable(run, by)


@transaction.atomic
def request_undo(*, run: ImportRun, by: User, hint: bool = True) -> ImportRun:
    """Queue taking an applied run back. Raises RuleError when it is too late or not applied."""
    require_kind(run, by)
    run = locked(run, by)
    if run.state in (State.UNDOING, State.UNDONE):
        return run
    require_state(run, State.APPLIED)
    if not run.can_be_undone:
        raise RuleError(f"可撤销的期限（{settings.UNDO_DAYS} 天）已过，不能再撤销。", code="too_late")
    submit(run, State.UNDOING, "exchange.undo", "撤销导入", by, hint=hint)
    return run


def undo(*, run_id: int, by: User, progress, finish) -> None:
    """Take back the applied rows nobody has touched since; the others are kept and say why."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
    if run.state != State.UNDOING:
        return
    progress(0, run.applied, "正在撤销")
    with finish() as result:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"exchange.{run.kind}"])
        kind = checking.kind_for(run, by)
        kind.undo(staging.staged(run))
        withdrawn = leaving.withdraw_leavers(run, kind)
        run.state, run.undone_by, run.undone_at = State.UNDONE, by, timezone.now()
        run.save()
        require_editable(run, by)
        outcome = run.outcomes()
        audit.record(by, "exchange.undo", run, union_id=run.union_id, withdrawn=withdrawn, **outcome)
        result.update(outcome)


@transaction.atomic
def retry(*, run: ImportRun, by: User) -> ImportRun:
    """Queue the failed job of a run again."""
    run = locked(run, by)
    job = Job.objects.filter(key=run.job_key).first()
    if job is None or job.state != Job.State.FAILED or not run.is_busy:
        raise RuleError("没有失败的处理可以重试，请刷新页面。")
    jobs.retry(job, by=by)
    return run


def _first_problem(run: ImportRun) -> str:
    line = run.lines.failing().order_by("number").first()
    return f"第 {line.number} 行写入时被拒绝，本次没有写入任何一行：{line.problems[-1]['message']}"


def _report_conflicts(run: ImportRun) -> None:
    """People who belong elsewhere: the uploader learns nothing, the town union finds them in the audit trail."""
    found = run.lines.filter(verdict="conflict").count()
    if found:
        audit.record(run.created_by, "exchange.conflicts", run, union_id=run.union_id, rows=found)
