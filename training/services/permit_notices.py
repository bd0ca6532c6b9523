"""Reminders of permits that are due: made every night, handed to the holder on paper."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.models import Job
from core.reminders import clear_reminders, make_reminders, request_reminders
from training.models import Permit, PermitNotice
from training.queries.permit_states import notice_days
from unions.scoping import require_editable

KIND = "training.permit_notices"


def request_notices(*, hint: bool = True) -> Job:
    """Queue today's reminders; a second request of the day gets the same job."""
    return request_reminders(KIND, title="操作证到期提醒", page="training:permit_notice_list", hint=hint)


def make_notices(*, finish) -> None:
    """Remind of every card whose day is near or past, and clear what is long settled; the job's result says how many
    reminders are new and how many are gone."""
    today = timezone.localdate()
    with finish() as result:
        result.update(made=remind(today), cleared=clear(today))


def clear(today: dt.date) -> int:
    """Delete reminders that were settled long ago: of cards no longer in use, or about a day that is not due any more.
    That a holder was told stays in the trail. Returns how many."""
    settled = PermitNotice.objects.filter(
        ~Q(permit__state=Permit.State.ACTIVE) | ~Q(due_on=F("permit__due_on"))
    )
    return clear_reminders(settled, "permit", today=today)


def remind(today: dt.date) -> int:
    """Make the reminders of the day that are not there yet, for the officer and for the holder; returns how many.

    Each at its step (``core.reminders.step_of``): a card that is entered twenty days ahead gets the reminder of thirty
    days and not those before it.
    """
    rows, steps = Permit.objects.active().of_people_on_roll(), notice_days(today)
    return sum(
        make_reminders(
            PermitNotice, "permit", rows, day="due_on", steps=steps, today=today, audience=audience
        )
        for audience in PermitNotice.Audience.values
    )


@transaction.atomic
def tell_holder(*, permit: Permit, by: User) -> int:
    """Note that the holder got the note about what is due now; returns how many reminders that settles.

    Raises RuleError when no reminder waits for it.
    """
    permit = Permit.objects.select_for_update(of=("self",)).select_related("worker").get(pk=permit.pk)
    require_editable(permit, by)
    open_notices = permit.notices.filter(
        audience=PermitNotice.Audience.HOLDER, due_on=permit.due_on, handed_on=None
    )
    told = open_notices.update(handed_on=timezone.localdate(), handed_by=by)
    if not told:
        raise RuleError("没有待告知的提醒，可能已由他人登记。请刷新页面。")
    audit.record(
        by, "training.permit_tell", permit, union_id=permit.worker.union_id, due_on=str(permit.due_on)
    )
    return told
