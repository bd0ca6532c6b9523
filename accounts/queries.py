"""Reads over accounts, invitations and the audit trail."""

import datetime as dt
import hashlib

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEntry, Invitation, User

BROKEN = """
SELECT id FROM (
    SELECT entry.id, entry.hash, entry.previous_hash, accounts_audit_digest(entry) AS digest,
           lag(entry.hash, 1, '\\x'::bytea) OVER (ORDER BY entry.id) AS last_hash,
           row_number() OVER (ORDER BY entry.id) AS place
    FROM accounts_auditentry entry
) chain
WHERE hash <> digest OR previous_hash <> last_hash OR id <> place
ORDER BY id LIMIT 20
"""


def broken_audit_entries() -> list[int]:
    """Ids (at most 20) where the chain does not hold: altered, removed or inserted entries."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        return [row[0] for row in cursor.fetchall()]


def history_of(obj):
    """The audit entries about one object, newest first."""
    return AuditEntry.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk).select_related(
        "actor"
    )


def hash_token(token: str) -> bytes:
    """What the database keeps of an invitation's token."""
    return hashlib.sha256(token.encode()).digest()


def open_invitation(token: str) -> Invitation | None:
    """The invitation a token opens, unless it was used or has run out."""
    found = Invitation.objects.open().filter(token_hash=hash_token(token), user__is_active=True)
    return found.select_related("user").first()


def security_entries() -> QuerySet[AuditEntry]:
    """Security events, newest first."""
    return AuditEntry.objects.filter(category=AuditEntry.Category.SECURITY).select_related("actor")


def audit_entries() -> QuerySet[AuditEntry]:
    """The whole trail, newest first."""
    return AuditEntry.objects.select_related("actor")


def filter_entries(
    entries: QuerySet[AuditEntry],
    *,
    user: str = "",
    action: str = "",
    category: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[AuditEntry]:
    """Entries by or about accounts whose user name or name holds ``user``, of an action, within whole days."""
    if user:
        people = User.objects.filter(Q(username__icontains=user) | Q(name__icontains=user)).values("pk")
        about = Q(object_type=User._meta.label_lower, object_id__in=people)
        entries = entries.filter(Q(actor__in=people) | about)
    if action:
        entries = entries.filter(action=action)
    if category:
        entries = entries.filter(category=category)
    if since:
        entries = entries.filter(at__gte=_midnight(since))
    if until:
        entries = entries.filter(at__lt=_midnight(until + dt.timedelta(days=1)))
    return entries


def accounts(*, q: str = "", state: str = "") -> QuerySet[User]:
    """Accounts by user name, with ``has_factor`` and the list ``current_posts``."""
    posts = apps.get_model("unions", "Post").objects.current().select_related("union")
    users = User.objects.annotate(
        has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))),
    ).prefetch_related(Prefetch("posts", queryset=posts, to_attr="current_posts"))
    if q:
        users = users.filter(Q(username__icontains=q) | Q(name__icontains=q))
    if state == "locked":
        users = users.filter(is_active=False)
    elif state == "active":
        users = users.filter(is_active=True)
    elif state == "pending":
        users = users.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return users.order_by("username", "pk")


def sessions_of(user: User) -> list[UserSession]:
    """Sessions of the user that still hold, latest activity first; ended ones are cleared away."""
    sessions = UserSession.objects.purge_and_list(user)
    return sorted(sessions, key=lambda session: session.last_seen_at, reverse=True)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
