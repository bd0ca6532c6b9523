"""Key posts and training bases."""

from django.urls import path

from training.views import bases, key_post_holders, key_posts

urlpatterns = [
    path("key-posts/", key_posts.key_post_list, name="key_post_list"),
    path("key-posts/new/", key_posts.key_post_create, name="key_post_create"),
    path("key-posts/<int:pk>/", key_posts.key_post_detail, name="key_post_detail"),
    path("key-posts/<int:pk>/edit/", key_posts.key_post_edit, name="key_post_edit"),
    path("key-posts/<int:pk>/change/", key_posts.key_post_change, name="key_post_change"),
    path("key-posts/<int:pk>/end/", key_posts.key_post_end, name="key_post_end"),
    path("key-posts/<int:pk>/assign/", key_post_holders.key_post_assign, name="key_post_assign"),
    path(
        "key-posts/<int:pk>/holders/<int:holder>/end/",
        key_post_holders.holder_end,
        name="key_post_holder_end",
    ),
    path(
        "key-posts/<int:pk>/holders/<int:holder>/strike/",
        key_post_holders.holder_strike,
        name="key_post_holder_strike",
    ),
    path("workers/<int:pk>/posts/", key_posts.worker_posts, name="worker_posts"),
    path("bases/", bases.base_list, name="base_list"),
    path("bases/new/", bases.base_create, name="base_create"),
    path("bases/<int:pk>/", bases.base_detail, name="base_detail"),
    path("bases/<int:pk>/edit/", bases.base_edit, name="base_edit"),
    path("bases/<int:pk>/withdraw/", bases.base_withdraw, name="base_withdraw"),
    path("bases/<int:pk>/restore/", bases.base_restore, name="base_restore"),
    path("bases/<int:pk>/evaluations/new/", bases.evaluation_create, name="evaluation_create"),
    path("bases/<int:pk>/evaluations/<int:year>/edit/", bases.evaluation_edit, name="evaluation_edit"),
]
