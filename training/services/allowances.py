"""Allowances of skill leaders: a month is marked as paid for many at once, and taken back one by one."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import AllowancePayment, Payer, SkillLeader
from training.models.nominations import Proposal
from training.rules.leaders import refuse_amount, refuse_month
from unions.scoping import require_editable
from workers.rules import stated_reason

NAMED = 5  # people a refusal names


@transaction.atomic
def pay_month(
    *, amounts: Mapping[int, int], month: dt.date, paid_on: dt.date, payer: str, by: User
) -> list[AllowancePayment]:
    """Mark the month (its first day) as paid: ``amounts`` in whole yuan by the key of the leader. All or none.

    Raises RuleError by field, naming who is not in term or was paid already; PermissionDenied out of reach.
    """
    refuse_month(month, paid_on)
    if payer not in Payer.values:
        raise RuleError({"payer": "请选择发放单位"})
    if not amounts:
        raise RuleError("没有勾选发放的人")
    leaders = _locked(amounts, by)
    for leader in leaders:
        refuse_amount(amounts[leader.pk], of=f"{leader.worker.name}的")
    outside = [leader for leader in leaders if not _covers(leader, month)]
    if outside:
        raise RuleError(f"{_named(outside)}在 {month:%Y-%m} 不在聘期内或没有通过审定。请取消勾选。")
    paid = AllowancePayment.objects.filter(leader__in=leaders, month=month).select_related("leader__worker")
    if paid:
        raise RuleError(f"{_named([row.leader for row in paid])}的 {month:%Y-%m} 津贴已登记。请取消勾选。")
    rows = AllowancePayment.objects.bulk_create(
        AllowancePayment(
            leader=leader,
            month=month,
            amount=amounts[leader.pk],
            paid_on=paid_on,
            payer=payer,
            entered_by=by,
        )
        for leader in leaders
    )
    for row in rows:
        _tell(by, "training.allowance_pay", row)
    return rows


@transaction.atomic
def strike_payment(*, payment: AllowancePayment, note: str, by: User) -> SkillLeader:
    """Take back a payment that was recorded by mistake. Raises RuleError without a reason."""
    note = stated_reason(note, "note")
    (leader,) = _locked([payment.leader_id], by)
    struck, _ = AllowancePayment.objects.filter(pk=payment.pk, leader=leader).delete()
    if not struck:
        raise RuleError("这笔津贴已被他人删去，请刷新页面")
    require_editable(leader, by)
    _tell(by, "training.allowance_strike", payment, note=note)
    return leader


def _tell(by: User, action: str, payment: AllowancePayment, **details) -> None:
    told = {"month": f"{payment.month:%Y-%m}", "amount": payment.amount} | details
    audit.record(by, action, payment.leader, union_id=payment.leader.union_id, **told)


def _locked(keys, by: User) -> list[SkillLeader]:
    """The leaders, locked in one order. Raises PermissionDenied unless all of them lie in reach."""
    found = SkillLeader.objects.editable_by(by).filter(pk__in=list(keys)).order_by("pk")
    leaders = list(found.select_for_update(of=("self",)).select_related("worker").defer("worker__phone"))
    if len(leaders) != len(set(keys)):
        raise PermissionDenied
    return leaders


def _covers(leader: SkillLeader, month: dt.date) -> bool:
    """Accepted, and in term on some day of the month."""
    first = leader.start.replace(day=1)
    return leader.state == Proposal.ACCEPTED and first <= month < leader.end


def _named(leaders: list[SkillLeader]) -> str:
    names = "、".join(leader.worker.name for leader in leaders[:NAMED])
    return f"{names}等 {len(leaders)} 人" if len(leaders) > NAMED else names
