"""One report from request to files: freeze, draw, write, publish."""

import contextlib
import hashlib
import json
import os
import uuid
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone

from core import pdf
from core.errors import RuleError
from core.jobs import Claim
from core.models import Job
from core.reporting import Period
from reports import drawing, services, snapshot, workbook
from reports.models import Report
from unions.models import Union

STEPS = 5


def build(claim: Claim) -> dict:
    """Build the report that a job asks for. Safe to run twice: only the holder of the fence publishes.

    Raises RuleError with the cause when the report cannot be printed (a missing glyph, a missing font).
    """
    period = Period.parse(claim.args["period"]).clipped(timezone.localdate())
    union = Union.objects.get(pk=claim.args["union"]) if claim.args["union"] else None
    built_at = timezone.now().replace(microsecond=0)
    claim.progress(1, STEPS, "读取并冻结数据")
    frozen = snapshot.take(
        period=period, union=union, version=claim.args["version"], by=claim.by, built_at=built_at
    )
    digest = _digest(frozen.data)
    code = snapshot.verification_code(frozen.data["serial"], digest)
    claim.progress(2, STEPS, "排版 PDF")
    printed = _print(frozen.data, code)
    claim.progress(3, STEPS, "生成附表")
    pdf_sha256 = hashlib.sha256(printed).hexdigest()
    sheets = workbook.draw(frozen.data, code=code, data_sha256=digest, pdf_sha256=pdf_sha256)
    claim.progress(4, STEPS, "保存")
    files = {
        "verification_code": code,
        "pdf": _write(claim, period, "pdf", printed),
        "pdf_sha256": pdf_sha256,
        "pdf_pages": pdf.page_count(printed),
        "xlsx": _write(claim, period, "xlsx", sheets),
        "xlsx_sha256": hashlib.sha256(sheets).hexdigest(),
    }
    with _files_kept_if_published(claim, files), claim.finish() as result:
        report = services.publish(
            snapshot=frozen, period=period, union=union, by=claim.by, built_at=built_at, files=files
        )
        Job.objects.filter(pk=claim.job.pk).update(page_url=report.get_absolute_url())
        result.update(
            report=report.pk, serial=report.serial, sha256=report.pdf_sha256, pages=report.pdf_pages
        )
    return {}


def _digest(data: dict) -> str:
    """SHA-256 of the frozen contents in canonical JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _print(data: dict, code: str) -> bytes:
    try:
        return drawing.draw(data, code=code)
    except (pdf.PrintError, ImproperlyConfigured) as error:
        raise RuleError(str(error))


def _write(claim: Claim, period: Period, suffix: str, content: bytes) -> str:
    """Write under a temporary name, then rename: a file of this name is always whole."""
    name = f"reports/{period.start:%Y}/{claim.job.pk}-{claim.fence}.{suffix}"
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{claim.job.pk}-{claim.fence}-{uuid.uuid4().hex}.part")
    with temporary.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return name


@contextlib.contextmanager
def _files_kept_if_published(claim: Claim, files: dict):
    """Remove our files when the commit fails; remove what dead attempts left when it succeeds."""
    try:
        yield
    except BaseException:
        if not _may_be_published(files):
            for suffix in ("pdf", "xlsx"):
                default_storage.delete(files[suffix])
        raise
    kept = Path(default_storage.path(files["pdf"]))
    for leftover in [
        *kept.parent.glob(f"{claim.job.pk}-*"),
        *kept.parent.glob(f".{claim.job.pk}-*.part"),
    ]:
        if leftover.stem != kept.stem:
            leftover.unlink(missing_ok=True)


def _may_be_published(files: dict) -> bool:
    """A commit may have gone through although its answer was lost. When nobody can say, the files stay."""
    try:
        return Report.objects.filter(pdf=files["pdf"]).exists()
    except DatabaseError:
        return True


def report_of(job: Job) -> Report | None:
    """The report that a finished job has published."""
    return Report.objects.filter(pk=(job.result or {}).get("report")).first()
