"""Background work of reports."""

from celery import shared_task
from django.utils import timezone

from core.jobs import Claim
from reports import building, services


def build_report(claim: Claim) -> dict:
    """Handler of jobs of the kind ``reports.build``."""
    return building.build(claim)


@shared_task
def queue_due_reports() -> int:
    """Queue the reports that fell due; returns how many jobs there are for them."""
    return len(services.queue_due_reports(now=timezone.now()))
