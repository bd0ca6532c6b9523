"""Claims of subsidies: unions claim, the town approves or refuses, and notes what was paid (docs/adr/0023).

Whoever claims locks the persons first, so that two claims at once cannot go beyond what a person may have in a year, then
the rates, so that none of them ends or goes while it is used.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.errors import RuleError
from core.forms import STALE, check_version
from training.models import Certificate, SubsidyClaim, SubsidyRate
from training.queries.subsidies import YEARLY, examined, limit_on
from training.rules.subsidies import Check, check_of, clean_voucher, doubts_of_claim
from training.services.proofs import reason
from unions.rules import cleaned, past_or_today
from unions.scoping import require_all_editable
from workers.models import Worker

State = SubsidyClaim.State
NAMED = 5  # people a refusal names


@transaction.atomic
def claim_subsidies(*, certificates: Sequence[int], by: User) -> list[SubsidyClaim]:
    """Claim for certificates (their keys, in this order), all of them or none, as of today.

    Raises RuleError naming some of the certificates that may not be subsidised, each with its reason, and for keys
    out of reach.
    """
    keys = list(dict.fromkeys(certificates))
    if not keys:
        raise RuleError("请勾选要申报的证书")
    people = Certificate.objects.filter(pk__in=keys).values("worker")
    list(Worker.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))
    list(SubsidyRate.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    today = timezone.localdate()
    rows = {row.pk: row for row in examined(_in_reach(keys, by), today)}
    if len(rows) < len(keys):
        raise RuleError(f"有 {len(keys) - len(rows)} 张证书不在您的管理范围内，请刷新页面后重新勾选")
    claims = _checked([rows[key] for key in keys], today, by)
    SubsidyClaim.objects.bulk_create(claims)
    require_all_editable(claims, by)
    audit.record_each(
        by,
        "training.subsidy_claim",
        [(row, row.union_id, _told(row) | {"amount": row.amount}) for row in claims],
    )
    return claims


@transaction.atomic
def withdraw_claim(*, claim: SubsidyClaim, version: str, by: User) -> SubsidyClaim:
    """The union takes back a claim that nobody has decided about; the certificate is free again. Raises RuleError."""
    claim = _one(claim, version, Permission.EDIT_TRAINING, by)
    if claim.state != State.CLAIMED:
        raise RuleError(f"该申报现为“{claim.get_state_display()}”，不能撤回。需要更正的，请联系镇总工会")
    claim.state, claim.withdrawn_at = State.WITHDRAWN, timezone.now()
    return _saved([claim], by, "training.subsidy_withdraw", ["withdrawn_at"])[0]


@transaction.atomic
def approve_claims(*, claims: Mapping[int, str], by: User) -> list[SubsidyClaim]:
    """Approve claims (key → version as seen), all of them or none. Raises RuleError for one whose certificate is not
    what it was."""
    rows = _several(claims, [State.CLAIMED], by)
    _refuse_doubtful(rows)
    return _decided(rows, State.APPROVED, "", by, "training.subsidy_approve")


@transaction.atomic
def refuse_claims(*, claims: Mapping[int, str], note: str, by: User) -> list[SubsidyClaim]:
    """Refuse claims that were not paid, for a reason that the union sees. Raises RuleError without one."""
    note = reason(note)
    rows = _several(claims, [State.CLAIMED, State.APPROVED], by)
    return _decided(rows, State.REFUSED, note, by, "training.subsidy_refuse")


@transaction.atomic
def pay_claims(*, claims: Mapping[int, str], paid_on: dt.date, voucher: str, by: User) -> list[SubsidyClaim]:
    """Note that approved claims were paid on a day under one voucher. Raises RuleError by field."""
    facts = cleaned(
        {"paid_on": paid_on, "voucher": voucher}, {"paid_on": past_or_today, "voucher": clean_voucher}
    )
    rows = _several(claims, [State.APPROVED], by)
    _refuse_doubtful(rows)
    last = max(row.claimed_on for row in rows)
    if paid_on < last:
        raise RuleError({"paid_on": f"发放日期不能早于申报日期 {last}"})
    for row in rows:
        row.state, row.paid_by = State.PAID, by
        row.paid_on, row.voucher = facts["paid_on"], facts["voucher"]
    fields = ["paid_on", "voucher", "paid_by"]
    return _saved(rows, by, "training.subsidy_pay", fields, paid_on=str(paid_on))


@transaction.atomic
def strike_payment(*, claim: SubsidyClaim, version: str, note: str, by: User) -> SubsidyClaim:
    """A payment was noted by mistake: the claim waits for it again. Raises RuleError without a reason."""
    claim = _one(claim, version, Permission.DECIDE_TRAINING, by)
    if claim.state != State.PAID:
        raise RuleError(f"该申报现为“{claim.get_state_display()}”，没有登记发放")
    was = {"paid_on": str(claim.paid_on), "voucher": claim.voucher}
    claim.state, claim.paid_on, claim.voucher, claim.paid_by = State.APPROVED, None, "", None
    fields = ["paid_on", "voucher", "paid_by"]
    return _saved([claim], by, "training.subsidy_unpay", fields, note=reason(note), **was)[0]


def _in_reach(keys: list[int], by: User):
    rows = Certificate.objects.editable_by(by).filter(pk__in=keys, worker__anonymised_on=None)
    return rows.select_related("worker").defer("worker__phone", "worker__phone_index")


def _checked(rows: list[Certificate], today: dt.date, by: User) -> list[SubsidyClaim]:
    """The claims for these rows in their order. Raises RuleError when one of them fails."""
    rates = SubsidyRate.objects.in_bulk({row.rate for row in rows if row.rate})
    yearly, made, claims, faults = limit_on(YEARLY, today), Counter(), [], []
    for row in rows:
        check = check_of(row, rates.get(row.rate), yearly, today, more=made[row.worker_id])
        made[row.worker_id] += 1
        if check.failed:
            faults.append(f"{row.worker.name}的{row}：{check.failed[0].why}")
        else:
            claims.append(_claim(row, check, yearly, today, by))
    if faults:
        more = [f"等 {len(faults)} 张证书不能申报"] if len(faults) > NAMED else []
        raise RuleError("；".join([*faults[:NAMED], *more]) + "。没有申报任何一张。")
    return claims


def _claim(row: Certificate, check: Check, yearly, today: dt.date, by: User) -> SubsidyClaim:
    return SubsidyClaim(
        certificate=row,
        union_id=row.worker.union_id,
        level=row.level,
        trade=row.trade,
        issued_on=row.issued_on,
        rate=check.rate,
        base=check.rate.base,
        surcharge=check.surcharge,
        amount=check.amount,
        claim_until=row.claim_until,
        most_per_year=yearly.value if yearly else None,
        claimed_on=today,
        claimed_by=by,
    )


def _one(claim: SubsidyClaim, version: str, permission: str, by: User) -> SubsidyClaim:
    claim = SubsidyClaim.objects.select_for_update().get(pk=claim.pk)
    if not SubsidyClaim.objects.within_reach(by, permission).filter(pk=claim.pk).exists():
        raise PermissionDenied
    check_version(claim, version)
    return claim


def _several(claims: Mapping[int, str], states: list[str], by: User) -> list[SubsidyClaim]:
    """The claims locked, in the order of their keys. Raises RuleError for none, for one that is not as it was seen
    and for one in another state."""
    if not claims:
        raise RuleError("请勾选申报")
    reach = SubsidyClaim.objects.within_reach(by, Permission.DECIDE_TRAINING).filter(pk__in=claims)
    rows = reach.select_for_update(of=("self",)).select_related("certificate__worker").order_by("pk")
    rows = list(rows.defer("certificate__worker__phone"))
    if len(rows) < len(claims):
        raise PermissionDenied
    if any(str(row.version) != claims[row.pk] for row in rows):
        raise RuleError(STALE, code="stale")
    wrong = [row for row in rows if row.state not in states]
    if wrong:
        names = "、".join(State(state).label for state in states)
        text = f"{_named(wrong)}的申报现为“{wrong[0].get_state_display()}”，只有{names}的可以这样办理"
        raise RuleError(text)
    return rows


def _refuse_doubtful(rows: list[SubsidyClaim]) -> None:
    doubtful = [row for row in rows if doubts_of_claim(row)]
    if doubtful:
        text = f"{_named(doubtful)}：{doubts_of_claim(doubtful[0])}。请先核对证书；不应发放的，请选“不予通过”"
        raise RuleError(text)


def _named(rows: list[SubsidyClaim]) -> str:
    names = "、".join(row.certificate.worker.name for row in rows[:NAMED])
    return f"{names}等 {len(rows)} 人" if len(rows) > NAMED else names


def _decided(claims: list[SubsidyClaim], state: str, note: str, by: User, action: str) -> list[SubsidyClaim]:
    now = timezone.now()
    for claim in claims:
        claim.state, claim.decided_by, claim.decided_at = state, by, now
        claim.decision_note = note
    return _saved(claims, by, action, ["decided_by", "decided_at", "decision_note"], note=note)


def _saved(
    claims: list[SubsidyClaim], by: User, action: str, fields: list[str], **details
) -> list[SubsidyClaim]:
    """Write locked claims with their state and these fields, and one entry about each."""
    for claim in claims:
        claim.version += 1
    SubsidyClaim.objects.bulk_update(claims, ["state", "version", *fields])
    audit.record_each(by, action, [(claim, claim.union_id, _told(claim) | details) for claim in claims])
    return claims


def _told(claim: SubsidyClaim) -> dict:
    return {"certificate": claim.certificate_id}


def erase_claims(worker_ids: list[int], keys: list[bytes]) -> None:
    """Notes go; level, trade, days and amounts stay for past figures (registers.PERSON_ERASERS)."""
    SubsidyClaim.objects.filter(certificate__worker__in=worker_ids).update(decision_note="")
