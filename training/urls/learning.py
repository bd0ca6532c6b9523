"""Learning outside the unions' own classes."""

from django.urls import path

from training.views import learning, learning_decisions as decisions

urlpatterns = [
    path("outside/", learning.learning_list, name="learning_list"),
    path("outside/queue/", decisions.learning_queue, name="learning_queue"),
    path("outside/<int:pk>/", learning.learning_detail, name="learning_detail"),
    path("outside/<int:pk>/edit/", learning.learning_edit, name="learning_edit"),
    path("outside/<int:pk>/approve/", decisions.learning_approve, name="learning_approve"),
    path("outside/<int:pk>/refuse/", decisions.learning_refuse, name="learning_refuse"),
    path("outside/<int:pk>/papers/", decisions.learning_paper_create, name="learning_paper_create"),
    path(
        "outside/<int:pk>/papers/<int:paper>/",
        decisions.learning_paper_download,
        name="learning_paper_download",
    ),
    path(
        "outside/<int:pk>/papers/<int:paper>/delete/",
        decisions.learning_paper_delete,
        name="learning_paper_delete",
    ),
    path("workers/<int:worker>/outside/", learning.worker_learning, name="worker_learning"),
    path("workers/<int:worker>/outside/new/", learning.learning_create, name="learning_create"),
]
