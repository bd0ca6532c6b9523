"""Certificates of skill: unions enter them, the town verifies, refuses and revokes (domain facts 7)."""

import copy
import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from training.models import Certificate
from training.rules.certificates import CERTIFICATE_CLEANERS
from training.services.proofs import (
    DECISION,
    check,
    decide,
    locked,
    locked_worker,
    reason,
    record,
    reopen,
    revoke,
    save_new,
    waiting,
)
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker

State = Certificate.State
FACTS = ("kind", "trade", "level", "number", "issuer", "issued_on", "valid_until")
TABLES = {"level": "skill_level"}


@transaction.atomic
def enter_certificate(*, worker: Worker, by: User, **facts) -> Certificate:
    """Record a certificate of a person in reach; it waits for the town. Raises RuleError by field."""
    worker = locked_worker(worker.pk, by)
    facts = cleaned(facts, CERTIFICATE_CLEANERS)
    refuse_unusable(facts, TABLES)
    certificate = Certificate(worker=worker, entered_by=by, **facts)
    check(certificate)
    save_new(certificate)
    require_editable(certificate, by)
    record(by, "training.certificate_enter", certificate, kind=certificate.kind, level=certificate.level)
    return certificate


@transaction.atomic
def edit_certificate(*, certificate: Certificate, version: str, by: User, **facts) -> Certificate:
    """Correct the facts. One that was decided waits for the town again; a refused one also where its facts stay, with a
    paper that was missing. Raises RuleError by field, ``stale`` when somebody was faster; a revoked one is not edited."""
    certificate = locked(certificate, by)
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
    if not changes and certificate.state != State.REFUSED:
        return certificate
    reopen(certificate)
    check(certificate)
    certificate.version += 1
    certificate.save(update_fields=[*FACTS, *DECISION])
    require_editable(certificate, by)
    record(by, "training.certificate_edit", certificate, changes=changes, was=before.state)
    return certificate


@transaction.atomic
def verify_certificate(*, certificate: Certificate, version: str, by: User) -> Certificate:
    """The town has seen that the certificate is genuine; it counts from now on. Raises RuleError."""
    certificate = waiting(certificate, version, by)
    return decide(certificate, State.VERIFIED, by, "training.certificate_verify")


@transaction.atomic
def refuse_certificate(*, certificate: Certificate, version: str, note: str, by: User) -> Certificate:
    """The town does not accept the certificate, for a reason; its number is free again. Raises RuleError."""
    certificate = waiting(certificate, version, by)
    return decide(certificate, State.REFUSED, by, "training.certificate_refuse", note=reason(note))


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, version: str, on: dt.date, note: str, by: User
) -> Certificate:
    """A verified certificate has lost its force; from ``on`` it counts no more, before it does. Raises RuleError."""
    return revoke(certificate, version, on, note, by, "training.certificate_revoke")
