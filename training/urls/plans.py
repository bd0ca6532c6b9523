"""Surveys of demand and yearly plans."""

from django.urls import path

from training.views import demand, plans

urlpatterns = [
    path("demand/", demand.survey_list, name="survey_list"),
    path("demand/new/", demand.survey_create, name="survey_create"),
    path("demand/lines/", demand.demand_list, name="demand_list"),
    path("demand/<int:pk>/", demand.survey_detail, name="survey_detail"),
    path("demand/<int:pk>/edit/", demand.survey_edit, name="survey_edit"),
    path("demand/<int:pk>/close/", demand.survey_close, name="survey_close"),
    path("demand/<int:pk>/reopen/", demand.survey_reopen, name="survey_reopen"),
    path("demand/<int:pk>/unions/<int:union>/", demand.demand_edit, name="demand_edit"),
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/new/", plans.plan_create, name="plan_create"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/publish/", plans.plan_publish, name="plan_publish"),
    path("plans/<int:pk>/reopen/", plans.plan_reopen, name="plan_reopen"),
    path("plans/<int:pk>/delete/", plans.plan_delete, name="plan_delete"),
    path("plans/<int:pk>/clone/", plans.plan_clone, name="plan_clone"),
]
