"""Addresses of background jobs and of the system's state."""

from django.urls import path

from core import views_jobs

app_name = "core"

urlpatterns = [
    path("", views_jobs.job_list, name="job_list"),
    path("<int:pk>/", views_jobs.job_detail, name="job_detail"),
    path("<int:pk>/progress/", views_jobs.job_progress, name="job_progress"),
    path("<int:pk>/retry/", views_jobs.job_retry, name="job_retry"),
    path("system/", views_jobs.system_status, name="system_status"),
]
