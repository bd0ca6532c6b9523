from django.urls import path

from workers.views import changes, people, roll, roll_calls

app_name = "workers"
urlpatterns = [
    path("", roll.worker_list, name="worker_list"),
    path("<int:pk>/", roll.worker_detail, name="worker_detail"),
    path("<int:pk>/reveal/", roll.worker_reveal, name="worker_reveal"),
    path("new/", people.worker_create, name="worker_create"),
    path("<int:pk>/edit/", people.worker_edit, name="worker_edit"),
    path("<int:pk>/membership/", changes.membership_change, name="membership_change"),
    path("<int:pk>/document/", changes.document_replace, name="document_replace"),
    path("<int:pk>/employments/new/", changes.employment_create, name="employment_create"),
    path("<int:pk>/employments/<int:employment>/end/", changes.employment_end, name="employment_end"),
    path("roll-calls/", roll_calls.roll_call_list, name="roll_call_list"),
    path("roll-calls/unions/<int:pk>/", roll_calls.roll_call_screen, name="roll_call_screen"),
    path("roll-calls/<int:pk>/finish/", roll_calls.roll_call_finish, name="roll_call_finish"),
    path("roll-calls/<int:pk>/", roll_calls.roll_call_detail, name="roll_call_detail"),
]
