"""Writing an export: the job that reads the rows in chunks and puts them into a file.

Only the holder of the job's fence keeps a file; the others leave nothing behind.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from core.errors import RuleError
from core.exchange import kinds
from core.listing import KEY, PAPERS, Column, Listing, listing_of
from core.rowkeys import Heading, RowKeys
from exchange import attempts, locking, tables
from exchange.exporting import FOLDER, count_rows, facts, refuse_count, require_rights
from exchange.form_writer import write_form
from exchange.models import Export
from exchange.papers import Papers, write_papers
from unions.models import Union

CHUNK = 5_000
ROW_KEY = "row_key"


def write(claim) -> dict:
    """Handler of jobs of the kind ``exchange.export``. Safe to run twice: only the holder of the fence keeps a file."""
    export = Export.objects.select_related("created_by").get(pk=claim.args["export"])
    if export.is_written:
        return {"rows": export.rows}
    listing = listing_of(export.listing, export.created_by)
    require_rights(listing, export.created_by)
    _require_password(export)
    query = QueryDict(export.query)
    total = count_rows(listing, query, export.created_by)
    refuse_count(listing, total)
    attempts.remove_older(FOLDER, claim)
    path = attempts.path_for(FOLDER, claim, export.format)
    written_at = timezone.now()
    with attempts.kept_if_finished(path) as temporary:
        if listing.layout == PAPERS:
            lines = Papers(listing, export, query, claim.progress, total)
            write_papers(temporary, lines, _about(export, lines, written_at))
        else:
            lines = _Lines(listing, export, query, claim.progress, total)
            _write_file(temporary, export, lines, written_at)
        digest, size = attempts.settle(temporary)
        with claim.finish() as result:
            temporary.replace(path)
            _publish(export, lines, path=path, digest=digest, size=size, at=written_at)
            result.update(rows=lines.count, size=size)
    return {}


def _require_password(export: Export) -> None:
    if export.is_locked and not export.password:
        raise RuleError("打开密码已不再保存，不能继续生成。请从列表重新导出。", code="password_gone")


def _write_file(path: Path, export: Export, lines: "_Lines", at: dt.datetime) -> None:
    """The file, under its password if it has one; the open workbook exists only beside it and only meanwhile."""
    signed = f"{export.created_by} {timezone.localtime(at):%Y-%m-%d %H:%M} 导出"
    about = _about(export, lines, at)
    table = tables.Table(export.title, lines.columns, iter(lines), about, signed)
    plain = _plain(path) if export.is_locked else path
    if lines.listing.form:
        said, offered = _said_on_forms(export, at), _offered(lines.listing)
        write_form(plain, table, lines.listing.form, said=said, offered=offered)
    else:
        tables.WRITERS[export.format](plain, table)
    if export.is_locked:
        locking.lock(plain, path, export.password)


def _said_on_forms(export: Export, at: dt.datetime) -> dict[str, str]:
    """What is filled in on a form: the town, the only union of the user's reach, the day."""
    town = Union.objects.filter(parent=None).values_list("name", flat=True).first() or ""
    filled_by = "" if "、" in export.reach else export.reach
    day = timezone.localtime(at).date()
    return {"town": town.removesuffix("总工会"), "filled_by": filled_by, "day": f"{day:%Y/%m/%d}"}


def _offered(listing: Listing) -> dict[str, list[str]]:
    """The drop-downs of a form's columns: those of the kind of file."""
    columns = kinds()[listing.kind].columns()
    return {
        column.key: columns[column.attribute].widget.offered()
        for column in listing.columns
        if column.attribute in columns and hasattr(columns[column.attribute].widget, "offered")
    }


class _Lines:
    """The rows as lists of cells, read in chunks; ``count`` is right once they have been read, and ``people`` holds
    the keys of the records whose whole numbers stand in them."""

    def __init__(self, listing: Listing, export: Export, query: QueryDict, progress, total: int):
        self.listing, self.export = listing, export
        self.progress, self.total = progress, total
        self.columns = listing.chosen(export.columns)
        self.count = 0
        self.people: list[int] = []
        rows = listing.filtered(export.created_by, query)
        if export.full_numbers:
            listing.require_full(export.created_by, rows)
            self.columns = [column.full or column for column in self.columns]
        self.keys = None
        if listing.kind and export.format == Export.Format.XLSX and listing.layout != Export.Layout.FORM:
            self.keys = RowKeys(Heading(listing.name, tuple(column.key for column in self.columns)))
        self.lines = self._read(rows)
        if self.keys:
            self.columns = [*self.columns, Column(ROW_KEY, str(self.keys.heading), None, width=0)]

    def __iter__(self) -> Iterator[list]:
        for line in self.lines:
            if self.count % CHUNK == 0:
                self.progress(min(self.count, self.total), self.total, "正在写入文件")
            self.count += 1
            yield line

    def _read(self, rows) -> Iterator[list]:
        """The lines; those with a record's key behind them lose it again, to a row key if the file has them."""
        if self.export.format == Export.Format.CSV:
            return self.listing.lines(rows, self.columns, chunk=CHUNK, finish=tables.csv_text)
        if not (self.keys or self.export.full_numbers):
            return self.listing.lines(rows, self.columns, chunk=CHUNK)
        return self._with_keys(self.listing.lines(rows, [*self.columns, KEY], chunk=CHUNK))

    def _with_keys(self, lines: Iterator[list]) -> Iterator[list]:
        while part := list(islice(lines, CHUNK)):
            pks = [line[-1] for line in part]
            rows = [line[:-1] for line in part]
            if self.export.full_numbers:
                self.people += pks
            if self.keys:
                rows = [(*row, key) for row, key in zip(rows, self.keys.make_all(pks, rows), strict=True)]
            yield from rows


def _about(export: Export, lines: "_Lines | Papers", at: dt.datetime):
    """What explains the file (the sheet 说明), asked for after the rows so that it can name their number."""
    yield "名称", export.title
    for title, value in export.filters:
        yield f"条件：{title}", value
    if lines.columns:
        yield "列", "、".join(column.title for column in lines.columns if column.width)
    yield "行数", str(lines.count)
    yield "数据范围", export.reach
    yield "用途", export.reason
    yield "导出人", str(export.created_by)
    yield "导出时间", f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    numbers = "含完整的证件号码和移动电话" if export.full_numbers else "证件号码和移动电话已掩码"
    yield "说明", f"{numbers}。内含个人信息，请妥善保管，用后删除。"
    if lines.keys:
        yield (
            "改后导回",
            "可以直接改单元格，再到“导入表格”上传本文件：只处理改动过的单元格，逐格核对。请勿改动最后一列（已隐藏）。",
        )


def _publish(
    export: Export, lines: "_Lines | Papers", *, path: Path, digest: str, size: int, at: dt.datetime
) -> None:
    Export.objects.filter(pk=export.pk).update(
        file=attempts.stored_name(path),
        rows=lines.count,
        size=size,
        sha256=digest,
        written_at=at,
        expires_at=at + dt.timedelta(days=settings.EXPORT_DAYS),
        password=None,
    )
    details = facts(export, lines.count)
    if export.full_numbers:
        lines.listing.note_full(export.created_by, export, lines.people, **details)
        return
    category = AuditEntry.Category.ACCESS
    audit.record(export.created_by, "exchange.export", export, category=category, **details)


def _plain(path: Path) -> Path:
    """Where the workbook stands before it gets its password: named like the attempt, so it goes with it."""
    return path.with_name(f"{path.name}.plain")
