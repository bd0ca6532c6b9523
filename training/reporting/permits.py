"""C8 特种作业证到期未审 (domain facts 15.1): permits in use that were expired or not reviewed in time.

The section is in ``training.reporting.safety``.
"""

from django.db.models import OuterRef, Subquery

from core import codes
from core.reporting import Line, Period, counted
from training.models import Permit
from workers.reporting import workforce


def overdue_permits(unions, period: Period):
    """Cards in use at the cut-off whose day of review or end had passed, of people at work; each card counts where
    its holder does."""
    holders = workforce(None, period).filter(pk=OuterRef("worker")).order_by()
    cards = Permit.objects.overdue_at(period.end).select_related("worker__union")
    cards = cards.defer("number", "number_index", "worker__phone", "worker__phone_index")
    cards = counted(cards, Subquery(holders.values("counted_in")[:1]), unions)
    return cards.filter(counted_in__isnull=False).order_by("due_at", "pk")


def permit_lines(records, user) -> list[Line]:
    """Holders by name with category and the day that passed; nothing of the number."""
    found, names = list(records), codes.names("permit_category")
    opened = set(
        Permit.objects.visible_to(user).filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True)
    )
    return [
        Line(row.worker.name, _detail(row, names), row.get_absolute_url() if row.pk in opened else "")
        for row in found
    ]


def _detail(row: Permit, names: dict) -> str:
    due = getattr(row, "due_at", row.due_on)
    what = "已到期" if due == row.valid_until else "应复审"
    return f"{names.get(row.category, row.category)}，{due} {what}"
