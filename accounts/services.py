"""Changes to accounts: creating, inviting, locking, and ending what a lost device may still hold."""

import re
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditEntry, Invitation, User
from accounts.queries import hash_token
from core.errors import RuleError
from core.text import clean_name

SECURITY = AuditEntry.Category.SECURITY
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,29}", re.ASCII)


@transaction.atomic
def create_user(*, username: str, name: str, by: User | None, email: str = "") -> User:
    """An account without a password; its owner sets one through an invitation. ``by`` is None at founding.

    User names have 3 to 30 lower-case letters, digits, dots, hyphens or underscores and begin with a letter.
    Raises RuleError for a bad or taken user name or e-mail address.
    """
    username, email = username.strip().lower(), email.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise RuleError("用户名应为 3 至 30 位小写字母、数字、点、横线或下划线，并以字母开头。")
    if User.objects.filter(username__iexact=username).exists():
        raise RuleError(f"用户名“{username}”已被使用，请换一个。")
    _check_email(email)
    user = User(username=username, name=clean_name(name), email=email)
    user.set_unusable_password()
    user.save()
    record(by, "security.account_created", user, category=SECURITY, username=username)
    return user


@transaction.atomic
def create_invitation(*, user: User, by: User, days: int | None = None) -> tuple[Invitation, str]:
    """A one-time link for setting the password; earlier links of the user stop working.

    Returns the invitation and its token. The token exists nowhere else: only its hash is stored.
    Raises RuleError for a locked account.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise RuleError("该账号已锁定，请先由安全管理员解除锁定。")
    now = timezone.now()
    user.invitations.open().update(expires_at=now)
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=days or settings.INVITATION_DAYS)
    invitation = Invitation.objects.create(
        user=user, token_hash=hash_token(token), created_by=by, expires_at=expires_at
    )
    record(by, "security.invitation_made", user, category=SECURITY, expires_at=expires_at.isoformat())
    return invitation, token


def invitation_url(token: str) -> str:
    """The full address to hand to the invited person."""
    return settings.SITE_URL.rstrip("/") + reverse("accounts:invitation_accept", args=[token])


@transaction.atomic
def accept_invitation(*, token: str, password: str, ip: str | None = None) -> User:
    """Set the invited user's password, once. Older sessions of the account end.

    Raises RuleError when the link was used, has run out or never existed, and ValidationError for a password
    that is too weak.
    """
    found = Invitation.objects.open().select_for_update().filter(token_hash=hash_token(token))
    invitation = found.select_related("user").first()
    if invitation is None or not invitation.user.is_active:
        raise RuleError("邀请链接已失效（可能已使用或过期），请联系邀请人重新发送。")
    user = invitation.user
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    _end_sessions(user)
    record(user, "security.invitation_accepted", user, category=SECURITY, ip=ip)
    return user


@transaction.atomic
def change_email(*, user: User, email: str, by: User, ip: str | None = None) -> User:
    """Set or clear the address used for signing in and for lost passwords. Raises RuleError when taken."""
    user = User.objects.select_for_update().get(pk=user.pk)
    email = email.strip().lower()
    _check_email(email, but=user)
    user.email = email
    user.save(update_fields=["email"])
    record(by, "security.email_changed", user, category=SECURITY, ip=ip)
    return user


@transaction.atomic
def lock_account(*, user: User, by: User, reason: str, ip: str | None = None) -> User:
    """Refuse all further sign-ins, end the sessions and void open invitations. Raises RuleError for oneself."""
    user = _other_user(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.invitations.open().update(expires_at=timezone.now())
    _end_sessions(user)
    record(by, "security.account_locked", user, category=SECURITY, ip=ip, reason=reason)
    return user


@transaction.atomic
def unlock_account(*, user: User, by: User, reason: str, ip: str | None = None) -> User:
    """Let a locked account sign in again. Raises RuleError for oneself."""
    user = _other_user(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(by, "security.account_unlocked", user, category=SECURITY, ip=ip, reason=reason)
    return user


@transaction.atomic
def end_sessions(
    *, user: User, by: User, reason: str = "", keep: str = "", only: int | None = None, ip: str | None = None
) -> int:
    """End the user's sessions (all, all but the session key ``keep``, or the one with id ``only``).

    Returns how many ended.
    """
    ended = _end_sessions(user, keep=keep, only=only)
    if ended:
        record(by, "security.session_ended", user, category=SECURITY, ip=ip, sessions=ended, reason=reason)
    return ended


@transaction.atomic
def reset_second_factor(*, user: User, by: User, reason: str, ip: str | None = None) -> int:
    """Remove all second factors of a user who lost them, and end the sessions. Raises RuleError for oneself."""
    user = _other_user(user, by)
    removed, _ = Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    record(by, "security.factors_reset", user, category=SECURITY, ip=ip, factors=removed, reason=reason)
    return removed


def _other_user(user: User, by: User) -> User:
    if user.pk == by.pk:
        raise RuleError("不能对自己的账号做这项操作，请由另一名安全管理员办理。")
    return User.objects.select_for_update().get(pk=user.pk)


def _check_email(email: str, but: User | None = None) -> None:
    if not email:
        return
    validate_email(email)
    others = User.objects.filter(email__iexact=email)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise RuleError("该电子邮箱已被其他账号使用，请换一个。")


def _end_sessions(user: User, *, keep: str = "", only: int | None = None) -> int:
    sessions = UserSession.objects.filter(user=user).exclude(session_key=keep)
    if only is not None:
        sessions = sessions.filter(pk=only)
    ended = list(sessions)
    for session in ended:
        session.end()
    return len(ended)
