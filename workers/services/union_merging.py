"""A closed union goes into a living one: its members, its records and its open business, then the union itself.

Set-based, because an enterprise union can have thousands of members. On the day every running spell ends with
转出 and the next one begins with 转入 at the other union; retained members stay retained. People without a
membership go over with their record. The day must lie after the last joining: spells that began on it or later
refuse the merge (a later day is the remedy), because a spell of no length is none.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import AuditEntry, User
from core.errors import RuleError
from unions.models import Union
from unions.rules import past_or_today
from unions.services import close_into
from unions.services.structure import lock_tree
from workers.matters import keeps
from workers.models import Change, Conflict, Membership, Proposal, Standing, Transfer, Worker
from workers.positions import refresh_positions
from workers.services.memberships import check_home

NOTE = "工会合并"
BATCH = 1000

MOVE = """
WITH closed AS (
    UPDATE workers_membership SET "end" = %(on)s, end_change = %(out)s, end_reason = %(reason)s
    WHERE union_id = %(closed)s AND "end" IS NULL
    RETURNING worker_id, is_retained, status
)
INSERT INTO workers_membership (worker_id, union_id, start, is_retained, status, start_change, start_reason,
                                end_change, end_reason, is_deemed, created_at)
SELECT worker_id, %(into)s, %(on)s, is_retained, status, %(in)s, %(reason)s, '', '', false, statement_timestamp()
FROM closed ORDER BY worker_id
RETURNING worker_id, is_retained
"""


@transaction.atomic
def merge_unions(*, closed: Union, into: Union, on: dt.date, by: User, reason: str = "") -> Union:
    """Merge ``closed`` into ``into`` on a day, at the latest today. Returns the closed union.

    Pending proposals, transfers and conflict cases follow; what the merge makes pointless is closed with a note.
    One audit entry for each member and one for the union. Raises RuleError by field, PermissionDenied out of
    reach.
    """
    _check(closed, into, on, by)
    lock_tree()
    people = list(
        Worker.objects.select_for_update().filter(union=closed).order_by("pk").values_list("pk", flat=True)
    )
    _refuse_later_joiners(closed, on)
    moved = _move_members(closed, into, on, reason)
    people += [pk for pk in moved if pk not in set(people)]
    Worker.objects.filter(pk__in=people).update(
        union=into, version=F("version") + 1, updated_at=timezone.now()
    )
    _hand_over_matters(closed, into, by)
    refresh_positions(people)
    _record_members(closed, into, on, reason, moved, by)
    return close_into(union=closed, into=into, on=on, by=by)


def preview(closed: Union) -> dict[str, int]:
    """What a merge of this union would move: people, firms, posts and open business, each counted."""
    spells = closed.memberships.filter(end=None)
    return {
        "members": spells.filter(is_retained=False).count(),
        "retained": spells.filter(is_retained=True).count(),
        "others": closed.workers.exclude(standing__in=[Standing.MEMBER, Standing.RETAINED]).count(),
        "firms": closed.employers.count(),
        "posts": closed.posts.current().count(),
        "matters": closed.proposals.open().count()
        + Transfer.objects.pending().filter(Q(origin=closed) | Q(destination=closed)).count()
        + Conflict.objects.open().filter(Q(holder=closed) | Q(claimant=closed)).count(),
    }


def _check(closed: Union, into: Union, on: dt.date, by: User) -> None:
    if closed.pk == into.pk:
        raise RuleError({"into": "不能并入自己，请另选工会"})
    if not keeps(by, closed, into):
        raise PermissionDenied
    try:
        past_or_today(on)
    except RuleError as error:
        raise RuleError({"on": error})
    try:
        check_home(into, on)
    except RuleError as error:
        faults = error.error_dict
        raise RuleError({"into" if name == "union" else name: text for name, text in faults.items()})


def _refuse_later_joiners(closed: Union, on: dt.date) -> None:
    later = Membership.objects.filter(union=closed, end=None, start__gte=on).order_by("-start")
    if last := later.first():
        raise RuleError(
            {"on": f"有 {later.count()} 名会员的会籍自 {last.start} 才开始，合并日期应晚于这一天"}
        )


def _move_members(closed: Union, into: Union, on: dt.date, reason: str) -> dict[int, bool]:
    """Worker → retained, of everybody whose running spell went over."""
    values = {"closed": closed.pk, "into": into.pk, "on": on, "reason": reason}
    values |= {"out": Change.TRANSFER_OUT, "in": Change.TRANSFER_IN}
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)
        return dict(cursor.fetchall())


def _hand_over_matters(closed: Union, into: Union, by: User) -> None:
    now = timezone.now()
    Proposal.objects.open().filter(union=closed).update(union=into)
    pending = Transfer.objects.pending()
    between = Q(origin=closed, destination=into) | Q(origin=into, destination=closed)
    pending.filter(between).update(
        state=Transfer.State.CANCELLED, closed_by=by, closed_at=now, closing_note=NOTE
    )
    pending.filter(origin=closed).update(origin=into)
    pending.filter(destination=closed).update(destination=into)
    cases = Conflict.objects.open()
    twin = cases.filter(worker=OuterRef("worker"), claimant=into)
    pointless = Q(holder=into) | Exists(twin)
    ending = {"decision": Conflict.Decision.KEPT, "decided_by": by, "decided_at": now, "note": NOTE}
    cases.filter(pointless, claimant=closed).update(**ending)
    cases.filter(claimant=into, holder=closed).update(**ending)
    cases.filter(claimant=closed).update(claimant=into)
    cases.filter(holder=closed).update(holder=into)


def _record_members(
    closed: Union, into: Union, on: dt.date, reason: str, moved: dict[int, bool], by: User
) -> None:
    """The change log, in the form of ``workers.services.memberships``."""
    shared = {
        "change": Change.TRANSFER_IN.value,
        "on": str(on),
        "reason": reason,
        "note": NOTE,
        "changes": {"membership": [closed.name, into.name]},
        "from": closed.pk,
        "to": into.pk,
    }
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                category=AuditEntry.Category.BUSINESS,
                action="workers.membership",
                actor=by,
                object_type=Worker._meta.label_lower,
                object_id=worker,
                union_id=into.pk,
                details=shared | ({"retained": True} if retained else {}),
            )
            for worker, retained in sorted(moved.items())
        ),
        batch_size=BATCH,
    )
