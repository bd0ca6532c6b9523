"""What happens to an import run: upload, check, mend, apply, undo, discard.

Check, apply and undo are done by background jobs; their services take ``progress`` and ``finish`` of the
job's claim, so the last writes and the end of the job are one transaction.
"""

import datetime as dt
import hashlib
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core import jobs
from core.access import Permission
from core.characters import TextError, clean_text
from core.errors import RuleError
from core.exchange import kind_of
from core.models import Job
from exchange import checking, staging
from exchange.models import ImportEffect, ImportRow, ImportRun
from exchange.queries import conflicts_of
from unions.models import Union
from unions.scoping import require_editable

State = ImportRun.State
MEGABYTE = 1024 * 1024
FILE_NAME_LENGTH = 200


def refuse_size(size: int) -> None:
    """Raise RuleError for a file that is empty or above UPLOAD_MAX_BYTES."""
    if size == 0:
        raise RuleError("文件是空的，没有任何内容。请确认选对了文件，填好后再上传。", code="empty")
    most = settings.UPLOAD_MAX_BYTES
    if size > most:
        raise RuleError(
            f"文件有 {size / MEGABYTE:.1f} MB，超过上限 {most / MEGABYTE:.0f} MB。"
            "请删去图片和多余的工作表，或拆成几份文件分别上传。",
            code="too_large",
        )


def upload(
    *, kind: str, union: Union | None, file: File, file_name: str, by: User, hint: bool = True
) -> tuple[ImportRun, bool]:
    """Keep a file and queue its check. Returns (run, True), or (the live run of the same file, False).

    ``union=None`` is the whole town and needs the town's reach. Raises PermissionDenied and RuleError.
    """
    kind_class = kind_of(kind)
    if not (by.has_perm(Permission.IMPORT_FILES) and by.has_perm(kind_class.permission)):
        raise PermissionDenied
    refuse_size(file.size)
    run = ImportRun(
        kind=kind,
        union=union,
        file_name=_file_name(file_name),
        size=file.size,
        sha256=_digest(file),
        created_by=by,
    )
    try:
        with transaction.atomic():
            run.save()
            require_editable(run, by)
            file.seek(0)
            run.file.save("upload", file)
            audit.record(
                by, "exchange.upload", run, union_id=run.union_id, file=run.file_name, sha256=run.sha256
            )
            _submit(run, State.UPLOADED, "exchange.check", "核对", by, hint=hint)
    except IntegrityError as error:
        _remove_file(run)
        if "exchange_run_file_once" not in str(error):
            raise
        same = ImportRun.objects.editable_by(by).live()
        return same.get(kind=kind, union=union, sha256=run.sha256), False
    except OSError:
        _remove_file(run)
        raise RuleError("文件没有存下：服务器磁盘空间不足或不可写。请联系系统管理员。", code="storage")
    return run, True


def check(*, run_id: int, progress, finish) -> None:
    """Read, clean and compare the whole file. A file that cannot be understood ends as refused, with the reason."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
    if run.state not in (State.UPLOADED, State.CHECKING):
        return
    ImportRun.objects.filter(pk=run.pk).update(state=State.CHECKING)
    reason = ""
    try:
        checking.stage_file(run, progress)
    except RuleError as error:
        reason = error.messages[0]
    except FileNotFoundError:
        reason = "上传的文件已不在服务器上。请重新上传。"
    progress(0, 0, "正在与名册比对")
    with finish() as result:
        if reason:
            staging.staged(run).execute("DELETE FROM {rows} r WHERE {of_run}")
            run.state, run.error = State.REFUSED, reason
        else:
            kind = checking.kind_for(run)
            kind.prepare(run.header["positions"])
            checking.settle(run, kind)
            run.state, run.error = State.CHECKED, ""
        run.checked_at = timezone.now()
        run.save()
        _report_conflicts(run)
        result.update(run.counts, rows=run.rows, error=run.error)


@transaction.atomic
def mend(*, run: ImportRun, number: int, texts: dict[str, str], by: User) -> ImportRow:
    """Put new texts into cells of one row (attribute → text) and check it again at once."""
    run = _locked(run, by, State.CHECKED)
    if not run.lines.filter(number=number).exclude(verdict="skipped").exists():
        raise RuleError("这一行不存在或已被跳过，请刷新页面。")
    unknown = texts.keys() - run.header["positions"].keys()
    if unknown:
        raise RuleError("这份表格没有要修改的列，请在原文件中补上该列后重新上传。")
    checking.check_rows(run, {number: texts})
    run.save(update_fields=staging.COUNT_FIELDS)
    audit.record(by, "exchange.mend", run, union_id=run.union_id, row=number, columns=sorted(texts))
    return run.lines.get(number=number)


@transaction.atomic
def confirm(*, run: ImportRun, mode: str, by: User, hint: bool = True) -> ImportRun:
    """Queue the writing of a checked run. A second click changes nothing. Raises RuleError."""
    if mode not in ImportRun.Mode.values:
        raise RuleError("请选择导入方式。")
    _require_kind(run, by)
    run = _locked(run, by)
    if run.state in (State.APPLYING, State.APPLIED):
        return run
    _require_state(run, State.CHECKED)
    if mode == ImportRun.Mode.ALL and run.failed:
        raise RuleError(
            f"有 {run.failed} 行存在问题。请先在表格中改正，或选择“{ImportRun.Mode.GOOD.label}”。",
            code="has_problems",
        )
    if not run.good and not conflicts_of(run):
        raise RuleError("没有可以写入的行：各行都与名册相同、被跳过或有问题。", code="nothing_to_do")
    run.mode = mode
    _submit(run, State.APPLYING, "exchange.apply", "导入", by, hint=hint)
    return run


def apply(*, run_id: int, by: User, progress, finish) -> None:
    """Write a confirmed run in one transaction. Raises RuleError, with the run back in preview, if the records
    have moved on so that all-or-nothing no longer holds."""
    run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
    if run.state != State.APPLYING:
        return
    kind = checking.kind_for(run, by)
    kind.prepare(run.header["positions"])
    progress(0, run.good, "正在写入名册")
    try:
        with finish() as result:
            reported = _write(run, kind, by)
            result.update(run.counts, rows=run.rows, applied=run.applied, reported=reported)
    except RuleError as error:
        with transaction.atomic():
            run = ImportRun.objects.select_related("union", "created_by").get(pk=run_id)
            checking.compare_again(run, kind)
            run.state, run.error = State.CHECKED, error.messages[0]
            run.save()
        raise


def _write(run: ImportRun, kind, by: User) -> int:
    """Everything inside the transaction; returns how many conflicts were reported."""
    rows = staging.staged(run)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"exchange.{run.kind}"])
    lost = checking.check_again(run, kind)
    if lost and run.mode == ImportRun.Mode.ALL:
        raise RuleError(
            f"核对之后有 {lost} 行的记录已有变化，本次没有写入任何一行。各行已按最新记录重新核对，请查看后再确认。"
        )
    kind.apply(rows)
    staging.count(run)
    if run.mode == ImportRun.Mode.ALL and run.failed:
        raise RuleError(_first_problem(run))
    reported = kind.report_conflicts(rows)
    now = timezone.now()
    run.state, run.error = State.APPLIED, ""
    run.applied = ImportEffect.objects.filter(row__run=run).count()
    run.applied_by, run.applied_at = by, now
    run.undo_until = now + dt.timedelta(days=settings.UNDO_DAYS)
    run.save()
    require_editable(run, by)
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
        **run.counts,
    )
    return reported


@transaction.atomic
def request_undo(*, run: ImportRun, by: User, hint: bool = True) -> ImportRun:
    """Queue taking an applied run back. Raises RuleError when it is too late or not applied."""
    _require_kind(run, by)
    run = _locked(run, by)
    if run.state in (State.UNDOING, State.UNDONE):
        return run
    _require_state(run, State.APPLIED)
    if not run.can_be_undone:
        raise RuleError(f"可撤销的期限（{settings.UNDO_DAYS} 天）已过，不能再撤销。", code="too_late")
    _submit(run, State.UNDOING, "exchange.undo", "撤销导入", by, hint=hint)
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
        checking.kind_for(run, by).undo(staging.staged(run))
        run.state, run.undone_by, run.undone_at = State.UNDONE, by, timezone.now()
        run.save()
        require_editable(run, by)
        outcome = run.outcomes()
        audit.record(by, "exchange.undo", run, union_id=run.union_id, **outcome)
        result.update(outcome)


@transaction.atomic
def discard(*, run: ImportRun, by: User) -> ImportRun:
    """Give a run up before it is written: rows and file go, the line in the list stays."""
    recover(run=run)
    run = _locked(run, by)
    if run.state == State.DISCARDED:
        return run
    if run.state not in (State.CHECKED, State.REFUSED, State.FAILED):
        raise RuleError(f"批次处于“{run.get_state_display()}”，不能放弃。")
    _forget(run)
    run.state = State.DISCARDED
    run.save()
    audit.record(by, "exchange.discard", run, union_id=run.union_id)
    return run


@transaction.atomic
def retry(*, run: ImportRun, by: User) -> ImportRun:
    """Queue the failed job of a run again."""
    run = _locked(run, by)
    job = Job.objects.filter(key=run.job_key).first()
    if job is None or job.state != Job.State.FAILED or not run.is_busy:
        raise RuleError("没有失败的处理可以重试，请刷新页面。")
    jobs.retry(job, by=by)
    return run


@transaction.atomic
def recover(*, run: ImportRun) -> None:
    """Bring a run whose job has failed for good back to where its user can go on."""
    run = ImportRun.objects.select_for_update(of=["self"]).get(pk=run.pk)
    job = Job.objects.filter(key=run.job_key).first()
    if not run.is_busy or job is None or job.state != Job.State.FAILED:
        return
    after = {State.APPLYING: State.CHECKED, State.UNDOING: State.APPLIED}
    run.state, run.error = after.get(run.state, State.FAILED), job.error
    run.save()


def delete_stale(*, now: dt.datetime) -> dict[str, int]:
    """Give up previews nobody confirmed within PREVIEW_DAYS, and forget the contents of runs past undoing.

    Personal data is not kept longer than needed; the counts of a run stay. Returns how many of each.
    """
    waiting = ImportRun.objects.filter(
        state__in=[State.CHECKED, State.REFUSED, State.FAILED],
        created_at__lt=now - dt.timedelta(days=PREVIEW_DAYS),
    )
    over = ImportRun.objects.filter(
        state__in=[State.APPLIED, State.UNDONE], undo_until__lt=now, lines__isnull=False
    ).distinct()
    done = {"discarded": 0, "forgotten": 0}
    for run in waiting.iterator():
        with transaction.atomic():
            _forget(run)
            ImportRun.objects.filter(pk=run.pk).update(state=State.DISCARDED)
        done["discarded"] += 1
    for run in over:
        with transaction.atomic():
            _forget(run)
        done["forgotten"] += 1
    return done


PREVIEW_DAYS = 14


def _submit(run: ImportRun, state: str, job: str, verb: str, by: User, *, hint: bool) -> None:
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


def _locked(run: ImportRun, by: User, state: str | None = None) -> ImportRun:
    require_editable(run, by)
    run = (
        ImportRun.objects.select_for_update(of=["self"]).select_related("union", "created_by").get(pk=run.pk)
    )
    if state:
        _require_state(run, state)
    return run


def _require_state(run: ImportRun, state: str) -> None:
    if run.state != state:
        raise RuleError(f"批次现在处于“{run.get_state_display()}”，请刷新页面。", code="state")


def _require_kind(run: ImportRun, by: User) -> None:
    if not by.has_perm(run.kind_class.permission):
        raise PermissionDenied


def _first_problem(run: ImportRun) -> str:
    line = run.lines.failing().order_by("number").first()
    return f"第 {line.number} 行写入时被拒绝，本次没有写入任何一行：{line.problems[-1]['message']}"


def _report_conflicts(run: ImportRun) -> None:
    """People who belong elsewhere: the uploader learns nothing, the town union finds them in the audit trail."""
    found = run.lines.filter(verdict="conflict").count()
    if found:
        audit.record(run.created_by, "exchange.conflicts", run, union_id=run.union_id, rows=found)


def _forget(run: ImportRun) -> None:
    rows = staging.staged(run)
    rows.execute("DELETE FROM {effects} e USING {rows} r WHERE {of_run} AND e.row_id = r.id")
    rows.execute("DELETE FROM {rows} r WHERE {of_run}")
    name = run.file.name
    ImportRun.objects.filter(pk=run.pk).update(file="")
    run.file = ""
    if name:
        transaction.on_commit(lambda: ImportRun._meta.get_field("file").storage.delete(name))


def _remove_file(run: ImportRun) -> None:
    if run.file:
        run.file.storage.delete(run.file.name)


def _digest(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _file_name(name: str) -> str:
    """The name for lists and downloads: no folders, no control or bidi characters."""
    try:
        cleaned = clean_text(PurePath(name.replace("\\", "/")).name)
    except TextError:
        cleaned = ""
    path = PurePath(cleaned or "未命名")
    return path.stem[: FILE_NAME_LENGTH - len(path.suffix[:10])] + path.suffix[:10]
