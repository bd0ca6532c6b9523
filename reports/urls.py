from django.urls import path

from reports import views, views_figures

app_name = "reports"

urlpatterns = [
    path("", views.report_list, name="report_list"),
    path("build/", views.report_build, name="report_build"),
    path("verify/", views.report_verify, name="report_verify"),
    path("schedules/", views.schedule_list, name="schedule_list"),
    path("schedules/<int:pk>/edit/", views.schedule_edit, name="schedule_edit"),
    path("indicators/", views_figures.indicator_list, name="indicator_list"),
    path("indicators/<str:code>/", views_figures.indicator_detail, name="indicator_detail"),
    path("indicators/<str:code>/<str:side>/", views_figures.indicator_records, name="indicator_records"),
    path("<int:pk>/", views.report_detail, name="report_detail"),
    path("<int:pk>/download/<str:file_format>/", views.report_download, name="report_download"),
    path("<int:pk>/figures/<str:code>/<str:side>/", views.report_records, name="report_records"),
]
