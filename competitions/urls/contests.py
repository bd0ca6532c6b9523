"""Contests, events and stages."""

from django.urls import path

from competitions.views import contests, events

urlpatterns = [
    path("contests/", contests.contest_list, name="contest_list"),
    path("contests/calendar/", contests.contest_calendar, name="contest_calendar"),
    path("contests/new/", contests.contest_create, name="contest_create"),
    path("contests/<int:pk>/", contests.contest_detail, name="contest_detail"),
    path("contests/<int:pk>/edit/", contests.contest_edit, name="contest_edit"),
    path("contests/<int:pk>/clone/", contests.contest_clone, name="contest_clone"),
    path("contests/<int:pk>/move/", contests.contest_move, name="contest_move"),
    path("contests/<int:pk>/cancel/", contests.contest_cancel, name="contest_cancel"),
    path("contests/<int:pk>/events/new/", events.event_create, name="event_create"),
    path("events/<int:pk>/", events.event_detail, name="event_detail"),
    path("events/<int:pk>/edit/", events.event_edit, name="event_edit"),
    path("events/<int:pk>/delete/", events.event_delete, name="event_delete"),
    path("events/<int:pk>/stages/new/", events.stage_create, name="stage_create"),
    path("stages/<int:pk>/edit/", events.stage_edit, name="stage_edit"),
    path("stages/<int:pk>/delete/", events.stage_delete, name="stage_delete"),
]
