"""How a background job reads on a page."""

import math

from django import template
from django.conf import settings
from django.utils import timezone

from core.models import Job

register = template.Library()

TONES = {
    Job.State.QUEUED: "neutral",
    Job.State.RUNNING: "info",
    Job.State.DONE: "success",
    Job.State.FAILED: "danger",
}


@register.filter
def job_tone(job: Job) -> str:
    """The colour of the state's tag."""
    return TONES[job.state]


@register.filter
def job_kind(job: Job) -> str:
    """The name of the job's kind, without anything of its content."""
    return settings.JOB_KIND_NAMES.get(job.kind, job.kind)


@register.filter
def job_remaining(job: Job) -> str:
    """Estimate from the pace so far; empty as long as there is no pace to judge by."""
    if job.state != Job.State.RUNNING or not job.progress_done or job.started_at is None:
        return ""
    spent = (timezone.now() - job.started_at).total_seconds()
    left = spent * max(job.progress_total - job.progress_done, 0) / job.progress_done
    return _duration(left)


@register.filter
def job_spent(job: Job) -> str:
    """How long the last attempt took, or has taken so far; empty before the start."""
    if job.started_at is None:
        return ""
    return _duration(((job.finished_at or timezone.now()) - job.started_at).total_seconds())


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "不到 1 秒"
    if seconds < 90:
        return f"{math.ceil(seconds)} 秒"
    return f"{math.ceil(seconds / 60)} 分钟"
