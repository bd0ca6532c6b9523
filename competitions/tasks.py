"""Jobs of competitions and honours (settings.JOB_HANDLERS)."""

from celery import shared_task

from competitions.services import recheck_notices
from core.jobs import Claim


def make_recheck_notices(claim: Claim) -> None:
    """Remind of the re-checks that are due."""
    recheck_notices.make_notices(finish=claim.finish)


@shared_task(name="competitions.tasks.queue_recheck_notices")
def queue_recheck_notices() -> None:
    """Nightly."""
    recheck_notices.request_notices()
