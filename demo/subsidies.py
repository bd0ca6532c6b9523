"""Subsidies of the demo town. Every rate and limit is invented and says so in its source."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from demo.roll import BATCH
from training.models import Certificate, ShortageTrade, SubsidyClaim, SubsidyLimit, SubsidyRate
from training.rules.subsidies import amount_of

SOURCE = "演示数据：虚构的示例，不是真实的补贴标准"
BASES = {"L2": 800, "L3": 1200, "L4": 1800, "L5": 2400, "L6": 2800}
SCARCE, SURCHARGE, MONTHS, MOST = ("模具工", "钳工"), 20, 12, 3
State = SubsidyClaim.State
# In turn, for certificates old enough: most are paid, some wait for payment or a decision, a few were refused.
STATES = (State.PAID, State.PAID, State.PAID, State.APPROVED, State.CLAIMED, State.PAID, State.REFUSED)
CLAIMED_AFTER, PAID_AFTER = 30, 75  # days


def fill_subsidies(*, by: User, today: dt.date) -> int:
    """Rates of two years, and a claim for two of three certificates of that time; returns how many claims."""
    start = today.replace(year=today.year - 2, month=1, day=1)
    rates = _rules(start, by)
    rows = Certificate.objects.filter(state=Certificate.State.VERIFIED, level__in=BASES, issued_on__gte=start)
    rows = rows.filter(issued_on__lt=today - dt.timedelta(days=CLAIMED_AFTER)).select_related("worker")
    claims = [
        _claim(row, rates[row.level], STATES[place % len(STATES)], by, today)
        for place, row in enumerate(rows.order_by("pk").defer("worker__phone"))
        if place % 3
    ]
    SubsidyClaim.objects.bulk_create(claims, BATCH)
    return len(claims)


def _rules(start: dt.date, by: User) -> dict[str, SubsidyRate]:
    facts = {"start": start, "source": SOURCE, "entered_by": by}
    rates = SubsidyRate.objects.bulk_create(
        SubsidyRate(level=level, base=base, surcharge=SURCHARGE, **facts) for level, base in BASES.items()
    )
    ShortageTrade.objects.bulk_create(ShortageTrade(trade=trade, **facts) for trade in SCARCE)
    limits = ((SubsidyLimit.Kind.DEADLINE, MONTHS), (SubsidyLimit.Kind.YEARLY, MOST))
    SubsidyLimit.objects.bulk_create(SubsidyLimit(kind=kind, value=value, **facts) for kind, value in limits)
    return {rate.level: rate for rate in rates}


def _claim(row: Certificate, rate: SubsidyRate, state: str, by: User, today: dt.date) -> SubsidyClaim:
    on = row.issued_on + dt.timedelta(days=CLAIMED_AFTER)
    paid_on = row.issued_on + dt.timedelta(days=PAID_AFTER)
    if state == State.PAID and paid_on > today:
        state = State.CLAIMED
    surcharge = rate.surcharge if row.trade in SCARCE else 0
    is_paid = state == State.PAID
    return SubsidyClaim(
        certificate=row, union_id=row.worker.union_id, level=row.level, trade=row.trade, issued_on=row.issued_on,
        rate=rate, base=rate.base, surcharge=surcharge, amount=amount_of(rate.base, surcharge),
        claim_until=row.issued_on + dt.timedelta(days=365), most_per_year=MOST, state=state, claimed_on=on, claimed_by=by,
        decided_by=None if state == State.CLAIMED else by,
        decided_at=None if state == State.CLAIMED else timezone.now(),
        decision_note="与发证机构网上查询结果不符" if state == State.REFUSED else "",
        paid_on=paid_on if is_paid else None, paid_by=by if is_paid else None,
        voucher=f"演示批次{paid_on:%Y-%m}" if is_paid else "",
    )  # fmt: skip
