"""All addresses. Every view declares a policy (core.access); tests/access walks this resolver."""

from django.urls import include, path

from accounts.views import profile, session_list
from core.views import healthz
from nanyue_portal.views import start
from reports.views_figures import home

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("start/", start, name="start"),
    # Two pages of allauth that the portal does in its own way, at the same addresses.
    path("accounts/email/", profile, name="account_email"),
    path("accounts/sessions/", session_list, name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
    path("unions/", include("unions.urls")),
    path("workers/", include("workers.urls")),
    path("training/", include("training.urls")),
    path("competitions/", include("competitions.urls")),
    path("rights/", include("rights.urls")),
    path("judge/", include("competitions.urls.public")),
    path("learn/", include("training.urls.public")),
    path("showcase/", include("competitions.urls.showcase")),
    path("account/", include("accounts.urls")),
    path("jobs/", include("core.urls")),
    path("codes/", include("core.urls_codes")),
    path("privacy/", include("core.urls_privacy")),
    path("reform/", include("reform.urls")),
    path("reports/", include("reports.urls")),
    path("exchange/", include("exchange.urls")),
    path("", home, name="home"),
]

handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler429 = "accounts.views.too_many_requests"
