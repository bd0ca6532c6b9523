"""Anonymising people whose retention is over (个人信息保护法 19, 47): the person goes, past totals stay.

Kept: birth year, sex and the other codes, dates and places of memberships and jobs, so that a figure of a past
period and its rebuild are the same. Audit entries cannot be changed; they hold no identity or phone number, but
names and dates of birth of before, until the retention of the trail itself is over.
"""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateField, F
from django.db.models.functions import TruncYear
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import AuditEntry, User
from core.access import Permission
from core.data_groups import retention_months
from workers.models import IdentityDocument, Worker
from workers.privacy import anonymisable

NAME = "已匿名"
AT_ONCE = 500
GONE = {
    "name": NAME,
    "pinyin": "",
    "initials": "",
    "other_pinyin": "",
    "other_initials": "",
    "phone": None,
    "phone_index": None,
    "phone_tail": "",
    "household_place": "",
    "native_place": "",
}


def due(by: User, today: dt.date):
    """The people whom ``by`` may anonymise today."""
    reach = Worker.objects.within_reach(by, Permission.MANAGE_PRIVACY)
    return anonymisable(today, retention_months("roll")).filter(pk__in=reach.values("pk"))


@transaction.atomic
def anonymise(*, worker_ids: Iterable[int], by: User) -> int:
    """Anonymise those of these people whose time has come; returns how many. Others are left alone: somebody who
    has joined again since the list was drawn up stays. Raises PermissionDenied. It cannot be undone."""
    if not by.has_perm(Permission.MANAGE_PRIVACY):
        raise PermissionDenied
    today = timezone.localdate()
    list(Worker.objects.select_for_update().filter(pk__in=list(worker_ids)).order_by("pk").values("pk"))
    found = list(due(by, today).filter(pk__in=list(worker_ids)).order_by("pk").values_list("pk", "union"))
    if not found:
        return 0
    ids = _with_absorbed([pk for pk, _ in found])
    complete = list(Worker.objects.complete().filter(pk__in=ids).values_list("pk", flat=True))
    documents = IdentityDocument.objects.filter(worker__in=ids)
    keys = [bytes(key) for key in documents.values_list("number_index", flat=True)]
    for path in settings.PERSON_ERASERS:
        import_string(path)(ids, keys)
    Worker.objects.filter(pk__in=complete).update(was_complete=True)
    Worker.objects.filter(pk__in=ids).update(
        **GONE,
        birth_date=TruncYear("birth_date", output_field=DateField()),
        anonymised_on=today,
        version=F("version") + 1,
        updated_at=timezone.now(),
    )
    _record(found, by)
    return len(found)


def _with_absorbed(ids: list[int]) -> list[int]:
    """These people and the signs of the records that were merged into theirs."""
    found, last = list(ids), list(ids)
    while last:
        last = list(Worker.objects.filter(merged_into__in=last).values_list("pk", flat=True))
        found += last
    return found


def _record(found: list[tuple[int, int]], by: User) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            category=AuditEntry.Category.BUSINESS,
            action="workers.anonymise",
            actor=by,
            object_type=Worker._meta.label_lower,
            object_id=pk,
            union_id=union,
        )
        for pk, union in found
    )
