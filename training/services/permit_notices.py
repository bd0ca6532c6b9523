"""Reminders of permits that are due: made every night, handed to the holder on paper."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core import jobs
from core.codes import legal_number
from core.errors import RuleError
from core.models import Job
from core.reminders import step_of
from training.models import Permit, PermitNotice
from training.queries.permit_states import notice_days
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
    """Remind of every card whose day is near or past, and clear what is long settled; the job's result says how many
    reminders are new and how many are gone."""
    today = timezone.localdate()
    with finish() as result:
        result.update(made=remind(today), cleared=clear(today))


def clear(today: dt.date) -> int:
    """Delete reminders that were settled long ago: of cards no longer in use, or about a day that is not due any more,
    made before the days of ``permit.notice_days``. That a holder was told stays in the trail. Returns how many."""
    long_ago = today - dt.timedelta(days=int(legal_number("permit.notice_days", on=today)))
    settled = ~Q(permit__state=Permit.State.ACTIVE) | ~Q(due_on=F("permit__due_on"))
    rows = PermitNotice.objects.filter(settled, made_on__lt=long_ago)
    return PermitNotice.objects.filter(pk__in=rows.order_by().values("pk")).delete()[0]


def remind(today: dt.date) -> int:
    """Make the reminders of the day that are not there yet; returns how many.

    Each at its step (``core.reminders.step_of``): a card that is entered twenty days ahead gets the reminder of thirty
    days and not those before it.
    """
    steps = notice_days(today)
    rows = Permit.objects.active().of_people_on_roll()
    rows = rows.filter(due_on__lte=today + dt.timedelta(days=steps[0]))
    wanted = {
        (pk, due_on, step_of(steps, due_on, today), audience)
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
