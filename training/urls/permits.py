"""Permits for special work."""

from django.urls import path

from training.views import permit_notices, permits

urlpatterns = [
    path("permits/", permits.permit_list, name="permit_list"),
    path("permits/<int:pk>/", permits.permit_detail, name="permit_detail"),
    path("permits/<int:pk>/edit/", permits.permit_edit, name="permit_edit"),
    path("permits/<int:pk>/review/", permits.permit_review, name="permit_review"),
    path("permits/<int:pk>/revoke/", permits.permit_revoke, name="permit_revoke"),
    path(
        "permits/<int:pk>/reviews/<int:review>/strike/",
        permits.permit_review_strike,
        name="permit_review_strike",
    ),
    path("permits/<int:pk>/note/", permit_notices.permit_note, name="permit_note"),
    path("permits/<int:pk>/tell/", permit_notices.permit_tell, name="permit_tell"),
    path("permits/notices/", permit_notices.permit_notice_list, name="permit_notice_list"),
    path("workers/<int:pk>/permits/", permits.worker_permits, name="worker_permits"),
    path("workers/<int:pk>/permits/new/", permits.permit_create, name="permit_create"),
]
