"""Innovations, the people in them, and methods taken over."""

from django.urls import path

from competitions.views import (
    innovation_decisions,
    innovation_files,
    innovations,
    promotions,
    showcase_keeping,
)

urlpatterns = [
    path("innovations/", innovations.innovation_list, name="innovation_list"),
    path("innovations/new/", innovations.innovation_create, name="innovation_create"),
    path("innovations/<int:pk>/", innovations.innovation_detail, name="innovation_detail"),
    path("innovations/<int:pk>/edit/", innovations.innovation_edit, name="innovation_edit"),
    path("innovations/<int:pk>/move/", innovations.innovation_move, name="innovation_move"),
    path("innovations/<int:pk>/people/", innovations.contributor_add, name="contributor_add"),
    path("contributors/<int:pk>/delete/", innovations.contributor_remove, name="contributor_remove"),
    path("workers/<int:worker>/innovations/", innovations.worker_innovations, name="worker_innovations"),
    path("innovations/<int:pk>/accept/", innovation_decisions.innovation_accept, name="innovation_accept"),
    path("innovations/<int:pk>/return/", innovation_decisions.innovation_return, name="innovation_return"),
    path("innovations/<int:pk>/papers/", innovation_files.paper_add, name="innovation_paper_add"),
    path("innovation-papers/<int:pk>/", innovation_files.paper_download, name="innovation_paper_download"),
    path("innovation-papers/<int:pk>/delete/", innovation_files.paper_remove, name="innovation_paper_remove"),
    path("innovations/<int:pk>/pictures/", innovation_files.picture_list, name="innovation_pictures"),
    path("innovation-pictures/<int:pk>/", innovation_files.picture_view, name="innovation_picture_view"),
    path(
        "innovation-pictures/<int:pk>/delete/",
        innovation_files.picture_remove,
        name="innovation_picture_remove",
    ),
    path("methods/", promotions.method_list, name="method_list"),
    path("promotions/", promotions.promotion_list, name="promotion_list"),
    path("innovations/<int:pk>/promotions/new/", promotions.promotion_add, name="promotion_add"),
    path("promotions/<int:pk>/confirm/", promotions.promotion_confirm, name="promotion_confirm"),
    path("promotions/<int:pk>/delete/", promotions.promotion_remove, name="promotion_remove"),
    path("contributors/<int:pk>/consent/", showcase_keeping.consent_record, name="consent_record"),
    path("consents/<int:pk>/", showcase_keeping.consent_download, name="consent_download"),
    path("consents/<int:pk>/withdraw/", showcase_keeping.consent_withdraw, name="consent_withdraw"),
    path("consents/<int:pk>/delete/", showcase_keeping.consent_remove, name="consent_remove"),
    path("innovations/<int:pk>/publish/", showcase_keeping.innovation_publish, name="innovation_publish"),
    path("innovations/<int:pk>/take-off/", showcase_keeping.innovation_take_off, name="innovation_take_off"),
    path("showcase/settings/", showcase_keeping.showcase_edit, name="showcase_edit"),
]
