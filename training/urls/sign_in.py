"""Signing in at a session: the organiser's codes, and the public pages behind them."""

from django.urls import path

from training.views import sign_in, sign_in_codes, sign_in_papers

urlpatterns = [
    path("sessions/<int:pk>/code/", sign_in_codes.session_code, name="session_code"),
    path("sessions/<int:pk>/day-code/", sign_in_codes.day_code_edit, name="day_code_edit"),
    path("sessions/<int:pk>/day-code/print/", sign_in_codes.day_code_print, name="day_code_print"),
    path("sessions/<int:pk>/roster/", sign_in_papers.roster_print, name="roster_print"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/done/", sign_in.sign_in_done, name="sign_in_done"),
    path("sign-in/rate/", sign_in.sign_in_rate, name="sign_in_rate"),
    path("sign-in/code/<str:code>/", sign_in.sign_in_open, name="sign_in_open"),
]
