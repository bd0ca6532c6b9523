"""Identity documents of a person: one in use, former ones, and others that are valid beside it."""

import datetime as dt
from copy import copy

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.idnumbers import DocumentCheck, birth_from, compare_declared, sex_from
from unions.models import Union
from unions.rules import past_or_today
from unions.scoping import require_editable
from workers.models import IdentityDocument, Worker
from workers.rules import (
    ELSEWHERE,
    Identity,
    KnownPerson,
    NeedsConfirmation,
    check_identity,
    check_paper,
    stated_reason,
)
from workers.services.conflicts import open_conflict


def replace_document(
    *,
    worker: Worker,
    doc_type: str,
    number: str,
    on: dt.date,
    by: User,
    confirmed: bool = False,
    country: str = "",
    expires_on: dt.date | None = None,
    mistaken: bool = False,
    note: str = "",
) -> IdentityDocument:
    """Record a renewed document of the same person; the old numbers stay as history.

    With ``mistaken`` the number in use was never the person's: it goes, with a ``note`` why, and is free for
    its true owner; birth date and sex then follow the new number. Raises RuleError by field, NeedsConfirmation,
    KnownPerson; a number on the roll elsewhere is refused neutrally and told to the town union.
    """
    require_editable(worker, by)
    note = stated_reason(note, "note") if mistaken else ""
    identity = check_identity(
        doc_type=doc_type,
        number=number,
        birth_date=None if mistaken else worker.birth_date,
        sex="" if mistaken else worker.sex,
        on=timezone.localdate(),
        country=country,
        expires_on=expires_on,
    )
    return _stored(worker, identity, by, confirmed, lambda: _replace(worker, identity, on, note, by))


def record_document(
    *,
    worker: Worker,
    doc_type: str,
    number: str,
    by: User,
    confirmed: bool = False,
    country: str = "",
    expires_on: dt.date | None = None,
) -> IdentityDocument:
    """Record a further document that is valid beside the one in use (a passport beside a residence permit).

    Raises as ``replace_document`` does.
    """
    require_editable(worker, by)
    identity = check_identity(
        doc_type=doc_type,
        number=number,
        birth_date=worker.birth_date,
        sex=worker.sex,
        on=timezone.localdate(),
        country=country,
        expires_on=expires_on,
    )
    return _stored(worker, identity, by, confirmed, lambda: _record(worker, identity, by))


@transaction.atomic
def use_document(*, document: IdentityDocument, by: User) -> IdentityDocument:
    """Make another document the one in use; the one used so far stays valid beside it.

    Raises RuleError when it is in use already, or its number contradicts the recorded birth date or sex.
    """
    worker, document = _locked(document, by)
    if document.is_current:
        raise RuleError("这份证件已是现用证件")
    number = document.number
    known = DocumentCheck(number, birth_from(document.doc_type, number), sex_from(document.doc_type, number))
    found = compare_declared(known, birth_date=worker.birth_date, sex=worker.sex)
    if found:
        raise RuleError([fault.message for fault in found])
    worker.documents.filter(is_current=True).update(is_current=False)
    worker.documents.filter(pk=document.pk).update(is_current=True, replaced_on=None)
    _finish(worker, by, "workers.document_use", doc_type=document.doc_type)
    return document


@transaction.atomic
def edit_document(
    *, document: IdentityDocument, by: User, country: str = "", expires_on: dt.date | None = None
) -> IdentityDocument:
    """Fill in or correct country and expiry, which imports do not bring. Raises RuleError by field."""
    worker, document = _locked(document, by)
    before = copy(document)
    today = timezone.localdate()
    document.country = check_paper(document.doc_type, country=country, expires_on=expires_on, on=today)
    document.expires_on = expires_on
    changes = audit.differences(before, document, ["country", "expires_on"])
    document.save(update_fields=["country", "expires_on"])
    _finish(worker, by, "workers.document_edit", doc_type=document.doc_type, changes=changes)
    return document


@transaction.atomic
def strike_document(*, document: IdentityDocument, note: str, by: User) -> None:
    """Take back a number that was entered by mistake, so that it does not block its true owner.

    The trail says that a document of this type was struck and why, never the number. Raises RuleError for the
    document in use: a person needs one, so replace it and say there that it was a mistake.
    """
    worker, document = _locked(document, by)
    note = stated_reason(note, "note")
    if document.is_current:
        raise RuleError("现用证件不能直接注销。请先改用另一份证件，或在“更换证件”中勾选“原号码是录入错误”。")
    worker.documents.filter(pk=document.pk).delete()
    _finish(worker, by, "workers.document_strike", doc_type=document.doc_type, note=note)


def add_document(worker: Worker, identity: Identity, *, is_current: bool = True) -> IdentityDocument:
    """Store a checked document, as the one in use or beside it."""
    document = IdentityDocument(
        worker=worker,
        doc_type=identity.doc_type,
        number=identity.number,
        number_index=identity.index,
        number_tail=identity.number[-4:],
        is_current=is_current,
        country=identity.country,
        expires_on=identity.expires_on,
    )
    document.save()
    return document


def refuse_known_number(
    index: bytes, *, union: Union, by: User, but: Worker | None = None, claimed: dict | None = None
) -> None:
    """Raise KnownPerson, or the neutral refusal, when the number belongs to somebody (other than ``but``).

    The refusal opens a case on the conflict desk with what was ``claimed``. The note for the town union is about
    the union that tried, so that it does not appear in the history of a record the user may not know of.
    """
    found = IdentityDocument.objects.filter(number_index=index).exclude(worker=but)
    owner = found.values_list("worker", flat=True).first()
    if owner is None:
        return
    worker = Worker.objects.visible_to(by).defer("phone").filter(pk=owner).first()
    if worker is not None:
        raise KnownPerson(worker)
    if but is not None:
        claimed = {"name": but.name, "sex": but.sex, "birth_date": but.birth_date, "record": but.pk}
    open_conflict(worker_id=owner, claimant=union, claimed=claimed or {}, by=by)
    root = Union.objects.only("pk").get(parent=None)
    audit.record(by, "workers.conflict", union, union_id=root.pk, worker=owner)
    raise RuleError({"number": ELSEWHERE})


def _stored(worker: Worker, identity: Identity, by: User, confirmed: bool, store) -> IdentityDocument:
    """Ask what has to be asked, then store; a number that somebody registered meanwhile is refused alike."""
    refuse_known_number(identity.index, union=worker.union, by=by, but=worker)
    if identity.warnings and not confirmed:
        raise NeedsConfirmation(identity.warnings)
    try:
        with transaction.atomic():
            return store()
    except IntegrityError:
        refuse_known_number(identity.index, union=worker.union, by=by, but=worker)
        raise


def _record(worker: Worker, identity: Identity, by: User) -> IdentityDocument:
    worker = _lock(worker.pk, by)
    if worker.documents.filter(number_index=identity.index).exists():
        raise RuleError({"number": "此人已登记过这个号码，无需再登记"})
    document = add_document(worker, identity, is_current=False)
    _finish(worker, by, "workers.document_add", doc_type=identity.doc_type)
    return document


def _replace(worker: Worker, identity: Identity, on: dt.date, note: str, by: User) -> IdentityDocument:
    past_or_today(on)
    worker = _lock(worker.pk, by)
    before = copy(worker)
    known = worker.documents.filter(number_index=identity.index).first()
    if known and known.is_current:
        document = _renew(known, identity)
    else:
        document = _put_in_use(worker, identity, known, on, drop=bool(note))
    worker.birth_date = identity.birth_date or worker.birth_date
    worker.sex = identity.sex if identity.sex in ("1", "2") else worker.sex
    worker.save(update_fields=["birth_date", "sex"])
    changes = {"number": audit.CHANGED} | audit.differences(before, worker, ["birth_date", "sex"])
    more = {"note": f"原号码是录入错误，已注销：{note}"} if note else {}
    _finish(worker, by, "workers.replace", changes=changes, doc_type=identity.doc_type, on=str(on), **more)
    return document


def _renew(known: IdentityDocument, identity: Identity) -> IdentityDocument:
    """The number stays: a card in place of a temporary one, or a permit with a new expiry."""
    wanted = {
        "doc_type": identity.doc_type,
        "country": identity.country or known.country,
        "expires_on": identity.expires_on or known.expires_on,
    }
    if all(getattr(known, name) == value for name, value in wanted.items()):
        raise RuleError({"number": "与现用证件的号码相同，无需更换"})
    for name, value in wanted.items():
        setattr(known, name, value)
    known.save(update_fields=list(wanted))
    return known


def _put_in_use(
    worker: Worker, identity: Identity, known: IdentityDocument | None, on: dt.date, *, drop: bool
) -> IdentityDocument:
    """The document of ``identity`` becomes the one in use; the last one is history, or gone (``drop``)."""
    last = worker.documents.filter(is_current=True)
    if drop:
        last.delete()
    else:
        last.update(is_current=False, replaced_on=on)
    if known is None:
        return add_document(worker, identity)
    known.is_current, known.replaced_on, known.doc_type = True, None, identity.doc_type
    known.country = identity.country or known.country
    known.expires_on = identity.expires_on or known.expires_on
    known.save(update_fields=["is_current", "replaced_on", "doc_type", "country", "expires_on"])
    return known


def _locked(document: IdentityDocument, by: User) -> tuple[Worker, IdentityDocument]:
    worker = _lock(document.worker_id, by)
    document = worker.documents.filter(pk=document.pk).first()
    if document is None:
        raise RuleError("这份证件已被他人注销，请刷新页面")
    return worker, document


def _lock(pk: int, by: User) -> Worker:
    worker = Worker.objects.select_for_update().defer("phone").get(pk=pk)
    require_editable(worker, by)
    return worker


def _finish(worker: Worker, by: User, action: str, **details) -> None:
    Worker.objects.filter(pk=worker.pk).update(version=F("version") + 1, updated_at=timezone.now())
    require_editable(worker, by)
    audit.record(by, action, worker, union_id=worker.union_id, **details)
