"""Apprenticeships."""

from django.urls import path

from training.views import apprentices

urlpatterns = [
    path("apprenticeships/", apprentices.apprenticeship_list, name="apprenticeship_list"),
    path("apprenticeships/new/", apprentices.apprenticeship_create, name="apprenticeship_create"),
    path("apprenticeships/<int:pk>/", apprentices.apprenticeship_detail, name="apprenticeship_detail"),
    path("apprenticeships/<int:pk>/edit/", apprentices.apprenticeship_edit, name="apprenticeship_edit"),
    path("apprenticeships/<int:pk>/end/", apprentices.apprenticeship_end, name="apprenticeship_end"),
    path("apprenticeships/<int:pk>/reopen/", apprentices.apprenticeship_reopen, name="apprenticeship_reopen"),
    path("workers/<int:pk>/talent/", apprentices.worker_talent, name="worker_talent"),
    path(
        "workers/<int:pk>/apprenticeships/new/",
        apprentices.apprenticeship_create,
        name="worker_apprenticeship_create",
    ),
]
