"""Celery's way into ``core.jobs``."""

from celery import shared_task

from core import jobs, status


@shared_task(name="core.tasks.run_job")
def run_job(job_id: int) -> None:
    """Look at one job and do it if nobody else does."""
    jobs.run(job_id)


@shared_task(name="core.tasks.requeue_lost_jobs")
def requeue_lost_jobs() -> None:
    """Every few seconds: find lost work again, and leave a sign that schedule and worker are alive."""
    jobs.requeue_lost()
    status.mark_schedule_seen()
