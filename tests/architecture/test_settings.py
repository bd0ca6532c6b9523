"""Dotted paths in the settings lead somewhere; the schedule's tasks exist."""

import pytest
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


@pytest.mark.parametrize("path", LISTED)
def test_a_listed_path_resolves(path):
    assert import_string(path)


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda entry: entry["task"])
def test_a_scheduled_task_exists(entry):
    current_app.loader.import_default_modules()
    assert entry["task"] in current_app.tasks


def test_import_runs_and_report_sections_have_one_name_each():
    names = [import_string(path).name for path in settings.EXCHANGES]
    lists = [import_string(path).name for path in settings.LISTINGS]
    assert len(set(lists)) == len(lists)
    codes = [import_string(path).code for path in settings.REPORT_SECTIONS]
    assert len(set(names)) == len(names)
    assert len(set(codes)) == len(codes)
