"""Security events: what allauth and Django report about sign-ins becomes entries of the audit trail."""

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from accounts.audit import record
from accounts.models import AuditEntry, User

FACTORS = {"totp": "身份验证器", "recovery_codes": "恢复代码", "webauthn": "通行密钥"}


def client_ip(request) -> str | None:
    """Address of the client as the trusted proxies report it (settings.TRUSTED_PROXY_COUNT)."""
    return get_adapter(request).get_client_ip(request)


def note(request, action: str, user: User | None, *, by: User | None = None, **details) -> AuditEntry:
    """Write one security event about ``user``; ``by`` is left out where nobody is signed in yet."""
    return record(by, action, user, category=AuditEntry.Category.SECURITY, ip=client_ip(request), **details)


def note_failed_login(request, action: str, credentials: dict) -> None:
    """A refused sign-in. A name that no account has is masked: people type passwords into that box."""
    typed = credentials.get("username") or credentials.get("email") or ""
    user = User.objects.filter(username__iexact=typed).first()
    if user is None and "@" in typed:
        user = User.objects.filter(email__iexact=typed).first()
    shown = user.username if user else f"{typed[:1]}***"
    note(request, action, user, username=shown)


@receiver(account_signals.user_logged_in, dispatch_uid="security.login")
def _on_login(request, user, **kwargs):
    methods = request.session.get("account_authentication_methods", [])
    note(request, "security.login", user, by=user, methods=sorted({entry["method"] for entry in methods}))


@receiver(user_logged_out, dispatch_uid="security.logout")
def _on_logout(request, user, **kwargs):
    if user is not None:
        note(request, "security.logout", user, by=user)


@receiver(account_signals.authentication_step_completed, dispatch_uid="security.step")
def _on_step(request, user, method, **kwargs):
    if kwargs.get("reauthenticated"):
        note(request, "security.reauthenticated", user, by=user, method=method)


@receiver(account_signals.password_changed, dispatch_uid="security.password_changed")
@receiver(account_signals.password_set, dispatch_uid="security.password_set")
def _on_password(request, user, **kwargs):
    note(request, "security.password_changed", user, by=user)


@receiver(account_signals.password_reset, dispatch_uid="security.password_reset")
def _on_password_reset(request, user, **kwargs):
    note(request, "security.password_reset", user, by=user)


@receiver(mfa_signals.authenticator_added, dispatch_uid="security.factor_added")
def _on_factor_added(request, user, authenticator, **kwargs):
    note(request, "security.factor_added", user, by=user, factor=FACTORS[authenticator.type])


@receiver(mfa_signals.authenticator_removed, dispatch_uid="security.factor_removed")
def _on_factor_removed(request, user, authenticator, **kwargs):
    note(request, "security.factor_removed", user, by=user, factor=FACTORS[authenticator.type])


@receiver(mfa_signals.authenticator_reset, dispatch_uid="security.factor_renewed")
def _on_factor_renewed(request, user, authenticator, **kwargs):
    note(request, "security.factor_renewed", user, by=user, factor=FACTORS[authenticator.type])


@receiver(mfa_signals.authentication_failed, dispatch_uid="security.factor_failed")
def _on_factor_failed(request, user, **kwargs):
    note(request, "security.factor_failed", user)
