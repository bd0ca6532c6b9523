"""The pages of this app, by subject."""

from rights.urls import inspections

app_name = "rights"
urlpatterns = [*inspections.urlpatterns]
