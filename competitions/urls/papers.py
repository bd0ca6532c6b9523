"""Papers of contests and printed lists of events."""

from django.urls import path

from competitions.views import papers, printing

urlpatterns = [
    path("contests/<int:pk>/papers/", papers.paper_create, name="paper_create"),
    path("contests/<int:pk>/papers/<int:paper>/", papers.paper_download, name="paper_download"),
    path("contests/<int:pk>/papers/<int:paper>/delete/", papers.paper_delete, name="paper_delete"),
    path("events/<int:pk>/print/lots/", printing.lots_print, name="lots_print"),
    path("events/<int:pk>/print/roster/", printing.roster_print, name="roster_print"),
    path("stages/<int:pk>/print/call/", printing.call_print, name="call_print"),
]
