from django.urls import path

from core import views_codes as views, views_workdays as workdays

app_name = "codes"

urlpatterns = [
    path("", views.table_list, name="table_list"),
    path("rules/", views.definition_list, name="definition_list"),
    path("rules/<slug:code>/new/", views.definition_create, name="definition_create"),
    path("holidays/", workdays.special_day_list, name="special_day_list"),
    path("holidays/new/", workdays.special_day_create, name="special_day_create"),
    path("holidays/<int:pk>/remove/", workdays.special_day_remove, name="special_day_remove"),
    path("<slug:table>/", views.table_detail, name="table_detail"),
    path("<slug:table>/usage/", views.table_usage, name="table_usage"),
    path("<slug:table>/new/", views.code_create, name="code_create"),
    path("code/<int:pk>/name/", views.code_rename, name="code_rename"),
    path("code/<int:pk>/withdraw/", views.code_withdraw, name="code_withdraw"),
    path("code/<int:pk>/reinstate/", views.code_reinstate, name="code_reinstate"),
    path("code/<int:pk>/aliases/new/", views.alias_create, name="alias_create"),
    path("alias/<int:pk>/remove/", views.alias_remove, name="alias_remove"),
]
