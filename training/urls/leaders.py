"""Skill leaders and their allowances."""

from django.urls import path

from training.views import allowances, leaders

urlpatterns = [
    path("leaders/", leaders.leader_list, name="leader_list"),
    path("leaders/new/", leaders.leader_create, name="leader_create"),
    path("leaders/allowances/", allowances.allowance_pay, name="allowance_pay"),
    path("leaders/<int:pk>/", leaders.leader_detail, name="leader_detail"),
    path("leaders/<int:pk>/edit/", leaders.leader_edit, name="leader_edit"),
    path("leaders/<int:pk>/confirm/", leaders.leader_confirm, name="leader_confirm"),
    path("leaders/<int:pk>/refuse/", leaders.leader_refuse, name="leader_refuse"),
    path("leaders/<int:pk>/end/", leaders.leader_end, name="leader_end"),
    path(
        "leaders/<int:pk>/allowances/<int:payment>/strike/",
        allowances.allowance_strike,
        name="allowance_strike",
    ),
    path("workers/<int:pk>/leaders/new/", leaders.leader_create, name="worker_leader_create"),
]
