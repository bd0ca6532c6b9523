"""Certificates of skill: unions enter them, the town verifies, refuses and revokes (domain facts 7)."""

import copy
import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from training.certificate_rules import CERTIFICATE_CLEANERS, clean_note
from training.models import Certificate
from unions.rules import cleaned, past_or_today
from unions.scoping import require_editable
from workers.models import Worker

State = Certificate.State
FACTS = ("kind", "trade", "level", "number", "issuer", "issued_on", "valid_until")
TABLES = {"level": "skill_level"}
DECISION = ("state", "revoked_on", "decided_by", "decided_at", "decision_note", "version")


@transaction.atomic
def enter_certificate(*, worker: Worker, by: User, **facts) -> Certificate:
    """Record a certificate of a person in reach; it waits for the town. Raises RuleError by field."""
    worker = _locked_worker(worker.pk, by)
    facts = cleaned(facts, CERTIFICATE_CLEANERS)
    refuse_unusable(facts, TABLES)
    certificate = Certificate(worker=worker, entered_by=by, **facts)
    _check(certificate)
    certificate.save()
    require_editable(certificate, by)
    _record(by, "training.certificate_enter", certificate, kind=certificate.kind, level=certificate.level)
    return certificate


@transaction.atomic
def edit_certificate(*, certificate: Certificate, version: str, by: User, **facts) -> Certificate:
    """Correct the facts. One that was decided waits for the town again. Raises RuleError by field, ``stale`` when
    somebody was faster; a revoked one is not edited."""
    certificate = _locked(certificate, by)
    check_version(certificate, version)
    if certificate.state == State.REVOKED:
        raise RuleError(f"该证书已于 {certificate.revoked_on} 失效，不能再修改。换发的新证书请另行登记。")
    facts = cleaned(facts, CERTIFICATE_CLEANERS)
    refuse_unusable(facts, TABLES, stored=certificate)
    before = copy.copy(certificate)
    for name in FACTS:
        if name in facts:
            setattr(certificate, name, facts[name])
    changes = audit.differences(before, certificate, list(FACTS))
    if not changes:
        return certificate
    _reopen(certificate)
    _check(certificate)
    certificate.version += 1
    certificate.save(update_fields=[*FACTS, *DECISION])
    require_editable(certificate, by)
    _record(by, "training.certificate_edit", certificate, changes=changes, was=before.state)
    return certificate


@transaction.atomic
def verify_certificate(*, certificate: Certificate, version: str, by: User) -> Certificate:
    """The town has seen that the certificate is genuine; it counts from now on. Raises RuleError."""
    certificate = _waiting(certificate, version, by)
    return _decide(certificate, State.VERIFIED, by, "training.certificate_verify")


@transaction.atomic
def refuse_certificate(*, certificate: Certificate, version: str, note: str, by: User) -> Certificate:
    """The town does not accept the certificate, for a reason; its number is free again. Raises RuleError."""
    certificate = _waiting(certificate, version, by)
    return _decide(certificate, State.REFUSED, by, "training.certificate_refuse", note=_reason(note))


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, version: str, on: dt.date, note: str, by: User
) -> Certificate:
    """A verified certificate has lost its force; from ``on`` it counts no more, before it does. Raises RuleError."""
    certificate = _locked(certificate, by, Permission.DECIDE_TRAINING)
    check_version(certificate, version)
    if certificate.state != State.VERIFIED:
        raise RuleError(f"只有已核验的证书可以登记失效，该证书现为“{certificate.get_state_display()}”")
    try:
        past_or_today(on)
    except RuleError as error:
        raise RuleError({"on": error})
    if on < certificate.issued_on:
        raise RuleError({"on": f"失效日期不能早于发证日期 {certificate.issued_on}"})
    certificate.revoked_on = on
    return _decide(
        certificate, State.REVOKED, by, "training.certificate_revoke", note=_reason(note), end=str(on)
    )


def _decide(
    certificate: Certificate, state: str, by: User, action: str, *, note="", **details
) -> Certificate:
    certificate.state, certificate.decided_by, certificate.decided_at = state, by, timezone.now()
    certificate.decision_note = note
    certificate.version += 1
    certificate.save(update_fields=list(DECISION))
    _record(by, action, certificate, note=note, **details)
    return certificate


def _reopen(certificate: Certificate) -> None:
    """Nobody has decided about these facts yet."""
    certificate.state, certificate.decided_by, certificate.decided_at = State.ENTERED, None, None
    certificate.decision_note = ""


def _reason(note: str) -> str:
    note = clean_note(note)
    if not note:
        raise RuleError({"note": "请写明理由，录入的工会会看到"})
    return note


def _check(certificate: Certificate) -> None:
    born = certificate.worker.birth_date
    if born and certificate.issued_on and certificate.issued_on <= born:
        raise RuleError({"issued_on": f"发证日期“{certificate.issued_on}”不晚于出生日期，请对照证书核对"})
    certificate.full_clean()


def _waiting(certificate: Certificate, version: str, by: User) -> Certificate:
    certificate = _locked(certificate, by, Permission.DECIDE_TRAINING)
    check_version(certificate, version)
    if certificate.state != State.ENTERED:
        raise RuleError(f"该证书现为“{certificate.get_state_display()}”，不是待核验，请刷新页面")
    return certificate


def _locked(certificate: Certificate, by: User, permission=Permission.EDIT_TRAINING) -> Certificate:
    """The person first, then the certificate, inside the reach of a permission."""
    worker = _locked_worker(certificate.worker_id, by, permission)
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    certificate.worker = worker
    return certificate


def _locked_worker(pk: int, by: User, permission=Permission.EDIT_TRAINING) -> Worker:
    """Raises PermissionDenied out of reach, and for somebody who was merged away or anonymised."""
    Worker.objects.select_for_update().defer("phone").get(pk=pk)
    worker = (
        Worker.objects.within_reach(by, permission).filter(pk=pk, anonymised_on=None).defer("phone").first()
    )
    if worker is None:
        raise PermissionDenied
    return worker


def _record(by: User, action: str, certificate: Certificate, **details) -> None:
    union = certificate.worker.union_id
    audit.record(by, action, certificate, union_id=union, worker=certificate.worker_id, **details)
