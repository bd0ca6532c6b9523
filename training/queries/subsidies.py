"""Whether a certificate may be subsidised: what the check looks at, and the certificates that pass it.

The same annotated rows answer for one certificate, for the list and for the service that claims, so that they cannot
say different things (docs/adr/0023). ``day`` is the day of the claim.
"""

import datetime as dt

from django.db.models import Count, DateField, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from training.models import (
    ABILITY,
    Certificate,
    ShortageTrade,
    SubsidyClaim,
    SubsidyLimit,
    SubsidyRate,
)

DEADLINE, YEARLY = SubsidyLimit.Kind.DEADLINE, SubsidyLimit.Kind.YEARLY


def limit_on(kind: str, day) -> SubsidyLimit | None:
    """The row in force on the day; None when nobody has said anything for it."""
    return _limits(kind, day).first()


def examined(certificates, day: dt.date):
    """The certificates with what their subsidy depends on.

    ``rung`` (as rates name it), ``rate`` (its key, by the day of issue; None: no rate), ``is_scarce``,
    ``is_limited`` (a deadline or its absence was said for the day of issue), ``claim_until`` (last day, None
    without a deadline), ``is_claimed``, ``claimed_in_year`` (the person's live claims of the year of ``day``).
    """
    issued = OuterRef("issued_on")
    rates = SubsidyRate.objects.on(issued).filter(level=OuterRef("rung"))
    rates = rates.filter(Q(trade="") | Q(trade=OuterRef("trade"))).order_by("-trade")
    live = SubsidyClaim.objects.live().order_by()
    own = live.filter(certificate__worker=OuterRef("worker"), claimed_on__year=day.year)
    counts = own.values("certificate__worker").annotate(found=Count("pk")).values("found")
    deadlines = _limits(DEADLINE, issued)
    rows = certificates.annotate(rung=Coalesce(NullIf(F("level"), Value("")), Value(ABILITY)))
    rows = rows.annotate(
        rate=Subquery(rates.values("pk")[:1]),
        is_scarce=Exists(ShortageTrade.objects.on(issued).filter(trade=OuterRef("trade"))),
        is_limited=Exists(deadlines),
        months=Cast(Subquery(deadlines.values("value")[:1]), IntegerField()),
        is_claimed=Exists(live.filter(certificate=OuterRef("pk"))),
        claimed_in_year=Coalesce(Subquery(counts), 0),
    )
    return rows.annotate(claim_until=_months_later(F("issued_on"), F("months")))


def claimable(certificates, day: dt.date):
    """Those of the certificates that may be claimed for on the day, with what ``examined`` says of them."""
    first = SubsidyRate.objects.order_by("start").values_list("start", flat=True).first()
    if first is None:
        return examined(certificates.none(), day)
    rows = certificates.filter(state=Certificate.State.VERIFIED, issued_on__gte=first)
    rows = examined(rows, day).filter(rate__isnull=False, is_claimed=False)
    rows = rows.filter(Q(claim_until=None) | Q(claim_until__gte=day))
    most = limit_on(YEARLY, day)
    if most is not None and most.value is not None:
        rows = rows.filter(claimed_in_year__lt=most.value)
    return rows


def _limits(kind: str, day):
    return SubsidyLimit.objects.filter(kind=kind, start__lte=day).order_by("-start")


def _months_later(day, months):
    """The same day so many months on, the last of a month that is shorter; nothing without months."""
    return Func(
        day,
        months,
        template="(%(expressions)s)::date",
        arg_joiner=" + interval '1 month' * ",
        output_field=DateField(),
    )
