"""Safety training of new staff, yearly refreshers, and the rules of firms."""

from django.urls import path

from training.views import safety

urlpatterns = [
    path("safety/", safety.new_staff_list, name="new_staff_list"),
    path("safety/yearly/", safety.refresher_list, name="refresher_list"),
    path("employers/<int:pk>/safety/", safety.employer_safety, name="employer_safety"),
    path("employers/<int:pk>/safety/new/", safety.safety_profile_create, name="safety_profile_create"),
    path("safety/rules/<int:pk>/edit/", safety.safety_profile_edit, name="safety_profile_edit"),
    path("safety/rules/<int:pk>/strike/", safety.safety_profile_strike, name="safety_profile_strike"),
]
