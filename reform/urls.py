from django.urls import path

from reform import views

app_name = "reform"

urlpatterns = [
    path("", views.plan_detail, name="plan_detail"),
    path("measures/<int:pk>/edit/", views.measure_edit, name="measure_edit"),
]
