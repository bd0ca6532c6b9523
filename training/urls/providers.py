"""Providers, their qualifications, and agreements with schools."""

from django.urls import path

from training.views import agreements, providers

urlpatterns = [
    path("providers/", providers.provider_list, name="provider_list"),
    path("providers/new/", providers.provider_create, name="provider_create"),
    path("providers/<int:pk>/", providers.provider_detail, name="provider_detail"),
    path("providers/<int:pk>/edit/", providers.provider_edit, name="provider_edit"),
    path(
        "providers/<int:pk>/qualifications/new/", providers.qualification_create, name="qualification_create"
    ),
    path(
        "providers/<int:pk>/qualifications/<int:qualification>/edit/",
        providers.qualification_edit,
        name="qualification_edit",
    ),
    path(
        "providers/<int:pk>/qualifications/<int:qualification>/delete/",
        providers.qualification_delete,
        name="qualification_delete",
    ),
    path("agreements/", agreements.agreement_list, name="agreement_list"),
    path("agreements/new/", agreements.agreement_create, name="agreement_create"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/edit/", agreements.agreement_edit, name="agreement_edit"),
    path("agreements/<int:pk>/end/", agreements.agreement_end, name="agreement_end"),
    path("agreements/<int:pk>/papers/", agreements.paper_create, name="paper_create"),
    path("agreements/<int:pk>/papers/<int:paper>/", agreements.paper_download, name="paper_download"),
    path("agreements/<int:pk>/papers/<int:paper>/delete/", agreements.paper_delete, name="paper_delete"),
]
