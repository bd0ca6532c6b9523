"""The pages of this app, by subject."""

from competitions.urls import (
    contests,
    entries,
    follow,
    honours,
    innovations,
    judging,
    papers,
    results,
    selections,
)

app_name = "competitions"
urlpatterns = [
    *contests.urlpatterns,
    *entries.urlpatterns,
    *follow.urlpatterns,
    *judging.urlpatterns,
    *innovations.urlpatterns,
    *honours.urlpatterns,
    *results.urlpatterns,
    *papers.urlpatterns,
    *selections.urlpatterns,
]
