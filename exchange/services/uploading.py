"""A file comes in: kept under a random name, once per content, and its check queued."""

import hashlib
from contextlib import contextmanager
from functools import partial
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.db.utils import IntegrityError

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.characters import TextError, clean_text
from core.errors import RuleError
from core.exchange import kind_of
from exchange.models import COUNTS, ImportRun
from exchange.services.states import State, locked, require_kind, submit
from unions.models import Union
from unions.scoping import require_editable

MEGABYTE = 1024 * 1024
FILE_NAME_LENGTH = 200
REPLACEABLE = (State.MAPPING, State.CHECKED, State.REFUSED)


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
    *,
    kind: str,
    union: Union | None,
    file: File,
    file_name: str,
    by: User,
    hint: bool = True,
    **options,
) -> tuple[ImportRun, bool]:
    """Keep a file and queue its check. Returns (run, True), or (the live run of the same file, False).

    ``union=None`` is the whole town and needs the town's reach. ``options`` are ``rule``, ``is_full_list`` and
    ``skip_hidden`` of the run. Raises PermissionDenied and RuleError.
    """
    _require_right(kind, union, by, is_full_list=options.get("is_full_list", False))
    refuse_size(file.size)
    run = ImportRun(
        kind=kind,
        union=union,
        file_name=_file_name(file_name),
        size=file.size,
        sha256=_digest(file),
        created_by=by,
        **options,
    )
    try:
        with _stored(run, file):
            run.save()
            require_editable(run, by)
            audit.record(
                by, "exchange.upload", run, union_id=run.union_id, file=run.file_name, sha256=run.sha256
            )
            submit(run, State.UPLOADED, "exchange.check", "核对", by, hint=hint)
    except IntegrityError as error:
        return _holder_of(run, by, error), False
    return run, True


def _require_right(kind: str, union: Union | None, by: User, *, is_full_list: bool) -> None:
    kind_class = kind_of(kind)
    if not (by.has_perm(Permission.IMPORT_FILES) and by.has_perm(kind_class.permission)):
        raise PermissionDenied
    if is_full_list and (reason := kind_class.refuse_full_list(union)):
        raise RuleError(reason, code="full_list")


@transaction.atomic
def replace_file(
    *, run: ImportRun, file: File, file_name: str, by: User, hint: bool = True
) -> tuple[ImportRun, bool]:
    """Put a mended file into the place of a run's file and queue its check: the same run, rule and columns.

    Returns (run, True), or (another live run that holds this very file, False). Raises PermissionDenied, and
    RuleError for the same file once more and for a run that is past its check.
    """
    require_kind(run, by)
    refuse_size(file.size)
    run = locked(run, by)
    if run.state not in REPLACEABLE:
        raise RuleError(
            f"批次处于“{run.get_state_display()}”，不能更换文件。请作为新的文件上传。", code="state"
        )
    digest = _digest(file)
    if digest == run.sha256:
        raise RuleError("这份文件与批次中的完全相同，没有任何改动。请改好、保存后再上传。", code="identical")
    former = run.file.name
    run.sha256, run.size, run.file_name = digest, file.size, _file_name(file_name)
    run.header, run.fingerprint, run.rows = {}, "", 0
    for name in COUNTS:
        setattr(run, name, 0)
    try:
        with _stored(run, file):
            submit(run, State.UPLOADED, "exchange.check", "核对", by, hint=hint)
            audit.record(
                by, "exchange.replace", run, union_id=run.union_id, file=run.file_name, sha256=digest
            )
    except IntegrityError as error:
        return _holder_of(run, by, error), False
    if former:
        transaction.on_commit(partial(run.file.storage.delete, former))
    return run, True


@contextmanager
def _stored(run: ImportRun, file: File):
    """A transaction in which the file is kept; it goes again when the transaction fails."""
    former = run.file.name
    try:
        with transaction.atomic():
            file.seek(0)
            run.file.save("upload", file, save=False)
            yield
    except BaseException as error:
        if run.file and run.file.name != former:
            run.file.storage.delete(run.file.name)
        if isinstance(error, OSError):
            raise RuleError(
                "文件没有存下：服务器磁盘空间不足或不可写。请联系系统管理员。", code="storage"
            ) from error
        raise


def _holder_of(run: ImportRun, by: User, error: IntegrityError) -> ImportRun:
    """The live run that has this file already."""
    if "exchange_run_file_once" not in str(error):
        raise error
    same = ImportRun.objects.editable_by(by).live()
    return same.get(kind=run.kind, union=run.union, sha256=run.sha256)


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
