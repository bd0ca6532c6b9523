"""The Celery application. Messages are hints that carry a job id; the truth is core.jobs."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanyue_portal.settings")

app = Celery("nanyue_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
