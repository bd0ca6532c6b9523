"""The pages of a judge without an account: the personal link is the right."""

from django.urls import path

from competitions.views import judge_pages as pages

app_name = "judging"
urlpatterns = [
    path("<str:token>/", pages.home, name="home"),
    path("<str:token>/<int:pk>/", pages.seat, name="seat"),
    path("<str:token>/<int:pk>/<int:entry>/", pages.card, name="card"),
    path("<str:token>/spread/<int:pk>/", pages.spread, name="spread"),
]
