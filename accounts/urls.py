"""Addresses of the account pages."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("invitation/<str:token>/", views.invitation_accept, name="invitation_accept"),
    path("password/", views.invitation_password, name="invitation_password"),
    path("list/", views.account_list, name="account_list"),
    path("list/<int:pk>/", views.account_detail, name="account_detail"),
    path("security-log/", views.security_log, name="security_log"),
    path("audit-log/", views.audit_log, name="audit_log"),
    path("audit-log/check/", views.audit_check, name="audit_check"),
]
