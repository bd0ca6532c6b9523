"""Inspections and hazards."""

from django.urls import path

from rights.views import hazards, inspections

urlpatterns = [
    path("hazards/", hazards.hazard_list, name="hazard_list"),
    path("hazards/<int:pk>/edit/", hazards.hazard_edit, name="hazard_edit"),
    path("hazards/<int:pk>/reply/", hazards.hazard_reply, name="hazard_reply"),
    path("hazards/<int:pk>/close/", hazards.hazard_close, name="hazard_close"),
    path("hazards/<int:pk>/reopen/", hazards.hazard_reopen, name="hazard_reopen"),
    path("inspections/new/", inspections.inspection_create, name="inspection_create"),
    path("inspections/<int:pk>/", inspections.inspection_detail, name="inspection_detail"),
    path("inspections/<int:pk>/edit/", inspections.inspection_edit, name="inspection_edit"),
    path("inspections/<int:pk>/hazards/new/", hazards.hazard_create, name="hazard_create"),
]
