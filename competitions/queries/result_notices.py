"""Notices about results that stand, for the list, the side bar and the first page."""

from django.urls import reverse

from competitions.models import ResultNotice
from competitions.queries.results import may_open
from core.access import Permission

FEW = 5


def result_notices_of(user):
    """The notices to the user that stand, with ``seen_at`` and ``opens``."""
    rows = ResultNotice.objects.addressed_to(user).standing().with_receipt_of(user)
    return rows.annotate(opens=may_open(user)).select_related("event__contest", "union")


def result_notices_waiting(user) -> tuple:
    """Those that the user has not seen."""
    if not user.has_perm(Permission.EDIT_CONTESTS):
        return ()
    return (ResultNotice.objects.addressed_to(user).standing().unseen_by(user),)


def home_notices(user) -> list[tuple[str, str]]:
    """Words and address of the newest unseen ones, for the first page (settings.HOME_NOTICES)."""
    if not user.has_perm(Permission.EDIT_CONTESTS):
        return []
    rows = ResultNotice.objects.addressed_to(user).standing().unseen_by(user)
    rows = rows.select_related("event__contest").order_by("-made_on", "-pk")[:FEW]
    return [(said(row), reverse("competitions:result_notice_list")) for row in rows]


def said(row: ResultNotice) -> str:
    """What came out, and until when it may be objected to."""
    words = f"{row.event.contest.title} · {row.event.title} 已公布{row.get_step_display()}"
    return f"{words}，异议到 {row.objections_until} 为止" if row.objections_until else words
