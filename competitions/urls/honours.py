"""Honours of people and collectives, teams and studios."""

from django.urls import path

from competitions.views import honours, recheck_notices, recognised, teams

urlpatterns = [
    path("rechecks/", recheck_notices.recheck_notice_list, name="recheck_notice_list"),
    path("rechecks/<int:pk>/seen/", recheck_notices.recheck_notice_see, name="recheck_notice_see"),
    path("honours/", honours.honour_list, name="honour_list"),
    path("honours/new/", honours.honour_create, name="honour_create"),
    path("honours/new/<int:pk>/", honours.honour_create, name="worker_honour_create"),
    path("honours/<int:pk>/", honours.honour_detail, name="honour_detail"),
    path("honours/<int:pk>/edit/", honours.honour_edit, name="honour_edit"),
    path("workers/<int:pk>/honours/", honours.worker_honours, name="worker_honours"),
    path("collective-honours/", honours.collective_honour_list, name="collective_honour_list"),
    path("collective-honours/new/", honours.collective_honour_create, name="collective_honour_create"),
    path("collective-honours/<int:pk>/", honours.collective_honour_detail, name="collective_honour_detail"),
    path("collective-honours/<int:pk>/edit/", honours.collective_honour_edit, name="collective_honour_edit"),
    path("honour-types/", recognised.honour_type_list, name="honour_type_list"),
    path("honour-types/new/", recognised.honour_type_create, name="honour_type_create"),
    path("honour-types/<int:pk>/edit/", recognised.honour_type_edit, name="honour_type_edit"),
    path("recognised/", recognised.recognition_queue, name="recognition_queue"),
    path("recognised/<int:pk>/<slug:kind>/verify/", recognised.recognition_verify, name="recognition_verify"),
    path("recognised/<int:pk>/<slug:kind>/refuse/", recognised.recognition_refuse, name="recognition_refuse"),
    path("recognised/<int:pk>/<slug:kind>/revoke/", recognised.recognition_revoke, name="recognition_revoke"),
    path(
        "recognised/<int:pk>/<slug:kind>/restore/", recognised.recognition_restore, name="recognition_restore"
    ),
    path(
        "recognised/<int:pk>/<slug:kind>/recheck/", recognised.recognition_recheck, name="recognition_recheck"
    ),
    path(
        "recognised/<int:pk>/<slug:kind>/papers/",
        recognised.recognition_paper_create,
        name="recognition_paper_create",
    ),
    path(
        "recognised/<int:pk>/<slug:kind>/papers/<int:paper>/",
        recognised.recognition_paper_download,
        name="recognition_paper_download",
    ),
    path(
        "recognised/<int:pk>/<slug:kind>/papers/<int:paper>/delete/",
        recognised.recognition_paper_delete,
        name="recognition_paper_delete",
    ),
    path("teams/", teams.team_list, name="team_list"),
    path("teams/new/", teams.team_create, name="team_create"),
    path("teams/<int:pk>/", teams.team_detail, name="team_detail"),
    path("teams/<int:pk>/edit/", teams.team_edit, name="team_edit"),
    path("teams/<int:pk>/dissolve/", teams.team_dissolve, name="team_dissolve"),
    path("studios/", teams.studio_list, name="studio_list"),
    path("studios/new/", teams.studio_create, name="studio_create"),
    path("studios/<int:pk>/", teams.studio_detail, name="studio_detail"),
    path("studios/<int:pk>/edit/", teams.studio_edit, name="studio_edit"),
    path("studios/<int:pk>/join/", teams.studio_join, name="studio_join"),
    path("studios/<int:pk>/projects/new/", teams.studio_project_create, name="studio_project_create"),
    path("studio-members/<int:pk>/leave/", teams.studio_leave, name="studio_leave"),
    path("studio-projects/<int:pk>/edit/", teams.studio_project_edit, name="studio_project_edit"),
]
