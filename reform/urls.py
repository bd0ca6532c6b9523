from django.urls import path

from reform.views import activities, plan

app_name = "reform"

urlpatterns = [
    path("", plan.plan_detail, name="plan_detail"),
    path("measures/<int:pk>/edit/", plan.measure_edit, name="measure_edit"),
    path("activities/", activities.activity_list, name="activity_list"),
    path("activities/new/", activities.activity_create, name="activity_create"),
    path("activities/<int:pk>/", activities.activity_detail, name="activity_detail"),
    path("activities/<int:pk>/edit/", activities.activity_edit, name="activity_edit"),
    path("activities/<int:pk>/hold/", activities.activity_hold, name="activity_hold"),
    path("activities/<int:pk>/cancel/", activities.activity_cancel, name="activity_cancel"),
]
