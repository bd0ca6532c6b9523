"""What subsidies add up to: claims of a period and what was paid in it, per union and altogether."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from core.reporting import Period
from training.models import SubsidyClaim

State = SubsidyClaim.State


def _columns(period: Period) -> dict:
    """``filed``: claims made in the period and not withdrawn; ``paid``, ``people`` and ``yuan``: what was paid
    in it; ``waiting`` and ``due`` (yuan): what waits for a decision and for payment today."""
    span = (period.start, period.end)
    paid = Q(state=State.PAID, paid_on__range=span)
    return {
        "filed": Count("pk", filter=Q(claimed_on__range=span) & ~Q(state=State.WITHDRAWN)),
        "paid": Count("pk", filter=paid),
        "people": Count("certificate__worker", filter=paid, distinct=True),
        "yuan": Sum("amount", filter=paid),
        "waiting": Count("pk", filter=Q(state=State.CLAIMED)),
        "due": Sum("amount", filter=Q(state=State.APPROVED)),
    }


def with_sums(unions, period: Period):
    """The unions that have claims of any time, with the sums of ``_columns``."""
    claims = SubsidyClaim.objects.filter(union=OuterRef("pk")).order_by()
    grouped = claims.values("union")
    sums = {
        name: Coalesce(
            Subquery(grouped.annotate(found=column).values("found"), output_field=IntegerField()), 0
        )
        for name, column in _columns(period).items()
    }
    return unions.filter(Exists(claims)).annotate(**sums)


def whole(unions, period: Period) -> dict[str, int]:
    """The same sums over all of the unions; a person of two unions is one of ``people``."""
    found = SubsidyClaim.objects.filter(union__in=unions.order_by().values("pk")).aggregate(
        **_columns(period)
    )
    return {name: value or 0 for name, value in found.items()}
