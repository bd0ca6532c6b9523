"""Reminders of what is due: made every night, once per step, and cleared when they are long settled.

The steps are so many days before the due day, as dated numbers, from the farthest to the day itself. A model of reminders
names what it is about, and has ``due_on``, ``step`` and ``made_on``.
"""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.codes import legal_number
from core.models import Job

STEPS = ("far", "middle", "near", "last")
BATCH = 2000


def request_reminders(kind: str, *, title: str, page: str, hint: bool) -> Job:
    """Queue today's reminders, shown on the page of this URL name; a second request of the day gets the same job."""
    today = timezone.localdate()
    return jobs.submit(
        kind=kind,
        key=f"{kind}:{today}",
        args={},
        title=f"{today} {title}",
        by=None,
        page_url=reverse(page),
        hint=hint,
    )


def reminder_days(what: str, *, on: dt.date) -> list[int]:
    """Days before the due day at which officers are reminded, the most first: the numbers ``<what>.far_days`` to
    ``<what>.last_days`` in force on the day."""
    return sorted((int(legal_number(f"{what}.{name}_days", on=on)) for name in STEPS), reverse=True)


def step_of(steps: Sequence[int], due_on: dt.date, today: dt.date) -> int:
    """The smallest step that is not below the days left: what is entered twenty days ahead is at the step of thirty
    days and gets none before it, and what is overdue is at the last. The caller asks within the farthest step."""
    left = max((due_on - today).days, 0)
    return min(step for step in steps if step >= left)


def make_reminders(
    model, about: str, rows, *, day: str, steps: Sequence[int], today: dt.date, **facts
) -> int:
    """Make the reminders with these ``facts`` that are not there yet, each at its step, of the rows whose ``day`` is
    near or past; returns how many. ``about`` is the relation from the reminder to the row."""
    rows = rows.filter(**{f"{day}__lte": today + dt.timedelta(days=steps[0])})
    wanted = {(pk, due_on, step_of(steps, due_on, today)) for pk, due_on in rows.values_list("pk", day)}
    known = model.objects.filter(**{f"{about}__in": rows.order_by().values("pk")}, **facts)
    missing = sorted(wanted - set(known.values_list(about, "due_on", "step")))
    made = [
        model(**{f"{about}_id": pk}, due_on=due_on, step=step, made_on=today, **facts)
        for pk, due_on, step in missing
    ]
    model.objects.bulk_create(made, BATCH, ignore_conflicts=True)
    return len(made)


def clear_reminders(settled, what: str, *, today: dt.date) -> int:
    """Delete those of the settled reminders that were made before the days of the number ``<what>.notice_days``; returns
    how many."""
    long_ago = today - dt.timedelta(days=int(legal_number(f"{what}.notice_days", on=today)))
    gone = settled.filter(made_on__lt=long_ago).order_by()
    _, deleted = settled.model.objects.filter(pk__in=gone.values("pk")).delete()
    return deleted.get(settled.model._meta.label, 0)  # not those that went along
