"""How allauth behaves here: nobody signs up, failures are logged, no letter leaves without a mail server."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.security import note_failed_login
from core import crypto

_SEALED_IN = "mfa_authenticator:data"


class PortalAccountAdapter(DefaultAccountAdapter):
    """No self sign-up: town staff invite. Refused sign-ins are security events."""

    def is_open_for_signup(self, request):
        """Never: accounts are made by town staff."""
        return False

    def pre_authenticate(self, request, **credentials):
        """Count the attempt; an account under attack is refused for a while, and that is noted."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_failed_login(request, "security.login_limited", credentials)
            raise

    def authentication_failed(self, request, **credentials):
        """Note the refused sign-in."""
        note_failed_login(request, "security.login_failed", credentials)

    def send_mail(self, template_prefix, email, context):
        """Send only where a mail server is set: without one a reset link would end up in a log."""
        if settings.MAIL_ENABLED:
            super().send_mail(template_prefix, email, context)


class PortalMFAAdapter(DefaultMFAAdapter):
    """Seals the secrets of authenticator apps and recovery codes in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "代码不正确，或刚刚已经用过。请核对手机时间，输入新显示的代码。",
    }

    def encrypt(self, text):
        """Sealed text for the authenticator's JSON column."""
        return base64.b64encode(crypto.encrypt(text, context=_SEALED_IN)).decode()

    def decrypt(self, encrypted_text):
        """Open what encrypt() sealed."""
        return crypto.decrypt(base64.b64decode(encrypted_text), context=_SEALED_IN)
