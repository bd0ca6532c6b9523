"""Celery's way into ``core.jobs``."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from core import jobs

SCHEDULE_SEEN = "core:schedule_seen"


@shared_task(name="core.tasks.run_job")
def run_job(job_id: int) -> None:
    """Look at one job and do it if nobody else does."""
    jobs.run(job_id)


@shared_task(name="core.tasks.requeue_lost_jobs")
def requeue_lost_jobs() -> None:
    """Every few seconds: find lost work again, and leave a sign that schedule and worker are alive."""
    jobs.requeue_lost()
    try:
        cache.set(SCHEDULE_SEEN, timezone.now().isoformat(), timeout=24 * 3600)
    except RedisError:
        return
