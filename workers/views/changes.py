"""Jobs of one person."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.forms import version_of
from core.idempotency import once
from unions import forms as union_forms
from unions.models import Employer
from workers import services
from workers.forms.changes import EditEmploymentForm, EmploymentForm, EndEmploymentForm
from workers.views.memberships import editable_worker


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def employment_create(request, pk):
    """Record a job."""
    worker = editable_worker(request.user, pk)
    employers = Employer.objects.within_reach(request.user, Permission.EDIT_ROLL)
    form = EmploymentForm(request.POST or None, employers=employers)
    if union_forms.attempt(form, services.start_employment, worker=worker, by=request.user):
        messages.success(request, "已登记就业")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "登记就业",
        "submit": "登记",
        "hint": "可同时在几个单位就业；会籍只有一个，不随就业自动变动。",
    }
    return render(request, "workers/action_form.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def employment_edit(request, pk, employment):
    """Correct the facts of a running job."""
    worker = editable_worker(request.user, pk)
    running = worker.employments.select_related("employer").filter(end=None)
    job = get_object_or_404(running, pk=employment)
    form = EditEmploymentForm(request.POST or None, employment=job, version=version_of(worker))
    if union_forms.attempt(form, services.edit_employment, employment=job, by=request.user):
        messages.success(request, "已保存")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "修改就业信息",
        "submit": "保存",
        "hint": f"{job.employer.name}。换了单位请登记离职和新的就业，不要在这里改。",
    }
    return render(request, "workers/action_form.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def employment_end(request, pk, employment):
    """Record that a job has ended."""
    worker = editable_worker(request.user, pk)
    job = get_object_or_404(worker.employments.select_related("employer"), pk=employment)
    form = EndEmploymentForm(request.POST or None)
    if union_forms.attempt(form, services.end_employment, employment=job, by=request.user):
        messages.success(request, "已登记离职")
        return redirect(worker)
    context = {
        "form": form,
        "worker": worker,
        "title": "登记离职",
        "submit": "登记",
        "hint": f"{job.employer.name}。会籍不随离职自动变动，需要时请另办转出或保留。",
    }
    return render(request, "workers/action_form.html", context)
