"""Papers of a certificate: files that are kept as they came and served as downloads only."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.papers import accept_paper, delete_paper
from training.models import Certificate, Evidence
from unions.scoping import require_editable

State = Certificate.State


@transaction.atomic
def add_evidence(*, certificate: Certificate, file, by: User) -> Evidence:
    """Keep a file with the certificate, named by us. Raises RuleError for what is too large, empty or of another
    kind by its content."""
    certificate = _open(certificate, by, (State.ENTERED, State.REFUSED))
    paper = accept_paper(Evidence(certificate=certificate, added_by=by), file, of="证书")
    require_editable(paper, by)
    _record(by, "training.evidence_add", certificate, paper)
    return paper


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> Certificate:
    """Delete a file of a certificate that is not verified yet; returns the certificate. Raises RuleError."""
    certificate = _open(evidence.certificate, by, (State.ENTERED,))
    paper = certificate.evidence.get(pk=evidence.pk)
    _record(by, "training.evidence_remove", certificate, paper)
    delete_paper(paper)
    return certificate


def _open(certificate: Certificate, by: User, states: tuple[str, ...]) -> Certificate:
    """Locked, and in one of the states: what the town has seen stays as it was seen, and what it missed is added."""
    certificate = (
        Certificate.objects.select_for_update(of=["self"]).select_related("worker").get(pk=certificate.pk)
    )
    require_editable(certificate, by)
    if certificate.state not in states:
        state = certificate.get_state_display()
        raise RuleError(f"该证书现为“{state}”，不能增减附件：待核验的可以增减，不予认定的可以补传")
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
