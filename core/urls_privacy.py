from django.urls import path

from core import views_privacy as views

app_name = "privacy"

urlpatterns = [
    path("groups/", views.group_list, name="group_list"),
    path("groups/<int:pk>/", views.group_edit, name="group_edit"),
]
