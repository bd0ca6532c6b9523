"""Reminders of re-checks that are due: made every night, once per step, for the officers of the union."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from competitions.models import RecheckNotice, Recognition
from competitions.queries.honours import KINDS
from core import jobs
from core.codes import legal_number
from core.models import Job
from core.reminders import reminder_days, step_of

KIND = "competitions.recheck_notices"
NUMBERS = "recheck"
BATCH = 2000


def request_notices(*, hint: bool = True) -> Job:
    """Queue today's reminders; a second request of the day gets the same job."""
    today = timezone.localdate()
    return jobs.submit(
        kind=KIND,
        key=f"{KIND}:{today}",
        args={},
        title=f"{today} 荣誉复核提醒",
        by=None,
        page_url=reverse("competitions:recheck_notice_list"),
        hint=hint,
    )


def make_notices(*, finish) -> None:
    """Remind of every re-check whose day is near or past, and clear what is long settled; the job's result says how many
    reminders are new and how many are gone."""
    today = timezone.localdate()
    with finish() as result:
        result.update(made=remind(today), cleared=clear(today))


def remind(today: dt.date) -> int:
    """Make the reminders of the day that are not there yet, each at its step (``core.reminders``); returns how many."""
    steps = reminder_days(NUMBERS, on=today)
    missing = [row for kind in KINDS for row in _missing(kind, steps, today)]
    RecheckNotice.objects.bulk_create(missing, BATCH, ignore_conflicts=True)
    return len(missing)


def clear(today: dt.date) -> int:
    """Delete reminders that were settled long ago: about a day that is not due any more, or of what is not verified any
    more, made before the days of ``recheck.notice_days``. Returns how many."""
    long_ago = today - dt.timedelta(days=int(legal_number(f"{NUMBERS}.notice_days", on=today)))
    rows = RecheckNotice.objects.filter(made_on__lt=long_ago)
    rows = rows.exclude(pk__in=RecheckNotice.objects.unsettled().values("pk"))
    return RecheckNotice.objects.filter(pk__in=rows.order_by().values("pk")).delete()[0]


def _missing(kind: str, steps: list[int], today: dt.date) -> list[RecheckNotice]:
    rows = KINDS[kind].objects.valid_on(today).filter(state=Recognition.State.VERIFIED)
    rows = rows.filter(recheck_on__lte=today + dt.timedelta(days=steps[0]))
    if kind == "honour":
        rows = rows.filter(worker__anonymised_on=None)
    wanted = {
        (pk, due_on, step_of(steps, due_on, today)) for pk, due_on in rows.values_list("pk", "recheck_on")
    }
    known = RecheckNotice.objects.filter(**{f"{kind}__in": rows.order_by().values("pk")})
    return [
        RecheckNotice(**{f"{kind}_id": pk}, due_on=due_on, step=step, made_on=today)
        for pk, due_on, step in sorted(wanted - set(known.values_list(kind, "due_on", "step")))
    ]
