"""Background jobs and the state of the system.

A user sees the jobs they started. A system administrator sees all of them, by kind and state only: titles
and linked pages belong to the business and stay with the person who started the job.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import jobs, status
from core.access import Permission, requires
from core.models import Job
from core.pages import paginate


def _visible(user):
    if user.has_perm(Permission.VIEW_SYSTEM):
        return Job.objects.select_related("created_by")
    return Job.objects.filter(created_by=user).select_related("created_by")


@never_cache
@require_safe
@requires(Permission.VIEW_JOBS, Permission.VIEW_SYSTEM)
def job_list(request):
    """The user's jobs, newest first; ``?state=`` narrows the list."""
    state = request.GET.get("state", "")
    rows = _visible(request.user)
    if state in Job.State.values:
        rows = rows.filter(state=state)
    context = {
        "page": paginate(request, rows),
        "states": Job.State.choices,
        "state": state,
        "sees_all": request.user.has_perm(Permission.VIEW_SYSTEM),
    }
    return render(request, "core/job_list.html", context)


@never_cache
@require_safe
@requires(Permission.VIEW_JOBS, Permission.VIEW_SYSTEM)
def job_detail(request, pk):
    """One job with its progress; the page can be left and found again."""
    job = get_object_or_404(_visible(request.user), pk=pk)
    return render(
        request, "core/job_detail.html", {"job": job, "is_own": job.created_by_id == request.user.pk}
    )


@never_cache
@require_safe
@requires(Permission.VIEW_JOBS, Permission.VIEW_SYSTEM)
def job_progress(request, pk):
    """The progress fragment, asked for each second until the job is over.

    With ``?refresh=1`` the end of the job reloads the page that holds the fragment.
    """
    job = get_object_or_404(_visible(request.user), pk=pk)
    refresh = request.GET.get("refresh") == "1"
    context = {"job": job, "refresh": refresh, "is_own": job.created_by_id == request.user.pk}
    response = render(request, "core/_job_progress.html", context)
    if job.is_over and refresh:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires(Permission.VIEW_JOBS, Permission.VIEW_SYSTEM)
def job_retry(request, pk):
    """Queue a failed job again."""
    job = get_object_or_404(_visible(request.user), pk=pk)
    try:
        jobs.retry(job, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "任务已重新排队。")
    return redirect("core:job_detail", pk=pk)


@never_cache
@require_safe
@requires(Permission.VIEW_SYSTEM)
def system_status(request):
    """The parts of the installation, each good or with its remedy."""
    found = status.job_counts()
    counts = [(label, found[value], value) for value, label in Job.State.choices]
    return render(request, "core/system_status.html", {"checks": status.checks(), "counts": counts})
