"""Dotted paths in the settings lead somewhere; the schedule's tasks exist."""

from celery import current_app
from django.conf import settings
from django.utils.module_loading import import_string

LISTED = [
    *settings.JOB_HANDLERS.values(),
    *settings.EXCHANGES,
    *settings.LISTINGS,
    *settings.REPORT_SECTIONS,
    *settings.INVARIANTS,
]


def test_listed_paths_resolve():
    assert all(import_string(path) for path in LISTED)


def test_scheduled_tasks_exist():
    current_app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted - set(current_app.tasks) == set()


def test_import_runs_and_report_sections_have_one_name_each():
    names = [import_string(path).name for path in settings.EXCHANGES]
    lists = [import_string(path).name for path in settings.LISTINGS]
    assert len(set(lists)) == len(lists)
    codes = [import_string(path).code for path in settings.REPORT_SECTIONS]
    assert len(set(names)) == len(names)
    assert len(set(codes)) == len(codes)
