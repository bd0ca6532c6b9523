"""Reminders of re-checks that stand, for the list, the side bar and the first page."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from competitions.models import CollectiveHonour, Honour, RecheckNotice
from core.access import Permission
from core.reminders import reminder_days
from unions.models import Union

RELATED = (
    *("honour__worker__union", "collective__union", "collective__team", "collective__employer"),
    *("studio__union", "studio__leader"),
)
SEALED = (
    *(
        "honour__worker__phone",
        "honour__worker__phone_index",
        "studio__leader__phone",
        "studio__leader__phone_index",
    ),
)
NOUNS = {"honour": "个人荣誉", "collective": "集体荣誉", "studio": "工作室"}


def recheck_notices_of(user):
    """The reminders that stand about what the user keeps, with all that the list says of them."""
    rows = RecheckNotice.objects.editable_by(user).standing().with_receipt_of(user)
    return rows.select_related(*RELATED).defer(*SEALED)


def rechecks_waiting(user) -> tuple:
    """Those that wait for the user: they stand, and the user has not seen them."""
    return (RecheckNotice.objects.editable_by(user).standing().unseen_by(user),)


def home_notices(user) -> list[tuple[str, str]]:
    """One line for the first page while re-checks are near or past (settings.HOME_NOTICES)."""
    if not user.has_perm(Permission.EDIT_CONTESTS):
        return []
    found = sum(rows.count() for rows in rechecks_waiting(user))
    if not found:
        return []
    return [(f"荣誉、工作室复核临近或到期 {found} 项", reverse("competitions:recheck_notice_list"))]


def holder_of(notice: RecheckNotice) -> str:
    """Whose it is: the person, the collective, or who leads the studio."""
    row = notice.row
    if isinstance(row, Honour):
        return row.worker.name
    return row.holder.name if isinstance(row, CollectiveHonour) else row.leader.name


def union_of(notice: RecheckNotice) -> Union:
    """The union that is reminded."""
    row = notice.row
    return row.worker.union if isinstance(row, Honour) else row.union


def standing(notice: RecheckNotice, today: dt.date) -> str:
    """How much time is left."""
    left = (notice.due_on - today).days
    if left == 0:
        return "今天到期"
    return f"逾期 {-left:,} 天" if left < 0 else f"还有 {left:,} 天"


def tone(notice: RecheckNotice, today: dt.date, near: int) -> str:
    """The colour of it: past, within ``near`` days, or farther."""
    left = (notice.due_on - today).days
    if left < 0:
        return "danger"
    return "warning" if left <= near else "info"


def near_days() -> int:
    """The last step before the day itself."""
    return reminder_days("recheck", on=timezone.localdate())[-2]
