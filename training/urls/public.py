"""The personal pages of online courses: no account, the link is the right."""

from django.urls import path

from training.views import learning_pages as pages

app_name = "learn"
urlpatterns = [
    path("<str:token>/", pages.course_open, name="course_open"),
    path("<str:token>/quiz/", pages.quiz_open, name="quiz_open"),
    path("<str:token>/<int:position>/", pages.section_open, name="section_open"),
    path("<str:token>/<int:position>/file/", pages.section_file, name="section_file"),
    path("<str:token>/<int:position>/beat/", pages.section_beat, name="section_beat"),
]
