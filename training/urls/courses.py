"""Online courses for those who keep them, and the progress of those who learn them."""

from django.urls import path

from training.views import course_parts as parts, courses, learners

urlpatterns = [
    path("courses/", courses.course_list, name="course_list"),
    path("courses/new/", courses.course_create, name="course_create"),
    path("courses/<int:pk>/", courses.course_detail, name="course_detail"),
    path("courses/<int:pk>/edit/", courses.course_edit, name="course_edit"),
    path("courses/<int:pk>/move/", courses.course_move, name="course_move"),
    path("courses/<int:pk>/clone/", courses.course_clone, name="course_clone"),
    path("courses/<int:pk>/sections/new/", parts.course_section_create, name="course_section_create"),
    path("courses/<int:pk>/sections/<int:section>/", parts.course_section_edit, name="course_section_edit"),
    path(
        "courses/<int:pk>/sections/<int:section>/up/", parts.course_section_move, name="course_section_move"
    ),
    path(
        "courses/<int:pk>/sections/<int:section>/delete/",
        parts.course_section_delete,
        name="course_section_delete",
    ),
    path("courses/<int:pk>/sections/<int:section>/file/", parts.course_file, name="course_file"),
    path(
        "courses/<int:pk>/sections/<int:section>/file/new/",
        parts.course_file_create,
        name="course_file_create",
    ),
    path(
        "courses/<int:pk>/sections/<int:section>/file/delete/",
        parts.course_file_delete,
        name="course_file_delete",
    ),
    path("courses/<int:pk>/questions/new/", parts.question_create, name="question_create"),
    path("courses/<int:pk>/questions/<int:question>/", parts.question_edit, name="question_edit"),
    path("courses/<int:pk>/questions/<int:question>/delete/", parts.question_delete, name="question_delete"),
    path("courses/<int:pk>/learners/new/", learners.learner_create, name="learner_create"),
    path("courses/<int:pk>/links/", learners.learner_links, name="learner_links"),
    path("learners/", learners.learner_list, name="learner_list"),
    path("learners/<int:pk>/delete/", learners.learner_delete, name="learner_delete"),
    path("learners/<int:pk>/link/", learners.learner_link, name="learner_link"),
]
