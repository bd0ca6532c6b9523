"""Certificates, titles and what a person's skill record shows."""

from django.urls import path

from training.views import certificate_decisions, certificates, declared, ladder, titles, transcripts

urlpatterns = [
    path("certificates/", certificates.certificate_list, name="certificate_list"),
    path("certificates/queue/", certificate_decisions.certificate_queue, name="certificate_queue"),
    path("certificates/<int:pk>/", certificates.certificate_detail, name="certificate_detail"),
    path("certificates/<int:pk>/edit/", certificates.certificate_edit, name="certificate_edit"),
    path("certificates/verify/", certificate_decisions.certificates_verify, name="certificates_verify"),
    path(
        "certificates/<int:pk>/verify/", certificate_decisions.certificate_verify, name="certificate_verify"
    ),
    path(
        "certificates/<int:pk>/refuse/", certificate_decisions.certificate_refuse, name="certificate_refuse"
    ),
    path(
        "certificates/<int:pk>/restore/",
        certificate_decisions.certificate_restore,
        name="certificate_restore",
    ),
    path(
        "certificates/<int:pk>/revoke/", certificate_decisions.certificate_revoke, name="certificate_revoke"
    ),
    path("certificates/<int:pk>/papers/", certificate_decisions.evidence_create, name="evidence_create"),
    path(
        "certificates/<int:pk>/papers/<int:paper>/",
        certificate_decisions.evidence_download,
        name="evidence_download",
    ),
    path(
        "certificates/<int:pk>/papers/<int:paper>/delete/",
        certificate_decisions.evidence_delete,
        name="evidence_delete",
    ),
    path("crossovers/", titles.crossover_list, name="crossover_list"),
    path("titles/", titles.title_list, name="title_list"),
    path("titles/<int:pk>/", titles.title_detail, name="title_detail"),
    path("titles/<int:pk>/edit/", titles.title_edit, name="title_edit"),
    path("titles/<int:pk>/verify/", titles.title_verify, name="title_verify"),
    path("titles/<int:pk>/refuse/", titles.title_refuse, name="title_refuse"),
    path("titles/<int:pk>/revoke/", titles.title_revoke, name="title_revoke"),
    path("titles/<int:pk>/restore/", titles.title_restore, name="title_restore"),
    path("transcripts/", transcripts.transcript_list, name="transcript_list"),
    path("workers/<int:worker>/transcript/", transcripts.worker_transcript, name="worker_transcript"),
    path("workers/<int:worker>/titles/new/", titles.title_create, name="title_create"),
    path("steps/", ladder.next_step_list, name="next_step_list"),
    path("declared/", declared.declared_list, name="declared_list"),
    path("workers/<int:worker>/skills/", certificates.worker_skills, name="worker_skills"),
    path(
        "workers/<int:worker>/certificates/new/", certificates.certificate_create, name="certificate_create"
    ),
]
