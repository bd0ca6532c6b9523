"""A list on its way into a file: ask for it, write it in the background, take it, and forget it again.

The rows come from the listing of the page (``core.listing``) with the reach the user has when the file is
written; they are read in chunks and written as they come, so memory does not grow with the list.
"""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.http import QueryDict

from accounts import audit
from accounts.models import AuditEntry, User
from core import jobs
from core.access import Permission
from core.characters import clean_text
from core.errors import RuleError
from core.listing import PAPERS, Listing, listing_of, listings
from exchange import attempts
from exchange.locking import require_password
from exchange.models import Export
from unions.models import Union
from unions.scoping import reach

FOLDER = "exports"
LEAST_REASON = 4


@transaction.atomic
def request_export(
    *,
    listing: Listing,
    query: QueryDict,
    columns: list[str],
    file_format: str,
    reason: str,
    by: User,
    layout: str = "",
    password: str = "",
    full_numbers: bool = False,
    hint: bool = True,
) -> Export:
    """Queue the writing of exactly the rows of the list with this query string, in one of the list's layouts.

    ``full_numbers`` shows what the list masks; it needs a password. Raises PermissionDenied without the rights, and
    RuleError for a filter that cannot be read, no rows or too many, no purpose, or a password that cannot be set.
    """
    listing, columns = _laid_out(listing, layout, columns, by)
    require_rights(listing, by)
    file_format = _format_of(listing, file_format, password, full_numbers)
    kept = listing.kept(query)
    _refuse_rows(listing, kept, by, full_numbers)
    export = Export.objects.create(
        listing=listing.name,
        title=listing.title,
        query=kept.urlencode(),
        filters=[list(line) for line in listing.in_words(by, kept)],
        columns=[column.key for column in listing.chosen(columns)],
        format=file_format,
        layout=listing.layout,
        full_numbers=full_numbers,
        is_locked=bool(password),
        password=password or None,
        reason=_stated(reason),
        reach=reach_in_words(by, listing.permission),
        created_by=by,
    )
    _submit(export, by, hint=hint)
    return export


def update_lists(user: User) -> dict[str, str]:
    """Kind of file → the list that gives its update template, of those the user may export."""
    if not user.has_perm(Permission.EXPORT_FILES):
        return {}
    found = [listing for listing in listings().values() if listing.layout == Export.Layout.UPDATE]
    return {listing.kind: listing.name for listing in found if user.has_perm(listing.permission)}


def count_rows(listing: Listing, query: QueryDict, by: User) -> int:
    """How many rows the file would have, counted up to one above the limit."""
    return listing.filtered(by, query).order_by()[: most_rows(listing) + 1].count()


def most_rows(listing: Listing) -> int:
    """As many rows as one file of the list may have."""
    return settings.EXPORT_MAX_ROWS if listing.most_rows is None else listing.most_rows


def refuse_count(listing: Listing, rows: int) -> None:
    """Raise RuleError for a list that is empty or too long for one file."""
    if rows == 0:
        raise RuleError("没有符合条件的行，无法导出。请回到列表换一个条件。", code="nothing")
    if rows > most_rows(listing):
        what = "人" if listing.layout == PAPERS else "行"
        raise RuleError(
            f"超过每份文件 {most_rows(listing):,} {what}的上限。请按工会或其他条件分几次导出。",
            code="too_many",
        )


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
        **facts(export, export.rows),
    )


def delete_expired(*, now: dt.datetime) -> dict[str, int]:
    """Delete files past EXPORT_DAYS, and files that dead jobs left behind; returns how many of each."""
    done = {"expired": 0, "leftover": 0}
    for export in Export.objects.expired(now).order_by("pk"):
        name = export.file
        Export.objects.filter(pk=export.pk).update(file="")
        default_storage.delete(name)
        done["expired"] += 1
    # A job that failed for good leaves its password behind, sealed; nobody will write that file any more.
    Export.objects.filter(created_at__lt=now - attempts.ALONE_FOR).exclude(password=None).update(
        password=None
    )
    for path in leftover_files(now=now):
        path.unlink(missing_ok=True)
        done["leftover"] += 1
    return done


def leftover_files(*, now: dt.datetime) -> list[Path]:
    """Files of exports that no row names and that no job can still be writing."""
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    return attempts.left_over(FOLDER, known, now=now)


def reach_in_words(user: User, permission: str) -> str:
    """The unions over which the user holds the right, for the sheet that explains a file."""
    unions = Union.objects.filter(path__in=set(reach(user, permission))).order_by("path")
    return "、".join(unions.values_list("name", flat=True)[:5])[:300]


def _format_of(listing: Listing, file_format: str, password: str, full_numbers: bool) -> str:
    """The format of the file: an archive for a list of papers, else the one asked for. Raises RuleError by field."""
    if listing.layout == PAPERS:
        file_format = Export.Format.ZIP
    elif file_format == Export.Format.ZIP:
        raise RuleError({"file_format": "压缩包只用于逐人一份 PDF，请选择 xlsx 或 csv。"})
    if listing.form and file_format != Export.Format.XLSX:
        raise RuleError({"file_format": f"“{listing.title}”只能生成 Excel 工作簿，请选择 xlsx。"})
    if full_numbers and not password:
        raise RuleError({"password": "含完整号码的文件必须设打开密码，请填写。"})
    if password and file_format != Export.Format.XLSX:
        raise RuleError({"password": "只有 Excel 工作簿能设打开密码。请把格式改为 xlsx，或不设密码。"})
    if password:
        require_password(password)
    return file_format


def _laid_out(listing: Listing, layout: str, columns: list[str], by: User) -> tuple[Listing, list[str]]:
    """The listing of the same rows in this layout, and which of the columns it has."""
    if not layout or layout == listing.layout:
        return listing, columns
    return listing_of(listing.layouts.get(layout, ""), by), []


def _refuse_rows(listing: Listing, query: QueryDict, by: User, full_numbers: bool) -> None:
    refuse_count(listing, count_rows(listing, query, by))
    if full_numbers:
        listing.require_full(by, listing.filtered(by, query))


def _stated(reason: str) -> str:
    reason = clean_text(reason)
    if len(reason) < LEAST_REASON:
        raise RuleError({"reason": f"请写明用途，至少 {LEAST_REASON} 个字，例如“报送市总工会三季度名册”。"})
    return reason


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


def require_rights(listing: Listing, by: User) -> None:
    """Raise PermissionDenied without the rights to export and to read the list."""
    if not (by.has_perm(Permission.EXPORT_FILES) and by.has_perm(listing.permission)):
        raise PermissionDenied


def facts(export: Export, rows: int | None) -> dict:
    """What the audit trail keeps of an export: one line for all rows, never a name or number."""
    return {
        "list": export.title,
        "rows": rows,
        "filters": export.filters,
        "columns": export.columns,
        "format": export.format,
        "locked": export.is_locked,
        "layout": export.layout,
        "full_numbers": export.full_numbers,
        "reason": export.reason,
    }
