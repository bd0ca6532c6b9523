"""Quarterly roll call (季度点名): who is still here, and what is proposed for the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.reporting import Period
from unions.models import COMMITTEES, Union
from unions.scoping import require_editable
from workers.matters import keeps
from workers.models import Change, Proposal, RollCall, RollCallEntry, Worker
from workers.roll_calls import called_members, missing_members, open_roll_call, quarter_of_today
from workers.services.proposals import propose


@dataclass(frozen=True)
class Absence:
    """Why somebody was not found: the change of membership it suggests; a blank one is yet to be found out."""

    label: str
    change: str = ""
    reason: str = ""
    status: str = ""


UNKNOWN = "unknown"
ABSENCES = {
    UNKNOWN: Absence("联系不上，去向待核实"),
    "left": Absence("已离职，转出会籍", Change.TRANSFER_OUT, "1"),
    "unemployed": Absence("失业，保留会籍", Change.RETAIN, "3", "30"),
    "retired": Absence("退休，保留会籍", Change.RETAIN, "", "31"),
    "military": Absence("服兵役，保留会籍", Change.RETAIN, "", "32"),
    "withdraws": Absence("本人要求退会", Change.WITHDRAW, "5"),
    "died": Absence("死亡", Change.DEATH),
}


@transaction.atomic
def save_ticks(*, union: Union, shown: set[int], present: set[int], by: User) -> RollCall:
    """Keep the ticks of one screen; as often as wanted until the roll call is completed.

    ``shown`` are the people that stood on the screen, ``present`` those ticked. People who left meanwhile are
    passed over. Raises PermissionDenied out of reach, RuleError when this quarter's roll call is over.
    """
    _require_roll(union, by)
    roll_call = _running(union, by)
    members = set(called_members(union).filter(pk__in=shown).values_list("pk", flat=True))
    RollCallEntry.objects.bulk_create(
        [
            RollCallEntry(roll_call=roll_call, worker_id=pk, is_present=pk in present)
            for pk in sorted(members)
        ],
        update_conflicts=True,
        unique_fields=["roll_call", "worker"],
        update_fields=["is_present"],
    )
    require_editable(roll_call, by)
    return roll_call


@transaction.atomic
def complete_roll_call(*, roll_call: RollCall, absences: Mapping[int, str], by: User) -> RollCall:
    """Confirm everybody ticked as of today and propose a change for each of the others.

    ``absences`` gives a key of ABSENCES per missing person. Memberships stay as they are until somebody decides
    the proposals; whoever has an open one already gets no second. Raises RuleError when the roll call is over,
    nobody was ticked, or an absence is missing.
    """
    roll_call = RollCall.objects.select_for_update().select_related("union").get(pk=roll_call.pk)
    require_editable(roll_call, by)
    _refuse_over(roll_call)
    missing = list(missing_members(roll_call).select_for_update().defer("phone").order_by("pk"))
    _check_absences(missing, absences)
    ticked = roll_call.entries.filter(is_present=True).values("worker")
    confirmed = (
        called_members(roll_call.union).filter(pk__in=ticked).update(confirmed_on=timezone.localdate())
    )
    if not confirmed:
        raise RuleError("没有勾选任何人。请先勾选仍在册的会员。")
    proposed = _propose_changes(roll_call, missing, absences, by)
    roll_call.confirmed, roll_call.missing = confirmed, len(missing)
    roll_call.completed_at = timezone.now()
    roll_call.save(update_fields=["confirmed", "missing", "completed_at"])
    audit.record(
        by,
        "workers.roll_call",
        roll_call,
        union_id=roll_call.union_id,
        quarter=roll_call.quarter,
        confirmed=confirmed,
        missing=len(missing),
        proposed=proposed,
    )
    return roll_call


def _propose_changes(
    roll_call: RollCall, missing: list[Worker], absences: Mapping[int, str], by: User
) -> int:
    waiting = set(
        Proposal.objects.open()
        .filter(worker__in=[person.pk for person in missing])
        .values_list("worker", flat=True)
    )
    asked = [person for person in missing if person.pk not in waiting]
    for person in asked:
        absence = ABSENCES[absences[person.pk]]
        propose(
            worker=person,
            source=Proposal.Source.ROLL_CALL,
            by=by,
            change=absence.change,
            reason=absence.reason,
            status=absence.status,
            note=absence.label,
            roll_call=roll_call,
        )
    return len(asked)


def _check_absences(missing: list[Worker], absences: Mapping[int, str]) -> None:
    unsaid = [person.name for person in missing if absences.get(person.pk) not in ABSENCES]
    if unsaid:
        raise RuleError(f"请为每位未勾选的会员选择情况，还差 {len(unsaid)} 人：{'、'.join(unsaid[:5])}")


def _running(union: Union, by: User) -> RollCall:
    """The union's roll call that is not over, else a new one for this quarter, locked."""
    if open_roll_call(union) is None:
        new = RollCall(union=union, quarter=quarter_of_today(), started_by=by)
        RollCall.objects.bulk_create([new], ignore_conflicts=True)
    known = open_roll_call(union)
    roll_call = RollCall.objects.select_for_update().select_related("union").get(pk=known.pk)
    _refuse_over(roll_call)
    return roll_call


def _refuse_over(roll_call: RollCall) -> None:
    if roll_call.completed_at:
        day = timezone.localdate(roll_call.completed_at)
        raise RuleError(f"{Period.parse(roll_call.quarter).label}的点名已于 {day} 完成，下个季度再点。")


def _require_roll(union: Union, by: User) -> None:
    if not keeps(by, union):
        raise PermissionDenied
    if union.org_type not in COMMITTEES and not union.is_holding:
        raise RuleError("点名由基层工会进行，联合会没有直属会员")
    if union.dissolved_on:
        raise RuleError(f"该工会已于 {union.dissolved_on} 撤销")
