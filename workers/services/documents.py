"""Identity documents: adding, replacing, and showing a number in full."""

import datetime as dt
import re

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from core.access import Permission
from core.errors import RuleError
from core.text import clean_text
from unions.models import Union
from unions.rules import past_or_today
from unions.scoping import require_editable
from workers.models import IdentityDocument, Worker
from workers.rules import ELSEWHERE, Identity, KnownPerson, NeedsConfirmation, check_identity

_LONG_NUMBER = re.compile("[0-9]{6}")


def replace_document(
    *, worker: Worker, doc_type: str, number: str, on: dt.date, by: User, confirmed: bool = False
) -> IdentityDocument:
    """Record a renewed or corrected document of the same person; the old numbers stay as history.

    Raises RuleError by field, NeedsConfirmation, KnownPerson; a number on the roll elsewhere is refused
    neutrally and told to the town union.
    """
    require_editable(worker, by)
    identity = check_identity(
        doc_type=doc_type,
        number=number,
        birth_date=worker.birth_date,
        sex=worker.sex,
        on=timezone.localdate(),
    )
    refuse_known_number(identity.index, union=worker.union, by=by, but=worker)
    if identity.warnings and not confirmed:
        raise NeedsConfirmation(identity.warnings)
    try:
        with transaction.atomic():
            return _replace(worker, identity, on, by)
    except IntegrityError:
        refuse_known_number(identity.index, union=worker.union, by=by, but=worker)
        raise


@transaction.atomic
def reveal_number(*, worker: Worker, what: str, reason: str, by: User, ip: str | None = None) -> str:
    """The full number in use (``what="number"``) or phone (``"phone"``), for a reason that is logged.

    Raises PermissionDenied out of reach, RuleError without a proper reason or when nothing is recorded.
    """
    reach = Worker.objects.within_reach(by, Permission.REVEAL_NUMBERS)
    worker = reach.filter(pk=worker.pk).first()
    if worker is None:
        raise PermissionDenied
    reason = clean_text(reason)
    if len(reason) < 4:
        raise RuleError({"reason": "请写明查看事由（至少 4 个字），例如“办理住院慰问，核对证件”"})
    if _LONG_NUMBER.search(reason):
        raise RuleError({"reason": "事由会记入日志，请不要写证件号码或电话号码"})
    value = worker.phone if what == "phone" else _current_number(worker)
    if not value:
        raise RuleError("该记录没有登记此项号码")
    audit.record(
        by,
        "workers.reveal",
        worker,
        category=AuditEntry.Category.ACCESS,
        union_id=worker.union_id,
        ip=ip,
        field=what,
        reason=reason[:200],
    )
    return value


def add_document(worker: Worker, identity: Identity) -> IdentityDocument:
    """Store a checked document as the one in use."""
    document = IdentityDocument(
        worker=worker,
        doc_type=identity.doc_type,
        number=identity.number,
        number_index=identity.index,
        number_tail=identity.number[-4:],
    )
    document.save()
    return document


def refuse_known_number(index: bytes, *, union: Union, by: User, but: Worker | None = None) -> None:
    """Raise KnownPerson, or the neutral refusal, when the number belongs to somebody (other than ``but``).

    The note for the town union is about the union that tried, so that it does not appear in the history of
    a record the user may not know of.
    """
    found = IdentityDocument.objects.filter(number_index=index).exclude(worker=but)
    owner = found.values_list("worker", flat=True).first()
    if owner is None:
        return
    worker = Worker.objects.visible_to(by).defer("phone").filter(pk=owner).first()
    if worker is not None:
        raise KnownPerson(worker)
    root = Union.objects.only("pk").get(parent=None)
    audit.record(by, "workers.conflict", union, union_id=root.pk, worker=owner)
    raise RuleError({"number": ELSEWHERE})


def _replace(worker: Worker, identity: Identity, on: dt.date, by: User) -> IdentityDocument:
    past_or_today(on)
    worker = Worker.objects.select_for_update().defer("phone").get(pk=worker.pk)
    require_editable(worker, by)
    known = worker.documents.filter(number_index=identity.index).first()
    if known and known.is_current:
        raise RuleError({"number": "与现用证件的号码相同，无需更换"})
    worker.documents.filter(is_current=True).update(is_current=False, replaced_on=on)
    if known:
        worker.documents.filter(pk=known.pk).update(is_current=True, replaced_on=None)
    document = known or add_document(worker, identity)
    Worker.objects.filter(pk=worker.pk).update(
        version=F("version") + 1,
        updated_at=timezone.now(),
        birth_date=identity.birth_date,
        sex=identity.sex,
    )
    audit.record(
        by,
        "workers.replace",
        worker,
        union_id=worker.union_id,
        changes={"number": audit.CHANGED},
        doc_type=identity.doc_type,
        on=str(on),
    )
    return document


def _current_number(worker: Worker) -> str:
    document = worker.documents.filter(is_current=True).first()
    return document.number if document else ""
