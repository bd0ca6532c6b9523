"""Judges, criteria, absences, and a judge's own pages by account."""

from django.urls import path

from competitions.views import judge_pages as pages, judging, lineups, panel, typings

urlpatterns = [
    path("contests/<int:pk>/judges/", panel.judge_list, name="judge_list"),
    path("contests/<int:pk>/judges/new/", panel.judge_create, name="judge_create"),
    path("contests/<int:pk>/judges/links/", panel.judge_links, name="judge_links"),
    path("contests/<int:pk>/seats/", panel.seat_save, name="seat_save"),
    path("judges/<int:pk>/edit/", panel.judge_edit, name="judge_edit"),
    path("judges/<int:pk>/delete/", panel.judge_delete, name="judge_delete"),
    path("judges/<int:pk>/link/end/", panel.judge_link_end, name="judge_link_end"),
    path("judges/<int:pk>/conflicts/new/", panel.conflict_create, name="conflict_create"),
    path("conflicts/<int:pk>/delete/", panel.conflict_delete, name="conflict_delete"),
    path("stages/<int:pk>/criteria/", judging.criterion_list, name="criterion_list"),
    path("stages/<int:pk>/criteria/new/", judging.criterion_create, name="criterion_create"),
    path("criteria/<int:pk>/edit/", judging.criterion_edit, name="criterion_edit"),
    path("criteria/<int:pk>/delete/", judging.criterion_delete, name="criterion_delete"),
    path("events/<int:pk>/judging/", judging.event_judging, name="event_judging"),
    path("stages/<int:pk>/lineup/", lineups.lineup_confirm, name="lineup_confirm"),
    path("stages/<int:pk>/absences/new/", judging.absence_create, name="absence_create"),
    path("absences/<int:pk>/delete/", judging.absence_delete, name="absence_delete"),
    path("seats/<int:pk>/sheet/", typings.score_sheet, name="score_sheet"),
    path("seats/<int:pk>/typing/", typings.typing_edit, name="typing_edit"),
    path("seats/<int:pk>/typing/compare/", typings.typing_compare, name="typing_compare"),
    path("seats/<int:pk>/typing/restart/", typings.typing_restart, name="typing_restart"),
    path("judging/", pages.my_home, name="my_home"),
    path("judging/<int:pk>/", pages.my_seat, name="my_seat"),
    path("judging/<int:pk>/<int:entry>/", pages.my_card, name="my_card"),
    path("judging/spread/<int:pk>/", pages.my_spread, name="my_spread"),
]
