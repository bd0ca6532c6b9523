"""Session limits and the second factor."""

import time

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse

LAST_SEEN = "last_seen"
# Writing the session at each request would cost a query; once a minute is exact enough.
TOUCH_SECONDS = 60


def end_idle_sessions(get_response):
    """Sign out a session that was idle for longer than settings.SESSION_IDLE_SECONDS."""

    def middleware(request):
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(LAST_SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
                messages.info(request, "由于长时间没有操作，已自动退出，请重新登录。")
            elif now - seen > TOUCH_SECONDS or LAST_SEEN not in request.session:
                request.session[LAST_SEEN] = now
        return get_response(request)

    return middleware


def require_second_factor(get_response):
    """Send users whose role demands a second factor to its set-up until they have one."""

    def middleware(request):
        if settings.MFA_REQUIRED_ROLES and request.user.is_authenticated:
            allowed = request.path.startswith((reverse("account_login"), "/accounts/", "/static/"))
            if not allowed and _lacks_factor(request.user):
                messages.warning(request, "您的岗位要求启用两步验证，请先完成设置。")
                return redirect("mfa_index")
        return get_response(request)

    return middleware


def _lacks_factor(user) -> bool:
    roles = user.posts.current().values_list("role", flat=True)
    return bool(set(roles) & set(settings.MFA_REQUIRED_ROLES)) and not is_mfa_enabled(user)
