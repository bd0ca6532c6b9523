"""Jobs of training and skill records (settings.JOB_HANDLERS)."""

from celery import shared_task

from core.jobs import Claim
from training.services import permit_notices


def make_permit_notices(claim: Claim) -> None:
    """Remind of the permits that are due."""
    permit_notices.make_notices(finish=claim.finish)


@shared_task(name="training.tasks.queue_permit_notices")
def queue_permit_notices() -> None:
    """Nightly."""
    permit_notices.request_notices()
