"""Certificates of skill: unions enter them, the town verifies, refuses and revokes (domain facts 7)."""

import copy
import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core import codes
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import STALE, check_version
from training.models import Certificate
from training.rules.certificates import CERTIFICATE_CLEANERS, doubts_of
from training.services.proofs import (
    DECISION,
    check,
    decide,
    locked,
    locked_worker,
    reason,
    record,
    reopen,
    restore,
    revoke,
    save_new,
    waiting,
)
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.models import Worker

State = Certificate.State
FACTS = ("kind", "trade", "level", "number", "issuer", "issued_on", "valid_until")
NAMED = 5  # people a refusal names
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
def verify_certificates(*, certificates: Mapping[int, str], by: User) -> list[Certificate]:
    """Verify certificates (key → version as seen), all of them or none. Raises RuleError for none, for one that is not as
    it was seen or does not wait, and naming those with an odd number: each of these is looked at by itself."""
    if not certificates:
        raise RuleError("请先勾选证书")
    people = Certificate.objects.filter(pk__in=certificates).values("worker")
    list(Worker.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))
    reach = Certificate.objects.within_reach(by, Permission.DECIDE_TRAINING).filter(
        worker__anonymised_on=None
    )
    rows = reach.filter(pk__in=certificates).select_for_update(of=("self",)).order_by("pk")
    rows = list(rows.select_related("worker").defer("worker__phone"))
    if len(rows) < len(certificates):
        raise PermissionDenied
    if any(str(row.version) != certificates[row.pk] or row.state != State.ENTERED for row in rows):
        raise RuleError(STALE, code="stale")
    _refuse_odd(rows)
    now = timezone.now()
    for row in rows:
        row.state, row.decided_by, row.decided_at = State.VERIFIED, by, now
        row.version += 1
    Certificate.objects.bulk_update(rows, DECISION)
    told = [(row, row.worker.union_id, {"worker": row.worker_id, "note": ""}) for row in rows]
    audit.record_each(by, "training.certificate_verify", told)
    return rows


def _refuse_odd(rows: list[Certificate]) -> None:
    names = codes.names("skill_level")
    odd = [row for row in rows if doubts_of(row, names)]
    if odd:
        people = "、".join(row.worker.name for row in odd[:NAMED])
        more = f"等 {len(odd)} 张" if len(odd) > NAMED else ""
        raise RuleError(f"{people}{more}的证书有编号提示，请逐张核对后点“通过”。没有核验任何一张。")


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


@transaction.atomic
def restore_certificate(*, certificate: Certificate, version: str, note: str, by: User) -> Certificate:
    """A certificate was revoked by mistake; it counts again, also for the days since. Raises RuleError."""
    return restore(certificate, version, note, by, "training.certificate_restore")
