"""Addresses of the spreadsheet desk."""

from django.urls import path

from exchange import (
    views,
    views_exports,
    views_files,
    views_leavers,
    views_mapping,
    views_memories,
    views_options,
    views_records,
    views_repair,
)

app_name = "exchange"

urlpatterns = [
    path("", views.run_list, name="run_list"),
    path("new/", views.run_upload, name="run_upload"),
    path("template/<slug:kind>/", views.template, name="template"),
    path("records/<slug:kind>/<int:target>/", views_records.record_runs, name="record_runs"),
    path("<int:pk>/", views.run_detail, name="run_detail"),
    path("<int:pk>/progress/", views.run_progress, name="run_progress"),
    path("<int:pk>/columns/", views_mapping.run_mapping, name="run_mapping"),
    path("<int:pk>/meanings/", views_mapping.run_meanings, name="run_meanings"),
    path("<int:pk>/rows/<int:number>/", views_repair.run_fix, name="run_fix"),
    path("<int:pk>/texts/", views_repair.run_fix_all, name="run_fix_all"),
    path("<int:pk>/options/", views_options.run_options, name="run_options"),
    path("<int:pk>/leavers/", views_leavers.run_leavers, name="run_leavers"),
    path("<int:pk>/apply/", views.run_apply, name="run_apply"),
    path("<int:pk>/discard/", views.run_discard, name="run_discard"),
    path("<int:pk>/retry/", views.run_retry, name="run_retry"),
    path("<int:pk>/undo/", views.run_undo, name="run_undo"),
    path("<int:pk>/mark/", views_files.run_mark, name="run_mark"),
    path("<int:pk>/mark/progress/", views_files.run_mark_progress, name="run_mark_progress"),
    path("<int:pk>/marked/", views_files.run_marked, name="run_marked"),
    path("<int:pk>/receipt/", views_files.run_receipt, name="run_receipt"),
    path("<int:pk>/replace/", views_files.run_replace, name="run_replace"),
    path("memories/", views_memories.memory_list, name="memory_list"),
    path(
        "memories/columns/<int:pk>/delete/", views_memories.column_memory_delete, name="column_memory_delete"
    ),
    path("memories/texts/<int:pk>/delete/", views_memories.text_memory_delete, name="text_memory_delete"),
    path("exports/", views_exports.export_list, name="export_list"),
    path("exports/new/", views_exports.export_create, name="export_create"),
    path("exports/<int:pk>/", views_exports.export_detail, name="export_detail"),
    path("exports/<int:pk>/download/", views_exports.export_download, name="export_download"),
]
