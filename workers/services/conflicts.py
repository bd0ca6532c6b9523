"""The conflict desk: a person whom two unions claim. Cases are opened here and decided by the town union.

Neither side may learn anything about the other: what officers see are the cards of ``workers.cards``. The
audit entry of a decision is therefore about the case, never about the record the holder reads.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.exchange import Staged
from unions.models import Employer, Union
from unions.scoping import require_editable
from workers.models import Change, Conflict, Worker
from workers.rules import stated_reason
from workers.services.employments import end_employment, start_employment
from workers.services.memberships import change_membership

Decision = Conflict.Decision
CLAIMED = ("name", "sex", "birth_date", "employer", "employer_name", "on", "change", "record")

# One case per open (person, union). ``{of_run}`` rows whose number lies out of the uploader's reach.
REPORT = """
INSERT INTO workers_conflict (worker_id, holder_id, claimant_id, claimed, run_id, created_by_id, created_at,
                              decision, note)
SELECT w.id, w.union_id, said.claimant, jsonb_strip_nulls(jsonb_build_object(
           'name', coalesce(r."values" -> 'fields' ->> 'name', r."values" ->> 'name'), 'sex', r."values" -> 'fields' ->> 'sex',
           'birth_date', r."values" -> 'fields' ->> 'birth_date', 'employer', firm.id,
           'employer_name', firm.name, 'on', r."values" ->> 'on', 'change', r."values" ->> 'change')),
       %(run)s, %(by)s, statement_timestamp(), '', ''
FROM {rows} r
JOIN workers_identitydocument d ON d.number_index = coalesce((r."values" ->> 'person')::bytea, r.key)
JOIN workers_worker w ON w.id = d.worker_id
CROSS JOIN LATERAL (SELECT coalesce((r."values" ->> 'union')::bigint, %(union)s::bigint) AS claimant) said
LEFT JOIN unions_employer firm ON firm.id = (r."values" ->> 'employer')::bigint
WHERE {of_run} AND r.verdict = 'conflict' AND NOT w.union_id = ANY(%(unions)s)
  AND said.claimant IS NOT NULL AND said.claimant <> w.union_id
ORDER BY r.number
ON CONFLICT (worker_id, claimant_id) WHERE decision = '' DO NOTHING
"""


def open_conflict(*, worker_id: int, claimant: Union, claimed: dict, by: User) -> None:
    """Open a case about a person on the roll whom ``claimant`` tried to enter; once while it is open.

    ``claimed`` holds what was stated, without any number (keys of CLAIMED). Says nothing back: the caller's
    refusal is the same whether the case is new or not.
    """
    holder = (
        Worker.objects.filter(pk=worker_id).exclude(union=claimant).values_list("union", flat=True).first()
    )
    if holder is None:
        return
    stated = {key: str(claimed[key]) for key in CLAIMED if claimed.get(key)}
    case = Conflict(worker_id=worker_id, holder_id=holder, claimant=claimant, claimed=stated, created_by=by)
    Conflict.objects.bulk_create([case], ignore_conflicts=True)


def report_conflicts(staged: Staged, *, unions, union: Union | None, by: User) -> int:
    """Open a case for every staged line in conflict with a record outside ``unions`` (the uploader's reach);
    ``union`` claims the people of lines without a firm. Returns how many cases are new."""
    return staged.execute(REPORT, by=by.pk, unions=list(unions), union=union and union.pk)


@transaction.atomic
def settle_conflict(
    *,
    conflict: Conflict,
    decision: str,
    note: str,
    by: User,
    on: dt.date | None = None,
    employer: Employer | None = None,
    ends_job: bool = False,
) -> Conflict:
    """Decide a case, once. Rows are closed and opened with dates; nothing is overwritten.

    - ``transferred``: the membership goes to the claimant on ``on``, with a job at ``employer`` when given; with
      ``ends_job`` the running jobs end that day.
    - ``second_job``: a job at ``employer`` from ``on``; the record stays with the holder.
    - the others change no rows.

    Raises RuleError by field; of two decisions at a time the second finds the case decided.
    """
    note = stated_reason(note, "note")
    worker, conflict = _locked(conflict, by)
    _check_firm(conflict, decision, on, employer)
    if decision == Decision.TRANSFERRED:
        _transfer(worker, conflict.claimant, on, by, employer, ends_job=ends_job)
    elif decision == Decision.SECOND_JOB:
        start_employment(worker=worker, employer=employer, start=on, by=by)
    conflict.decision, conflict.note = Decision(decision), note
    conflict.decided_by, conflict.decided_at = by, timezone.now()
    conflict.full_clean(exclude=["claimed"])
    conflict.save()
    _record(conflict, on, by)
    return conflict


def _locked(conflict: Conflict, by: User) -> tuple[Worker, Conflict]:
    """The person, locked first as everywhere, and the case as it stands. Raises RuleError when it is decided."""
    require_editable(conflict, by)
    worker = Worker.objects.select_for_update().defer("phone").get(pk=conflict.worker_id)
    rows = Conflict.objects.select_for_update(of=("self",)).select_related("claimant", "decided_by")
    conflict = rows.get(pk=conflict.pk)
    if conflict.decision:
        raise RuleError(f"此件已由{conflict.decided_by}于 {conflict.decided_at:%Y-%m-%d} 决定，不能再次决定")
    if conflict.worker_id != worker.pk:
        raise RuleError("此人的记录刚刚合并，请刷新页面后再决定")
    return worker, conflict


def _record(conflict: Conflict, on: dt.date | None, by: User) -> None:
    root = Union.objects.only("pk").get(parent=None)
    audit.record(
        by,
        "workers.conflict_settle",
        conflict,
        union_id=root.pk,
        decision=str(conflict.decision),
        worker=conflict.worker_id,
        claimant=conflict.claimant_id,
        holder=conflict.holder_id,
        note=conflict.note,
        on=str(on) if on else "",
    )


def _check_firm(conflict: Conflict, decision: str, on: dt.date | None, employer: Employer | None) -> None:
    """The day and the firm a decision needs; the firm must be in the claimant's charge."""
    if decision in (Decision.TRANSFERRED, Decision.SECOND_JOB) and on is None:
        raise RuleError({"on": "请填写办理日期"})
    if decision == Decision.SECOND_JOB and employer is None:
        raise RuleError({"employer": "登记第二份工作，请选择申报工会的工作单位"})
    if employer and employer.union_id != conflict.claimant_id:
        raise RuleError({"employer": "工作单位应归口申报工会"})


def _transfer(
    worker: Worker, union: Union, on: dt.date, by: User, employer: Employer | None, *, ends_job: bool
) -> None:
    if ends_job:
        for job in worker.employments.filter(end=None).exclude(start__gte=on).exclude(employer=employer):
            end_employment(employment=job, end=on, by=by)
    change_membership(
        worker=worker, change=Change.TRANSFER_IN, on=on, by=by, union=union, note="重复登记核实后转入"
    )
    if employer and not worker.employments.filter(employer=employer, end=None).exists():
        start_employment(worker=worker, employer=employer, start=on, by=by)
