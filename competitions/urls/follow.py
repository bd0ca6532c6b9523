"""Prizes, awards and their certificates, who gains what, and whether it was given."""

from django.urls import path

from competitions.views import awards, entitlements, prizes, promises

urlpatterns = [
    path("events/<int:pk>/prizes/new/", prizes.prize_create, name="prize_create"),
    path("prizes/<int:pk>/edit/", prizes.prize_edit, name="prize_edit"),
    path("prizes/<int:pk>/delete/", prizes.prize_delete, name="prize_delete"),
    path("events/<int:pk>/awards/", prizes.award_give, name="award_give"),
    path("awards/", awards.award_list, name="award_list"),
    path("awards/revoked/", awards.revoked_award_list, name="revoked_award_list"),
    path("awards/revoked/<int:pk>/again/", awards.award_again, name="award_again"),
    path("awards/<int:pk>/revoke/", awards.award_revoke, name="award_revoke"),
    path("awards/<int:pk>/paper/", awards.award_paper, name="award_paper"),
    path("awards/<int:pk>/check/<str:code>/", awards.award_check, name="award_check"),
    path("contests/<int:pk>/summary/", awards.contest_summary, name="contest_summary"),
    path("entitlements/", entitlements.entitlement_list, name="entitlement_list"),
    path("entitlements/new/", entitlements.entitlement_create, name="entitlement_create"),
    path("entitlements/<int:pk>/edit/", entitlements.entitlement_edit, name="entitlement_edit"),
    path("entitlements/<int:pk>/confirm/", entitlements.entitlement_confirm, name="entitlement_confirm"),
    path("entitlements/<int:pk>/end/", entitlements.entitlement_end, name="entitlement_end"),
    path("entitlements/<int:pk>/delete/", entitlements.entitlement_delete, name="entitlement_delete"),
    path("promises/", promises.promise_list, name="promise_list"),
    path("promises/new/", promises.promise_start, name="promise_start"),
    path("promises/<int:pk>/", promises.promise_detail, name="promise_detail"),
    path("promises/<int:pk>/deliver/", promises.promise_deliver, name="promise_deliver"),
    path("promises/<int:pk>/waive/", promises.promise_waive, name="promise_waive"),
    path("promises/<int:pk>/reopen/", promises.promise_reopen, name="promise_reopen"),
    path("promises/<int:pk>/settle/", promises.promise_settle, name="promise_settle"),
    path("promises/<int:pk>/papers/<int:paper>/", promises.promise_paper, name="promise_paper"),
    path("events/<int:pk>/promises/", promises.promise_propose, name="promise_propose"),
    path("events/<int:pk>/promises/new/", promises.promise_create, name="promise_create"),
]
