"""A file comes in: kept under a random name, once per content, and its check queued."""

import hashlib
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
from exchange.models import ImportRun
from exchange.services.states import State, submit
from unions.models import Union
from unions.scoping import require_editable

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
        **options,
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
            submit(run, State.UPLOADED, "exchange.check", "核对", by, hint=hint)
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
