"""Looking at sealed values, and saying who saw what."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from core.access import Permission
from core.errors import RuleError
from workers.models import Worker
from workers.rules import stated_reason

REVEAL = "workers.reveal"


@transaction.atomic
def reveal_number(*, worker: Worker, what: str, reason: str, by: User, ip: str | None = None) -> str:
    """The full number in use (``what="number"``) or phone (``"phone"``), for a reason that is logged.

    Raises PermissionDenied out of reach, RuleError without a proper reason, when nothing is recorded, or when
    the user has looked at too many within the hour (settings.REVEALS_PER_HOUR).
    """
    reach = Worker.objects.within_reach(by, Permission.REVEAL_NUMBERS)
    worker = reach.filter(pk=worker.pk).first()
    if worker is None:
        raise PermissionDenied
    reason = stated_reason(reason, "reason")
    value = worker.phone if what == "phone" else _current_number(worker)
    if not value:
        raise RuleError("该记录没有登记此项号码")
    _refuse_haste(by)
    audit.record(
        by,
        REVEAL,
        worker,
        category=AuditEntry.Category.ACCESS,
        union_id=worker.union_id,
        ip=ip,
        field=what,
        reason=reason,
    )
    return value


def note_people_shown(
    by: User,
    action: str,
    worker_ids: Iterable[int],
    *,
    union_id: int | None = None,
    ip: str | None = None,
    obj=None,
    **details,
) -> AuditEntry:
    """One access entry for a file that held the numbers of these people (an export, a PDF): each of them shows
    it under "who has seen this" (``workers.privacy.seen_by``). Call it last in the transaction."""
    shown = sorted(set(worker_ids))
    return audit.record(
        by,
        action,
        obj,
        category=AuditEntry.Category.ACCESS,
        union_id=union_id,
        ip=ip,
        workers=shown,
        **details,
    )


def _refuse_haste(by: User) -> None:
    """At most so many looks an hour: nobody copies a roll by hand. The user's row serialises the count."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    since = timezone.now() - dt.timedelta(hours=1)
    looks = AuditEntry.objects.filter(actor=by, action=REVEAL, at__gt=since).order_by("-pk")
    times = list(looks.values_list("at", flat=True)[: settings.REVEALS_PER_HOUR])
    if len(times) < settings.REVEALS_PER_HOUR:
        return
    free = timezone.localtime(times[-1] + dt.timedelta(hours=1)) + dt.timedelta(minutes=1)
    raise RuleError(
        f"一小时内最多查看 {settings.REVEALS_PER_HOUR} 次完整号码，请在 {free:%H:%M} 以后再查看。"
        "需要大批号码时请用导出，并说明事由。"
    )


def _current_number(worker: Worker) -> str:
    document = worker.documents.filter(is_current=True).first()
    return document.number if document else ""
