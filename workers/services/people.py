"""Registering a person and changing the facts about one."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.idnumbers import DocumentCheck, birth_from, sex_from
from unions.models import Employer, Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.matters import keeps
from workers.models import Change, IdentityDocument, Proposal, Worker
from workers.movements import PENSIONED
from workers.naming import search_keys
from workers.positions import refresh_positions
from workers.queries import CODE_TABLES
from workers.rules import (
    PERSON_CLEANERS,
    Identity,
    NeedsConfirmation,
    age_warnings,
    check_identity,
    phone_columns,
    refuse_disagreement,
)
from workers.services.documents import add_document, refuse_known_number
from workers.services.duplicates import look_up
from workers.services.employments import open_employment
from workers.services.memberships import open_membership
from workers.services.proposals import propose

# In the place of a change of membership: an application that waits for the union committee.
APPLY = "apply"
WORKER_FIELDS = [
    "name",
    "sex",
    "birth_date",
    "ethnicity",
    "phone",
    "education",
    "skill_level",
    "political",
    "employment_status",
    "household_type",
    "household_place",
    "native_place",
    "is_migrant",
    "is_key_post",
    "is_industrial",
]


def register_worker(
    *,
    doc_type: str,
    number: str,
    union: Union,
    by: User,
    confirmed: bool = False,
    birth_date: dt.date | None = None,
    sex: str = "",
    employer: Employer | None = None,
    job: dict | None = None,
    joined_on: dt.date | None = None,
    join_change: str = Change.JOIN,
    **facts,
) -> Worker:
    """Put a person on the roll: record, document, employment (``employer`` and the facts in ``job``) and,
    with ``joined_on``, membership, or an application for it when ``join_change`` is APPLY.

    Raises RuleError by field, NeedsConfirmation for facts that want a tick, KnownPerson when the number is on
    the roll within the user's reach; elsewhere the refusal is neutral and the town union is told.
    """
    if not keeps(by, union):
        raise PermissionDenied
    facts = cleaned(facts, PERSON_CLEANERS)
    refuse_unusable(facts, CODE_TABLES)
    identity = _identified(facts, doc_type=doc_type, number=number, birth_date=birth_date, sex=sex)
    claimed = _claimed(facts, employer, joined_on, join_change)
    refuse_known_number(identity.index, union=union, by=by, claimed=claimed)
    if identity.warnings and not confirmed:
        raise NeedsConfirmation(identity.warnings)
    try:
        return _enter(facts, identity, union, by, (employer, job), (joined_on, join_change))
    except IntegrityError:
        # Somebody registered the number between the look-up and the insert.
        refuse_known_number(identity.index, union=union, by=by, claimed=claimed)
        raise


@transaction.atomic
def edit_worker(*, worker: Worker, version: str, by: User, confirmed: bool = False, **facts) -> Worker:
    """Change facts about a person; a missing key leaves its fact alone.

    Raises RuleError (``stale`` when somebody else saved meanwhile; by field otherwise), NeedsConfirmation.
    """
    before = Worker.objects.select_for_update().get(pk=worker.pk)
    require_editable(before, by)
    check_version(before, version)
    facts = cleaned(facts, PERSON_CLEANERS)
    refuse_unusable(facts, CODE_TABLES, stored=before)
    after = Worker.objects.get(pk=worker.pk)
    if "phone" in facts:
        facts |= phone_columns(facts["phone"])
    if "name" in facts:
        facts |= search_keys(facts["name"])
    for name, value in facts.items():
        setattr(after, name, value)
    _check_declared(before, after, confirmed)
    after.full_clean(exclude=["phone", "phone_index"])
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    changes = audit.differences(before, after, WORKER_FIELDS)
    audit.record(by, "workers.edit", after, union_id=after.union_id, changes=changes)
    return after


def _identified(facts: dict, **stated) -> Identity:
    """The checked document; country and expiry leave the facts, birth date and sex of the number join them."""
    paper = {key: facts.pop(key) for key in ("country", "expires_on") if key in facts}
    identity = check_identity(**stated, **paper, on=timezone.localdate())
    facts |= {"birth_date": identity.birth_date, "sex": identity.sex}
    return identity


def _claimed(facts: dict, employer: Employer | None, joined_on: dt.date | None, change: str) -> dict:
    """What the conflict desk keeps of a refused entry: never a number."""
    claimed = {name: facts.get(name) for name in ("name", "sex", "birth_date")}
    if employer:
        claimed |= {"employer": employer.pk, "employer_name": employer.name}
    joins = joined_on and change != APPLY
    return claimed | ({"on": joined_on, "change": change} if joins else {})


@transaction.atomic
def _enter(facts: dict, identity: Identity, union: Union, by: User, work: tuple, joining: tuple) -> Worker:
    """Store all rows of a new person; ``work`` is (firm, job facts), ``joining`` (day, change), both optional."""
    worker = _stored_worker(facts, union)
    add_document(worker, identity)
    employer, job = work
    if employer:
        open_employment(worker, employer, **(job or {}))
    joined_on, change = joining
    if joined_on and change != APPLY:
        _join(worker, union, joined_on, change)
    refresh_positions([worker.pk])
    worker.refresh_from_db()
    require_editable(worker, by)
    changes = audit.differences(None, worker, [*WORKER_FIELDS, "union", "employer", "standing"])
    look_up([worker.pk])
    joined = {"joined_on": str(joined_on), "change": str(change)} if worker.member_since else {}
    audit.record(by, "workers.register", worker, union_id=worker.union_id, changes=changes, **joined)
    if joined_on and change == APPLY:
        _apply(worker, union, joined_on, by)
    return worker


def _stored_worker(facts: dict, union: Union) -> Worker:
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = facts | phone_columns(facts.pop("phone", "")) | search_keys(facts.get("name", ""))
    worker = Worker(union=union, **facts)
    worker.full_clean(exclude=["phone", "phone_index"])
    worker.save()
    return worker


def _join(worker: Worker, union: Union, on: dt.date, change: str) -> None:
    """The day has another name on the form of a new person."""
    if change == Change.JOIN and worker.employment_status in PENSIONED:
        raise RuleError({"employment_status": "已退休、离休人员不能新入会，请核对就业状况"})
    try:
        open_membership(worker, union=union, on=on, change=change)
    except RuleError as error:
        raise _on_this_form(error)


def _apply(worker: Worker, union: Union, on: dt.date, by: User) -> None:
    """Put the application up for the union committee's decision."""
    try:
        propose(worker=worker, source=Proposal.Source.APPLICATION, union=union, on=on, by=by)
    except RuleError as error:
        raise _on_this_form(error)


def _on_this_form(error: RuleError) -> RuleError:
    faults = getattr(error, "error_dict", {})
    return RuleError({"joined_on": faults["on"]}) if "on" in faults else error


def _check_declared(before: Worker, after: Worker, confirmed: bool) -> None:
    """Birth date and sex must fit the document in use; a new birth date without one must be likely."""
    if (before.birth_date, before.sex) == (after.birth_date, after.sex):
        return
    document = IdentityDocument.objects.filter(worker=after, is_current=True).first()
    known_birth = document and birth_from(document.doc_type, document.number)
    if document:
        known = DocumentCheck(document.number, known_birth, sex_from(document.doc_type, document.number))
        refuse_disagreement(known, birth_date=after.birth_date, sex=after.sex)
    if after.birth_date and after.birth_date != before.birth_date:
        warnings = age_warnings(after.birth_date, on=timezone.localdate())
        if warnings and not confirmed:
            raise NeedsConfirmation(warnings)
