"""Session limits and the second factor."""

import time

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils import timezone

from accounts.security import client_ip

STARTED = "session_started"
LAST_SEEN = "last_seen"
# Writing the session at each request would cost a query; once a minute is exact enough.
TOUCH_SECONDS = 60
# Where a user without the demanded second factor may still go: set it up, sign out, see the first page's error.
OPEN_PREFIXES = ("/accounts/", "/healthz")


def end_old_sessions(get_response):
    """Sign out a session that was idle for SESSION_IDLE_SECONDS or is older than SESSION_COOKIE_AGE.

    Django alone only knows the time since the session was last written, which slides.
    """

    def middleware(request):
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.get(STARTED, now)
            seen = request.session.get(LAST_SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
                messages.info(request, "由于长时间没有操作，已自动退出，请重新登录。")
            elif now - started > settings.SESSION_COOKIE_AGE:
                logout(request)
                messages.info(request, "本次登录已满最长时限，已自动退出，请重新登录。")
            elif now - seen > TOUCH_SECONDS or STARTED not in request.session:
                request.session[STARTED] = started
                request.session[LAST_SEEN] = now
                _touch(request)
        return get_response(request)

    return middleware


def _touch(request) -> None:
    """The list of one's devices shows when and from where each was last used."""
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=timezone.now(), ip=client_ip(request)
    )


def require_second_factor(get_response):
    """Send users whose role demands a second factor to its set-up until they have one."""

    def middleware(request):
        if (
            settings.MFA_REQUIRED_ROLES
            and request.user.is_authenticated
            and not request.path.startswith(OPEN_PREFIXES)
            and _lacks_factor(request.user)
        ):
            messages.warning(request, "您的岗位要求启用两步验证，请先完成设置。")
            return redirect("mfa_index")
        return get_response(request)

    return middleware


def _lacks_factor(user) -> bool:
    if not user.posts.current().filter(role__in=settings.MFA_REQUIRED_ROLES).exists():
        return False
    return not is_mfa_enabled(user)
