"""Reminders of re-checks that are due: made every night, once per step, for the officers of the union."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import RecheckNotice, RecheckNoticeReceipt, Recognition
from competitions.queries.honours import KINDS
from competitions.queries.recheck_notices import union_of
from core.models import Job
from core.reminders import clear_reminders, make_reminders, reminder_days, request_reminders
from unions.scoping import require_editable

KIND = "competitions.recheck_notices"
NUMBERS = "recheck"


def request_notices(*, hint: bool = True) -> Job:
    """Queue today's reminders; a second request of the day gets the same job."""
    return request_reminders(KIND, title="荣誉复核提醒", page="competitions:recheck_notice_list", hint=hint)


def make_notices(*, finish) -> None:
    """Remind of every re-check whose day is near or past, and clear what is long settled; the job's result says how many
    reminders are new and how many are gone."""
    today = timezone.localdate()
    with finish() as result:
        result.update(made=remind(today), cleared=clear(today))


def remind(today: dt.date) -> int:
    """Make the reminders of the day that are not there yet, each at its step (``core.reminders``); returns how many."""
    return sum(_remind(kind, today) for kind in KINDS)


@transaction.atomic
def see_recheck_notice(*, notice: RecheckNotice, by: User) -> RecheckNotice:
    """The keeper has seen it; again changes nothing. Raises PermissionDenied for a notice out of reach."""
    require_editable(notice, by)
    _, is_new = RecheckNoticeReceipt.objects.get_or_create(notice=notice, user=by)
    if is_new:
        audit.record(by, "competitions.recheck_notice_see", notice, union_id=union_of(notice).pk)
    return notice


def clear(today: dt.date) -> int:
    """Delete reminders that were settled long ago: about a day that is not due any more, or of what is not verified any
    more. Returns how many."""
    settled = RecheckNotice.objects.exclude(pk__in=RecheckNotice.objects.unsettled().values("pk"))
    return clear_reminders(settled, NUMBERS, today=today)


def _remind(kind: str, today: dt.date) -> int:
    rows = KINDS[kind].objects.valid_on(today).filter(state=Recognition.State.VERIFIED)
    if kind == "honour":
        rows = rows.filter(worker__anonymised_on=None)
    steps = reminder_days(NUMBERS, on=today)
    return make_reminders(RecheckNotice, kind, rows, day="recheck_on", steps=steps, today=today)
