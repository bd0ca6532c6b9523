"""The pages of this app, by subject."""

from training.urls import (
    apprentices,
    bases,
    candidates,
    classes,
    courses,
    leaders,
    learning,
    permits,
    plans,
    providers,
    safety,
    sign_in,
    skills,
    subsidies,
)

app_name = "training"
urlpatterns = [
    *skills.urlpatterns,
    *permits.urlpatterns,
    *classes.urlpatterns,
    *sign_in.urlpatterns,
    *apprentices.urlpatterns,
    *safety.urlpatterns,
    *learning.urlpatterns,
    *courses.urlpatterns,
    *leaders.urlpatterns,
    *subsidies.urlpatterns,
    *bases.urlpatterns,
    *candidates.urlpatterns,
    *providers.urlpatterns,
    *plans.urlpatterns,
]
