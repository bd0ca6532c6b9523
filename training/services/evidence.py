"""Papers of a certificate: files that are kept as they came and served as downloads only."""

import hashlib
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import Certificate, Evidence
from unions.scoping import require_editable

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 6
_BEGINNINGS = (
    (b"%PDF-", Evidence.Format.PDF),
    (b"\xff\xd8\xff", Evidence.Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Evidence.Format.PNG),
)
REMEDY = "请上传证书的扫描件或照片（PDF、JPG 或 PNG，不超过 5 MB）。"


@transaction.atomic
def add_evidence(*, certificate: Certificate, file, by: User) -> Evidence:
    """Keep a file with the certificate, named by us. Raises RuleError for what is too large, empty or of another
    kind by its content."""
    certificate = _open(certificate, by)
    if file.size > MOST_BYTES:
        raise RuleError({"file": f"文件有 {file.size / 1024 / 1024:.1f} MB，超过 5 MB。{REMEDY}"})
    content = file.read()
    known = next((form for start, form in _BEGINNINGS if content.startswith(start)), None)
    if known is None:
        raise RuleError({"file": f"文件内容不是 PDF、JPG 或 PNG。{REMEDY}"})
    if certificate.evidence.count() >= MOST_FILES:
        raise RuleError({"file": f"一份证书最多 {MOST_FILES} 个附件。请先删除多余的。"})
    paper = Evidence(certificate=certificate, format=known, size=len(content), added_by=by)
    paper.sha256 = hashlib.sha256(content).hexdigest()
    paper.full_clean(exclude=["file"])
    paper.file.save("", ContentFile(content), save=False)
    paper.save()
    require_editable(paper, by)
    _record(by, "training.evidence_add", certificate, paper)
    return paper


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> Certificate:
    """Delete a file of a certificate that is not verified yet; returns the certificate. Raises RuleError."""
    certificate = _open(evidence.certificate, by)
    paper = certificate.evidence.get(pk=evidence.pk)
    _record(by, "training.evidence_remove", certificate, paper)
    transaction.on_commit(partial(default_storage.delete, paper.file.name))
    paper.delete()
    return certificate


def _open(certificate: Certificate, by: User) -> Certificate:
    """Locked, and still waiting: what the town has seen stays as it was seen."""
    certificate = (
        Certificate.objects.select_for_update(of=["self"]).select_related("worker").get(pk=certificate.pk)
    )
    require_editable(certificate, by)
    if certificate.state != Certificate.State.ENTERED:
        raise RuleError(f"该证书现为“{certificate.get_state_display()}”，附件只能在待核验时增减")
    return certificate


def _record(by: User, action: str, certificate: Certificate, paper: Evidence) -> None:
    audit.record(
        by,
        action,
        certificate,
        union_id=certificate.worker.union_id,
        worker=certificate.worker_id,
        sha256=paper.sha256,
    )
