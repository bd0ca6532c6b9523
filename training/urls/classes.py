"""Classes, sessions and who takes part."""

from django.urls import path

from training.views import attendance, classes, enrolments, participants, photos

urlpatterns = [
    path("classes/", classes.class_list, name="class_list"),
    path("classes/summary/", classes.class_summary, name="class_summary"),
    path("classes/new/", classes.class_create, name="class_create"),
    path("classes/<int:pk>/", classes.class_detail, name="class_detail"),
    path("classes/<int:pk>/edit/", classes.class_edit, name="class_edit"),
    path("classes/<int:pk>/clone/", classes.class_clone, name="class_clone"),
    path("classes/<int:pk>/move/", classes.class_move, name="class_move"),
    path("classes/<int:pk>/cancel/", classes.class_cancel, name="class_cancel"),
    path("classes/<int:pk>/sessions/new/", classes.session_create, name="session_create"),
    path("classes/<int:pk>/sessions/<int:session>/edit/", classes.session_edit, name="session_edit"),
    path("classes/<int:pk>/sessions/<int:session>/delete/", classes.session_delete, name="session_delete"),
    path("classes/<int:pk>/photos/", photos.photo_list, name="photo_list"),
    path("classes/<int:pk>/photos/<int:photo>/", photos.photo_view, name="photo_view"),
    path("classes/<int:pk>/photos/<int:photo>/download/", photos.photo_download, name="photo_download"),
    path("classes/<int:pk>/photos/<int:photo>/delete/", photos.photo_delete, name="photo_delete"),
    path("classes/<int:pk>/enrol/", enrolments.enrolment_create, name="enrolment_create"),
    path("classes/<int:pk>/results/", enrolments.result_edit, name="result_edit"),
    path("sessions/<int:pk>/attendance/", attendance.attendance_edit, name="attendance_edit"),
    path("enrolments/", participants.enrolment_list, name="enrolment_list"),
    path("enrolments/<int:pk>/withdraw/", enrolments.enrolment_withdraw, name="enrolment_withdraw"),
]
