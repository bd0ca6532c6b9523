"""Entries and the people in them."""

from django.urls import path

from competitions.views import entries

urlpatterns = [
    path("entrants/", entries.entrant_list, name="entrant_list"),
    path("events/<int:pk>/enter/", entries.entry_create, name="entry_create"),
    path("events/<int:pk>/decide/", entries.entry_decide, name="entry_decide"),
    path("events/<int:pk>/numbers/", entries.number_draw, name="number_draw"),
    path("entries/<int:pk>/withdraw/", entries.entry_withdraw, name="entry_withdraw"),
    path("entrants/<int:pk>/leave/", entries.entrant_leave, name="entrant_leave"),
    path("entrants/<int:pk>/substitute/", entries.entrant_substitute, name="entrant_substitute"),
]
