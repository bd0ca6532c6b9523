"""``user.has_perm`` from posts."""

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied

from accounts.models import User
from unions.roles import ROLE_PERMISSIONS
from unions.scoping import posts_of


class PostBackend(BaseBackend):
    """Answers permission questions from the user's posts in effect today, and nothing else does."""

    def get_user(self, user_id):
        """The active user of a session opened through this backend (``force_login`` takes the first one)."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj, perm, obj=None):
        """True if one of the posts' roles holds the permission; PermissionDenied stops other backends."""
        if any(perm in ROLE_PERMISSIONS[role] for role, *_ in posts_of(user_obj)):
            return True
        raise PermissionDenied
