"""Candidates."""

from django.urls import path

from training.views import candidates

urlpatterns = [
    path("candidates/", candidates.candidate_list, name="candidate_list"),
    path("candidates/new/", candidates.candidate_create, name="candidate_create"),
    path("candidates/<int:pk>/", candidates.candidate_detail, name="candidate_detail"),
    path("candidates/<int:pk>/edit/", candidates.candidate_edit, name="candidate_edit"),
    path("candidates/<int:pk>/accept/", candidates.candidate_accept, name="candidate_accept"),
    path("candidates/<int:pk>/refuse/", candidates.candidate_refuse, name="candidate_refuse"),
    path("candidates/<int:pk>/note/", candidates.candidate_note, name="candidate_note"),
    path("candidates/<int:pk>/conclude/", candidates.candidate_conclude, name="candidate_conclude"),
    path("candidates/<int:pk>/reopen/", candidates.candidate_reopen, name="candidate_reopen"),
    path("workers/<int:pk>/candidates/new/", candidates.candidate_create, name="worker_candidate_create"),
]
