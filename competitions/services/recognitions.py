"""What honours and studios have in common: a union enters them, the town verifies, refuses, revokes and re-checks.

The person is locked first, then the row; reach is that of a permission.
"""

import copy
import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Honour, Recognition
from competitions.rules.honours import (
    CLEANERS,
    FACTS,
    KEEPS_DOCUMENT,
    TABLES,
    granted,
    refuse_other_nature,
)
from core import codes
from core.access import Permission
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.papers import Paper, accept_paper, delete_paper
from unions.models import Union
from unions.rules import cleaned, past_or_today
from unions.scoping import require_editable
from workers.models import Worker
from workers.rules import stated_reason

State = Recognition.State
DECISION = ("state", "revoked_on", "decided_by", "decided_at", "decision_note")
PAPER_OF = "荣誉文件"


def locked_worker(pk: int, by: User, permission: str = Permission.EDIT_CONTESTS) -> Worker:
    """The person, locked. Raises PermissionDenied out of reach, and for somebody merged away or anonymised."""
    Worker.objects.select_for_update().defer("phone").get(pk=pk)
    reach = Worker.objects.within_reach(by, permission).filter(pk=pk, anonymised_on=None, merged_into=None)
    worker = reach.defer("phone").first()
    if worker is None:
        raise PermissionDenied
    return worker


def locked_union(union: Union) -> Union:
    """The union, kept from being dissolved meanwhile. Raises RuleError for one that was."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    return union


def locked(row: Recognition, by: User, permission: str = Permission.EDIT_CONTESTS) -> Recognition:
    """The row as stored, locked, for somebody with the permission over it. Raises PermissionDenied."""
    worker = locked_worker(row.worker_id, by, permission) if isinstance(row, Honour) else None
    found = type(row).objects.select_for_update(of=("self",)).select_related("union").get(pk=row.pk)
    if not type(row).objects.within_reach(by, permission).filter(pk=row.pk).exists():
        raise PermissionDenied
    if worker:
        found.worker = worker
    return found


def enter(row: Recognition, by: User, facts: dict, more: tuple[str, ...] = ()) -> Recognition:
    """Save a new row with its facts (FACTS and ``more``); it waits for the town. Raises RuleError by field."""
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES)
    for name in (*FACTS, *more):
        if name in facts:
            setattr(row, name, facts[name])
    row.entered_by = by
    _check(row)
    row.save()
    require_editable(row, by)
    tell(row, by, "competitions.honour_enter", changes=audit.differences(None, row, [*FACTS, *more]))
    return row


def edit(
    row: Recognition, version: str, by: User, facts: dict, more: tuple[str, ...] = (), check=None
) -> Recognition:
    """Correct the facts; what was decided waits for the town again. ``check`` is called with the changed row. Raises
    RuleError by field, ``stale`` when somebody was faster; a revoked one is not edited."""
    before = locked(row, by)
    check_version(before, version)
    if before.state == State.REVOKED:
        raise RuleError(f"已于 {before.revoked_on} 撤销，不能再修改")
    facts = cleaned(facts, CLEANERS)
    refuse_unusable(facts, TABLES, stored=before)
    after = copy.copy(before)
    for name in (*FACTS, *more):
        if name in facts:
            setattr(after, name, facts[name])
    changes = audit.differences(before, after, [*FACTS, *more])
    if not changes:
        return before
    after.state, after.decided_by, after.decided_at, after.decision_note = State.ENTERED, None, None, ""
    if check:
        check(after)
    _check(after)
    after.version += 1
    after.save()
    require_editable(after, by)
    tell(after, by, "competitions.honour_edit", changes=changes, was=before.state)
    return after


@transaction.atomic
def verify(*, row: Recognition, version: str, by: User) -> Recognition:
    """The town has seen the document; it counts from now on. Raises RuleError."""
    return _decide(_waiting(row, version, by), State.VERIFIED, by, "competitions.honour_verify")


@transaction.atomic
def refuse(*, row: Recognition, version: str, note: str, by: User) -> Recognition:
    """The town does not accept it, for a reason that the union sees. Raises RuleError."""
    row = _waiting(row, version, by)
    return _decide(row, State.REFUSED, by, "competitions.honour_refuse", stated_reason(note, "note"))


@transaction.atomic
def revoke(*, row: Recognition, version: str, on: dt.date, note: str, by: User) -> Recognition:
    """A verified one was taken away as of ``on``; it counts until then. Raises RuleError by field."""
    row = _verified(row, version, by, "撤销")
    _refuse_day(row, on)
    row.revoked_on = on
    return _decide(row, State.REVOKED, by, "competitions.honour_revoke", stated_reason(note, "note"))


@transaction.atomic
def restore(*, row: Recognition, version: str, note: str, by: User) -> Recognition:
    """A revocation was recorded by mistake: verified again, as if it had never been revoked. Raises RuleError without a
    reason, and when it no longer fits, as with another of its kind since."""
    row = locked(row, by, Permission.DECIDE_CONTESTS)
    check_version(row, version)
    if row.state != State.REVOKED:
        raise RuleError(f"现为“{row.get_state_display()}”，没有登记撤销，请刷新页面")
    note, was = stated_reason(note, "note"), row.revoked_on
    row.state, row.revoked_on = State.VERIFIED, None
    _check(row)
    return _decide(row, State.VERIFIED, by, "competitions.honour_restore", note, was=str(was))


@transaction.atomic
def recheck(
    *, row: Recognition, version: str, on: dt.date, result: str, by: User, note: str = "", next_on=None
) -> Recognition:
    """Record a re-check (复核) of a verified one; ``next_on`` is when the next one is due, if ever. One that was failed
    is revoked apart, by the document that says so. Raises RuleError by field."""
    row = _verified(row, version, by, "登记复核")
    _refuse_day(row, on)
    if result not in Recognition.Recheck.values:
        raise RuleError({"result": "请选择复核结论"})
    if next_on and next_on <= on:
        raise RuleError({"next_on": f"下次复核期限应晚于本次复核日期 {on}，现填 {next_on}"})
    needs_reason = result != Recognition.Recheck.PASSED or note.strip()
    row.recheck_note = stated_reason(note, "note") if needs_reason else ""
    row.rechecked_on, row.recheck_result, row.recheck_on = on, result, next_on
    row.version += 1
    row.save()
    tell(row, by, "competitions.honour_recheck", on=str(on), result=result, next=str(next_on or ""))
    return row


@transaction.atomic
def add_paper(*, row: Recognition, file, by: User) -> Paper:
    """Keep a scan with a row that waits for the town. Raises RuleError for a file that is not accepted."""
    row = _open(row, by)
    paper = row.papers.model(added_by=by)
    setattr(paper, paper.belongs_to, row)
    accept_paper(paper, file, of=PAPER_OF)
    require_editable(paper, by)
    tell(row, by, "competitions.honour_paper_add", sha256=paper.sha256)
    return paper


@transaction.atomic
def remove_paper(*, row: Recognition, paper: int, by: User) -> Recognition:
    """Delete a paper of what was not decided yet. Raises RuleError; DoesNotExist for one of another row."""
    row = _open(row, by)
    found = row.papers.get(pk=paper)
    tell(row, by, "competitions.honour_paper_remove", sha256=found.sha256)
    delete_paper(found)
    return row


def tell(row: Recognition, by: User, action: str, **details) -> None:
    """One entry about the row; a person by key only."""
    if isinstance(row, Honour):
        details["worker"] = row.worker_id
    audit.record(by, action, row, union_id=row.union_id, **details)


def _waiting(row: Recognition, version: str, by: User) -> Recognition:
    row = locked(row, by, Permission.DECIDE_CONTESTS)
    check_version(row, version)
    if row.state != State.ENTERED:
        raise RuleError(f"现为“{row.get_state_display()}”，不是待核实，请刷新页面")
    return row


def _verified(row: Recognition, version: str, by: User, what: str) -> Recognition:
    row = locked(row, by, Permission.DECIDE_CONTESTS)
    check_version(row, version)
    if row.state != State.VERIFIED:
        raise RuleError(f"只有已核实的才能{what}，现为“{row.get_state_display()}”")
    return row


def _open(row: Recognition, by: User) -> Recognition:
    """Still waiting: what the town has seen stays as it was seen."""
    row = locked(row, by)
    if row.state != State.ENTERED:
        raise RuleError(f"现为“{row.get_state_display()}”，附件只能在待核实时增减")
    return row


def _refuse_day(row: Recognition, on: dt.date) -> None:
    try:
        past_or_today(on)
    except RuleError as error:
        raise RuleError({"on": error})
    if on < row.awarded_on:
        raise RuleError({"on": f"日期不能早于授予日期 {row.awarded_on}，现填 {on}"})


def _decide(row: Recognition, state: str, by: User, action: str, note: str = "", **told) -> Recognition:
    row.state, row.decided_by, row.decided_at, row.decision_note = state, by, timezone.now(), note
    row.version += 1
    row.save(update_fields=[*DECISION, "version", "updated_at"])
    tell(row, by, action, note=note, **told)
    return row


def _check(row: Recognition) -> None:
    """What one row must hold; a title that was left blank is the name of its kind. Raises RuleError by field."""
    refuse_other_nature(row.type, row.nature)
    row.title = row.title or codes.names("honour_type").get(row.type, "")
    if not row.document_number and granted([row]):
        raise RuleError({"document_number": KEEPS_DOCUMENT})
    row.full_clean()
