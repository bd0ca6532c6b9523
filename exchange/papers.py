"""A list written as one document a row: PDFs in a zip archive, drawn one after another so that memory stays flat."""

import gc
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.http import QueryDict

from core.errors import RuleError
from core.listing import Column, Listing
from core.pdf import PrintError
from exchange.models import Export
from exchange.tables import ABOUT, created

CHUNK = 50  # rows in memory at once
SWEEP = 10
TEXT = f"{ABOUT}.txt"
NOT_IN_NAMES = dict.fromkeys(map(ord, '\\/:*?"<>|'), "_")
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the same papers give the same archive


class Papers:
    """The rows as (name, PDF); ``count`` is how many were drawn, ``failed`` says of the others why not."""

    keys = None  # no row of an archive comes back

    def __init__(self, listing: Listing, export: Export, query: QueryDict, progress, total: int):
        self.listing, self.progress, self.total = listing, progress, total
        self.rows = listing.filtered(export.created_by, query)
        self.columns: list[Column] = []
        self.count = 0
        self.failed: list[tuple[str, str]] = []

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        for place, row in enumerate(self.rows.iterator(chunk_size=CHUNK)):
            self.progress(min(place, self.total), self.total, "正在生成 PDF")
            name = self.listing.paper_name(row).translate(NOT_IN_NAMES)
            try:
                content = self.listing.paper(row)
            except (PrintError, RuleError) as error:
                self.failed.append((name, " ".join(getattr(error, "messages", [str(error)]))))
                continue
            self.count += 1
            if self.count % SWEEP == 0:
                gc.collect()  # a drawn page leaves circles of objects that the renderer kept the collector from
            yield f"{name}.pdf", content


def write_papers(path: Path, papers: Papers, about: Iterable[tuple[str, str]]) -> None:
    """The archive: a document a row, and a text that explains it and names what could not be drawn. Raises RuleError
    when nothing could be drawn."""
    with created(path, "xb") as file, zipfile.ZipFile(file, "w") as archive:
        for name, content in papers:
            archive.writestr(_entry(name), content)
        if not papers.count:
            why = papers.failed[0][1] if papers.failed else "没有符合条件的行"
            raise RuleError(f"没有生成任何文件：{why}")
        lines = [f"{what}：{says}" for what, says in about]
        lines += [f"未生成 {name}：{why}" for name, why in papers.failed]
        archive.writestr(_entry(TEXT), "\ufeff" + "\r\n".join(lines))


def _entry(name: str) -> zipfile.ZipInfo:
    """A file of the archive, for its owner to read."""
    entry = zipfile.ZipInfo(name, BEGINNING)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry
