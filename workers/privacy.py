"""Reads about personal data: who has seen a record, and what is held about a person."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from accounts.actions import action_label
from accounts.models import AuditEntry
from workers.models import (
    Conflict,
    Employment,
    Membership,
    Proposal,
    Standing,
    Transfer,
    Worker,
)

REVEALED = {"number": "证件号码", "phone": "移动电话"}


@dataclass(frozen=True)
class Look:
    """Somebody saw personal data of a record: when, who, what, and the reason given."""

    at: dt.datetime
    actor: str
    what: str
    reason: str


def access_entries(worker: Worker) -> QuerySet[AuditEntry]:
    """Access entries about a record, and files that held its numbers (``services.note_people_shown``), newest
    first."""
    about = Q(object_type=Worker._meta.label_lower, object_id=worker.pk)
    shown = Q(details__workers__contains=[worker.pk])
    entries = AuditEntry.objects.filter(category=AuditEntry.Category.ACCESS)
    # A UNION of keys keeps both indexes in use; an OR would read all access entries.
    keys = entries.filter(about).order_by().values("pk").union(entries.filter(shown).order_by().values("pk"))
    return AuditEntry.objects.filter(pk__in=keys).select_related("actor").order_by("-pk")


def seen_by(worker: Worker, limit: int = 50) -> list[Look]:
    """Who has seen this record's sealed values, newest first."""
    return [look_of(entry) for entry in access_entries(worker)[:limit]]


def look_of(entry: AuditEntry) -> Look:
    """An access entry in words."""
    field = REVEALED.get(entry.details.get("field", ""), "")
    what = f"{action_label(entry.action)}（{field}）" if field else action_label(entry.action)
    return Look(
        entry.at, str(entry.actor) if entry.actor else "系统", what, str(entry.details.get("reason") or "")
    )


def anonymisable(today: dt.date, months: int | None) -> QuerySet[Worker]:
    """People whose roll record has outlived its retention: they left, every membership and job ended at least
    ``months`` ago, and no business about them is open. Nobody while the office has set no period."""
    if months is None:
        return Worker.objects.none()
    limit = months_before(today, months)
    running, mine = Q(end=None) | Q(end__gt=limit), {"worker": OuterRef("pk")}
    kept = (
        Membership.objects.filter(running, **mine),
        Employment.objects.filter(running, **mine),
        Proposal.objects.open().filter(**mine),
        Transfer.objects.pending().filter(**mine),
        Conflict.objects.open().filter(**mine),
    )
    people = Worker.objects.filter(standing=Standing.LEFT, merged_into=None, anonymised_on=None)
    return people.filter(*(~Exists(rows) for rows in kept))


def with_last_day(workers: QuerySet[Worker]) -> QuerySet[Worker]:
    """Annotates ``last_day``: when the last membership or job ended."""
    ends = [
        Subquery(model.objects.filter(worker=OuterRef("pk")).order_by("-end").values("end")[:1])
        for model in (Membership, Employment)
    ]
    return workers.annotate(last_day=Greatest(*ends))


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, the last of the month where there is none."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
