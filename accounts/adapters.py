"""How allauth behaves here: nobody signs up, failures are logged."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class PortalAccountAdapter(DefaultAccountAdapter):
    """No self sign-up: town staff invite."""

    def is_open_for_signup(self, request):
        return False


class PortalMFAAdapter(DefaultMFAAdapter):
    """Names the portal in authenticator apps."""
