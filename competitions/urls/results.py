"""Results, from the freeze to the final list."""

from django.urls import path

from competitions.views import objections, result_notices, result_papers, results

urlpatterns = [
    path("results/", results.result_list, name="result_list"),
    path("results/notices/", result_notices.result_notice_list, name="result_notice_list"),
    path("results/notices/<int:pk>/seen/", result_notices.result_notice_see, name="result_notice_see"),
    path("medals/", results.medal_list, name="medal_list"),
    path("medals/print/", result_papers.medal_print, name="medal_print"),
    path("events/<int:pk>/results/", results.event_results, name="event_results"),
    path("events/<int:pk>/results/print/", result_papers.ranking_print, name="ranking_print"),
    path("events/<int:pk>/freeze/", results.event_freeze, name="event_freeze"),
    path("events/<int:pk>/preliminary/", results.event_preliminary, name="event_preliminary"),
    path("events/<int:pk>/final/", results.event_final, name="event_final"),
    path("events/<int:pk>/publicity/", results.event_publicity, name="event_publicity"),
    path("events/<int:pk>/objections/new/", objections.objection_create, name="objection_create"),
    path("objections/<int:pk>/", objections.objection_detail, name="objection_detail"),
    path("objections/<int:pk>/decide/", objections.objection_decide, name="objection_decide"),
    path("published/<int:pk>/", results.public_results, name="public_results"),
]
