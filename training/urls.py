from django.urls import path

from training.views import (
    attendance,
    certificate_decisions,
    certificates,
    classes,
    declared,
    enrolments,
    permit_notices,
    permits,
    titles,
    transcripts,
)

app_name = "training"
urlpatterns = [
    # skill records
    path("certificates/", certificates.certificate_list, name="certificate_list"),
    path("certificates/queue/", certificate_decisions.certificate_queue, name="certificate_queue"),
    path("certificates/<int:pk>/", certificates.certificate_detail, name="certificate_detail"),
    path("certificates/<int:pk>/edit/", certificates.certificate_edit, name="certificate_edit"),
    path(
        "certificates/<int:pk>/verify/", certificate_decisions.certificate_verify, name="certificate_verify"
    ),
    path(
        "certificates/<int:pk>/refuse/", certificate_decisions.certificate_refuse, name="certificate_refuse"
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
    path("titles/<int:pk>/", titles.title_detail, name="title_detail"),
    path("titles/<int:pk>/edit/", titles.title_edit, name="title_edit"),
    path("titles/<int:pk>/verify/", titles.title_verify, name="title_verify"),
    path("titles/<int:pk>/refuse/", titles.title_refuse, name="title_refuse"),
    path("titles/<int:pk>/revoke/", titles.title_revoke, name="title_revoke"),
    path("workers/<int:worker>/transcript/", transcripts.worker_transcript, name="worker_transcript"),
    path("workers/<int:worker>/titles/new/", titles.title_create, name="title_create"),
    path("declared/", declared.declared_list, name="declared_list"),
    path("workers/<int:worker>/skills/", certificates.worker_skills, name="worker_skills"),
    path(
        "workers/<int:worker>/certificates/new/", certificates.certificate_create, name="certificate_create"
    ),
    # permits for special work
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
    # classes
    path("classes/", classes.class_list, name="class_list"),
    path("classes/summary/", classes.class_summary, name="class_summary"),
    path("classes/new/", classes.class_create, name="class_create"),
    path("classes/<int:pk>/", classes.class_detail, name="class_detail"),
    path("classes/<int:pk>/edit/", classes.class_edit, name="class_edit"),
    path("classes/<int:pk>/clone/", classes.class_clone, name="class_clone"),
    path("classes/<int:pk>/move/", classes.class_move, name="class_move"),
    path("classes/<int:pk>/cancel/", classes.class_cancel, name="class_cancel"),
    path("classes/<int:pk>/sessions/new/", classes.session_create, name="session_create"),
    path("classes/<int:pk>/sessions/<int:session>/delete/", classes.session_delete, name="session_delete"),
    path("classes/<int:pk>/enrol/", enrolments.enrolment_create, name="enrolment_create"),
    path("classes/<int:pk>/results/", enrolments.result_edit, name="result_edit"),
    path("sessions/<int:pk>/attendance/", attendance.attendance_edit, name="attendance_edit"),
    path("enrolments/<int:pk>/withdraw/", enrolments.enrolment_withdraw, name="enrolment_withdraw"),
]
