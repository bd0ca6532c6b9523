"""Composition root: settings, URLs, Celery. No other package imports it."""

from nanyue_portal.celery import app as celery_app

__all__ = ["celery_app"]
