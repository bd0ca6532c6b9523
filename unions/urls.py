from django.urls import path

from unions.views import employers, posts, reminders, saved, tree, uniting

app_name = "unions"
urlpatterns = [
    path("", tree.union_tree, name="union_tree"),
    path("new/", tree.union_create, name="union_create"),
    path("<int:pk>/", tree.union_detail, name="union_detail"),
    path("<int:pk>/edit/", tree.union_edit, name="union_edit"),
    path("<int:pk>/move/", tree.union_move, name="union_move"),
    path("<int:pk>/dissolve/", tree.union_dissolve, name="union_dissolve"),
    path("<int:pk>/terms/new/", tree.term_create, name="term_create"),
    path("<int:pk>/registrations/new/", tree.registration_create, name="registration_create"),
    path("reminders/", reminders.reminder_list, name="reminder_list"),
    path("uncovered/", uniting.uncovered_list, name="uncovered_list"),
    path("uncovered/<int:pk>/join/", uniting.uncovered_join, name="uncovered_join"),
    path("destinations/", tree.destination_options, name="destination_options"),
    path("employers/", employers.employer_list, name="employer_list"),
    path("employers/options/", employers.employer_options, name="employer_options"),
    path("employers/new/", employers.employer_create, name="employer_create"),
    path("employers/<int:pk>/", employers.employer_detail, name="employer_detail"),
    path("employers/<int:pk>/edit/", employers.employer_edit, name="employer_edit"),
    path("employers/<int:pk>/headcounts/new/", employers.headcount_create, name="headcount_create"),
    path("employers/<int:pk>/coverage/new/", employers.coverage_create, name="coverage_create"),
    path("employers/<int:pk>/coverage/end/", employers.coverage_end, name="coverage_end"),
    path("views/<slug:listing>/", saved.saved_view_list, name="saved_view_list"),
    path("views/<slug:listing>/new/", saved.saved_view_create, name="saved_view_create"),
    path("views/<int:pk>/edit/", saved.saved_view_edit, name="saved_view_edit"),
    path("views/<int:pk>/overwrite/", saved.saved_view_overwrite, name="saved_view_overwrite"),
    path("views/<int:pk>/delete/", saved.saved_view_delete, name="saved_view_delete"),
    path("posts/", posts.post_list, name="post_list"),
    path("posts/new/", posts.post_create, name="post_create"),
    path("posts/<int:pk>/end/", posts.post_end, name="post_end"),
    path("posts/invite/", posts.officer_invite, name="officer_invite"),
]
