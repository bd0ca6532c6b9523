"""A list on its way into a file: ask for it, write it in the background, take it, and forget it again.

The rows come from the listing of the page (``core.listing``) with the reach the user has when the file is
written; they are read in chunks and written as they come, so memory does not grow with the list.
"""

import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from core import jobs
from core.access import Permission
from core.characters import clean_text
from core.errors import RuleError
from core.listing import Column, Listing, listing_of
from exchange import tables
from exchange.models import Export
from unions.models import Union
from unions.scoping import reach

FOLDER = "exports"
CHUNK = 2_000
LEAST_REASON = 4
ALONE_FOR = dt.timedelta(days=1)  # a file that no row names may belong to a job at work for so long


@transaction.atomic
def request_export(
    *,
    listing: Listing,
    query: QueryDict,
    columns: list[str],
    file_format: str,
    reason: str,
    by: User,
    hint: bool = True,
) -> Export:
    """Queue the writing of exactly the rows of the list with this query string.

    Raises PermissionDenied without the rights to the list and to exports, RuleError for a filter that cannot be
    read, an empty list, one above EXPORT_MAX_ROWS, or a purpose that says nothing.
    """
    _require_rights(listing, by)
    reason = clean_text(reason)
    if len(reason) < LEAST_REASON:
        raise RuleError({"reason": f"请写明用途，至少 {LEAST_REASON} 个字，例如“报送市总工会三季度名册”。"})
    kept = listing.kept(query)
    refuse_count(count_rows(listing, kept, by))
    export = Export.objects.create(
        listing=listing.name,
        title=listing.title,
        query=kept.urlencode(),
        filters=[list(line) for line in listing.in_words(by, kept)],
        columns=[column.key for column in listing.chosen(columns)],
        format=file_format,
        reason=reason,
        reach=reach_in_words(by, listing.permission),
        created_by=by,
    )
    _submit(export, by, hint=hint)
    return export


def count_rows(listing: Listing, query: QueryDict, by: User) -> int:
    """How many rows the file would have, counted up to one above EXPORT_MAX_ROWS."""
    return listing.filtered(by, query).order_by()[: settings.EXPORT_MAX_ROWS + 1].count()


def refuse_count(rows: int) -> None:
    """Raise RuleError for a list that is empty or too long for one file."""
    if rows == 0:
        raise RuleError("没有符合条件的行，无法导出。请回到列表换一个条件。", code="nothing")
    if rows > settings.EXPORT_MAX_ROWS:
        raise RuleError(
            f"超过每份文件 {settings.EXPORT_MAX_ROWS:,} 行的上限。请按工会或其他条件分几次导出。",
            code="too_many",
        )


def write(claim) -> dict:
    """Handler of jobs of the kind ``exchange.export``. Safe to run twice: only the holder of the fence keeps a file."""
    export = Export.objects.select_related("created_by").get(pk=claim.args["export"])
    if export.is_written:
        return {"rows": export.rows}
    listing = listing_of(export.listing, export.created_by)
    _require_rights(listing, export.created_by)
    columns = listing.chosen(export.columns)
    query = QueryDict(export.query)
    total = count_rows(listing, query, export.created_by)
    refuse_count(total)
    _remove_attempts(claim, older_than=claim.fence)
    path = _path(claim, export)
    written_at = timezone.now()
    with _kept_if_finished(path) as temporary:
        lines = _Lines(listing, export, columns, query, claim.progress, total)
        about = _about(export, columns, lines, written_at)
        tables.WRITERS[export.format](temporary, export.title, columns, iter(lines), about)
        digest, size = _seal(temporary)
        with claim.finish() as result:
            temporary.replace(path)
            _publish(export, path=path, rows=lines.count, digest=digest, size=size, at=written_at)
            result.update(rows=lines.count, size=size)
    return {}


@transaction.atomic
def record_download(*, export: Export, by: User, ip: str | None) -> None:
    """Count and log a download. Raises PermissionDenied for another's export, RuleError when the file is gone."""
    export = Export.objects.select_for_update(of=["self"]).get(pk=export.pk)
    if export.created_by_id != by.pk or not by.has_perm(Permission.EXPORT_FILES):
        raise PermissionDenied
    if not export.is_ready or not default_storage.exists(export.file):
        raise RuleError("文件已过保存期限并已删除。请从列表重新导出。", code="gone")
    Export.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1)
    audit.record(
        by,
        "exchange.export_download",
        export,
        category=AuditEntry.Category.ACCESS,
        ip=ip,
        **_facts(export, export.rows),
    )


def delete_expired(*, now: dt.datetime) -> dict[str, int]:
    """Delete files past EXPORT_DAYS, and files that dead jobs left behind; returns how many of each."""
    done = {"expired": 0, "leftover": 0}
    for export in Export.objects.expired(now).order_by("pk"):
        name = export.file
        Export.objects.filter(pk=export.pk).update(file="")
        default_storage.delete(name)
        done["expired"] += 1
    for path in leftover_files(now=now):
        path.unlink(missing_ok=True)
        done["leftover"] += 1
    return done


def leftover_files(*, now: dt.datetime) -> list[Path]:
    """Files of exports that no row names and that no job can still be writing."""
    root = Path(default_storage.path(""))
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    return [
        path
        for path in sorted((root / FOLDER).rglob("*"))
        if path.is_file()
        and path.relative_to(root).as_posix() not in known
        and path.stat().st_mtime < (now - ALONE_FOR).timestamp()
    ]


def reach_in_words(user: User, permission: str) -> str:
    """The unions over which the user holds the right, for the sheet that explains a file."""
    unions = Union.objects.filter(path__in=set(reach(user, permission))).order_by("path")
    return "、".join(unions.values_list("name", flat=True)[:5])[:300]


def _submit(export: Export, by: User, *, hint: bool) -> None:
    export.job = jobs.submit(
        kind="exchange.export",
        key=f"exchange.export:{export.pk}",
        args={"export": export.pk},
        title=f"导出{export.title}",
        by=by,
        page_url=export.get_absolute_url(),
        hint=hint,
    )
    export.save(update_fields=["job"])


def _require_rights(listing: Listing, by: User) -> None:
    if not (by.has_perm(Permission.EXPORT_FILES) and by.has_perm(listing.permission)):
        raise PermissionDenied


class _Lines:
    """The rows as lists of cells, read in chunks; ``count`` is right once they have been read."""

    def __init__(self, listing: Listing, export: Export, columns: list[Column], query, progress, total: int):
        rows = listing.filtered(export.created_by, query)
        self.lines = listing.lines(rows, columns, chunk=CHUNK)
        self.progress = progress
        self.total = total
        self.count = 0

    def __iter__(self) -> Iterator[list]:
        for line in self.lines:
            if self.count % CHUNK == 0:
                self.progress(min(self.count, self.total), self.total, "正在写入文件")
            self.count += 1
            yield line


def _about(export: Export, columns: list[Column], lines: _Lines, at: dt.datetime):
    """The sheet 说明, asked for after the rows so that it can name their number."""
    yield "名称", export.title
    for title, value in export.filters:
        yield f"条件：{title}", value
    yield "列", "、".join(column.title for column in columns)
    yield "行数", str(lines.count)
    yield "数据范围", export.reach
    yield "用途", export.reason
    yield "导出人", str(export.created_by)
    yield "导出时间", f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    yield "说明", "证件号码和移动电话已掩码。内含个人信息，请妥善保管，用后删除。"


def _publish(export: Export, *, path: Path, rows: int, digest: str, size: int, at: dt.datetime) -> None:
    Export.objects.filter(pk=export.pk).update(
        file=path.relative_to(default_storage.path("")).as_posix(),
        rows=rows,
        size=size,
        sha256=digest,
        written_at=at,
        expires_at=at + dt.timedelta(days=settings.EXPORT_DAYS),
    )
    audit.record(
        export.created_by,
        "exchange.export",
        export,
        category=AuditEntry.Category.ACCESS,
        **_facts(export, rows),
    )


def _facts(export: Export, rows: int | None) -> dict:
    """What the audit trail keeps of an export: one line for all rows, never a name or number."""
    return {
        "list": export.title,
        "rows": rows,
        "filters": export.filters,
        "columns": export.columns,
        "format": export.format,
        "reason": export.reason,
    }


def _path(claim, export: Export) -> Path:
    """Where the file will be: named by job and fence, so that no two attempts share one."""
    name = (
        f"{FOLDER}/{timezone.localtime(export.created_at):%Y/%m}/{claim.job.pk}-{claim.fence}.{export.format}"
    )
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def _kept_if_finished(path: Path):
    """A temporary name beside the final one; neither is left when the attempt fails."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        yield temporary
    except BaseException:
        temporary.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise


def _remove_attempts(claim, *, older_than: int) -> None:
    """What killed attempts of this job have left."""
    folder = Path(default_storage.path(FOLDER))
    for path in [*folder.rglob(f"{claim.job.pk}-*"), *folder.rglob(f".{claim.job.pk}-*")]:
        fence = path.name.lstrip(".").partition("-")[2].partition(".")[0]
        if fence.isdecimal() and int(fence) < older_than:
            path.unlink(missing_ok=True)


def _seal(path: Path) -> tuple[str, int]:
    """Put the file on the disk for good; its SHA-256 and size."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        os.fchmod(file.fileno(), 0o600)
        os.fsync(file.fileno())
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
        return digest.hexdigest(), file.tell()
