"""The spreadsheet desk for the command line: the same services as the pages, the job done in this process."""

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db.models import Q

from accounts.models import User
from core import jobs
from core.access import Permission
from core.errors import RuleError
from core.models import Job
from exchange import services
from exchange.models import ImportRun
from unions.models import Union
from unions.scoping import reach

PROBLEMS = """
SELECT r.number, p ->> 'column', p ->> 'value', p ->> 'message', p ->> 'level'
FROM {rows} r, jsonb_array_elements(r.problems) p WHERE {of_run} ORDER BY r.number
"""


def user_called(username: str) -> User:
    """The active user with this name. Raises RuleError."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise RuleError(f"没有名为“{username}”的可用账号")
    return user


def union_called(code: str, by: User) -> Union | None:
    """The union with this portal code or credit code inside the user's reach.

    Without a code: the whole town for those who reach it, else the user's only union. Raises RuleError.
    """
    unions = Union.objects.within_reach(by, Permission.IMPORT_FILES)
    if code:
        union = unions.filter(Q(code=code) | Q(credit_code=code)).first()
        if union is None:
            raise RuleError(f"没有编号为“{code}”的工会，或不在您的范围内")
        return union
    paths = reach(by, Permission.IMPORT_FILES)
    if any(path.count("/") == 1 for path in paths):
        return None
    if len(set(paths)) != 1:
        raise RuleError("请指明工会（--union）：您负责不止一个工会，或没有导入的权限")
    return unions.get(path=paths[0])


def import_now(
    *, kind: str, path: Path, union: Union | None, by: User, check_only: bool, good_rows: bool, **options
) -> tuple[ImportRun, str]:
    """Upload, check and (unless ``check_only``) apply a file; returns the run and why it was not applied.

    The same file as an applied run is not imported again. ``options`` are those of ``services.upload``.
    """
    with path.open("rb") as opened:
        file = File(opened)
        run, created = services.upload(
            kind=kind, union=union, file=file, file_name=path.name, by=by, hint=False, **options
        )
    if not created and run.state == ImportRun.State.APPLIED:
        return run, (
            f"这份文件已于 {run.applied_at:%Y-%m-%d} 由 {run.applied_by} 导入（批次 {run.pk}），没有重复写入。"
            f"如需重新导入，请先撤销批次 {run.pk}。"
        )
    reason = _finish(run)
    if not reason and run.state in (ImportRun.State.REFUSED, ImportRun.State.MAPPING):
        reason = run.error
    if reason or check_only:
        return run, reason
    try:
        mode = ImportRun.Mode.GOOD if good_rows else ImportRun.Mode.ALL
        run = services.confirm(run=run, mode=mode, by=by, hint=False)
    except RuleError as error:
        unchanged = error.code == "nothing_to_do" and not run.failed
        return run, "" if unchanged else error.messages[0]
    return run, _finish(run)


def undo_now(*, run: ImportRun, by: User) -> tuple[ImportRun, str]:
    """Undo a run; returns it and why it could not be undone."""
    run = services.request_undo(run=run, by=by, hint=False)
    return run, _finish(run)


def _finish(run: ImportRun) -> str:
    """Do the run's queued job here; returns its error, or ""."""
    job = jobs.run_inline(Job.objects.get(key=run.job_key))
    run.refresh_from_db()
    if job.state == Job.State.FAILED:
        services.recover(run=run)
        run.refresh_from_db()
        return job.error
    return ""


__all__ = ["PROBLEMS", "PermissionDenied", "import_now", "undo_now", "union_called", "user_called"]
