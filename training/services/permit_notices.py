"""Reminders of permits that are due: made every night, handed to the holder on paper."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core import jobs
from core.errors import RuleError
from core.models import Job
from training.models import Permit, PermitNotice
from training.permit_states import notice_days
from unions.scoping import require_editable

KIND = "training.permit_notices"
BATCH = 2000


def request_notices(*, hint: bool = True) -> Job:
    """Queue today's reminders; a second request of the day gets the same job."""
    today = timezone.localdate()
    return jobs.submit(
        kind=KIND,
        key=f"{KIND}:{today}",
        args={},
        title=f"{today} 操作证到期提醒",
        by=None,
        page_url=reverse("training:permit_notice_list"),
        hint=hint,
    )


def make_notices(*, finish) -> None:
    """Remind of every card whose day is near or past; the job's result says how many reminders are new."""
    with finish() as result:
        result.update(made=remind(timezone.localdate()))


def remind(today: dt.date) -> int:
    """Make the reminders of the day that are not there yet; returns how many.

    A card is at the smallest step that is not below the days left: one that is entered twenty days ahead gets the
    reminder of thirty days and not those before it, and one that is overdue the last.
    """
    steps = notice_days(today)
    rows = Permit.objects.active().of_people_on_roll()
    rows = rows.filter(due_on__lte=today + dt.timedelta(days=steps[0]))
    wanted = {
        (pk, due_on, min(step for step in steps if step >= max((due_on - today).days, 0)), audience)
        for pk, due_on in rows.values_list("pk", "due_on")
        for audience in PermitNotice.Audience.values
    }
    known = PermitNotice.objects.filter(permit__in=rows).values_list("permit", "due_on", "step", "audience")
    missing = sorted(wanted - set(known))
    PermitNotice.objects.bulk_create(
        [
            PermitNotice(permit_id=pk, due_on=due_on, step=step, audience=audience, made_on=today)
            for pk, due_on, step, audience in missing
        ],
        BATCH,
        ignore_conflicts=True,
    )
    return len(missing)


@transaction.atomic
def tell_holder(*, permit: Permit, by: User) -> int:
    """Note that the holder got the note about what is due now; returns how many reminders that settles.

    Raises RuleError when no reminder waits for it.
    """
    permit = Permit.objects.select_for_update().select_related("worker").get(pk=permit.pk)
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
