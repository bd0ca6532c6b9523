"""Registering a person and editing the facts about one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.forms import version_of
from core.idempotency import once
from unions.models import Employer, Union
from workers import services
from workers.forms.people import RegisterForm, WorkerForm, attempt
from workers.models import Worker


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def worker_create(request):
    """Put a person on the roll of a union the user keeps."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_ROLL)
    employers = Employer.objects.within_reach(request.user, Permission.EDIT_ROLL)
    form = RegisterForm(
        request.POST or None, unions=unions, employers=employers, initial=_only_choices(unions, employers)
    )
    if worker := attempt(form, services.register_worker, by=request.user):
        messages.success(request, f"已登记{worker.name}")
        return redirect(worker)
    return render(request, "workers/worker_create.html", {"form": form})


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def worker_edit(request, pk):
    """Change facts about a person. When somebody else saved meanwhile, both versions are shown side by side
    and saving again overwrites knowingly."""
    worker = get_object_or_404(Worker.objects.editable_by(request.user).defer("phone"), pk=pk)
    form = WorkerForm(request.POST or None, worker=worker)
    if attempt(form, services.edit_worker, worker=worker, by=request.user):
        messages.success(request, "已保存")
        return redirect(worker)
    context = {"form": form, "worker": worker, "conflict": None}
    if form.is_stale:
        context["conflict"] = _both_versions(form, worker)
        form.data = form.data.copy()
        form.data["version"] = version_of(worker)
    return render(request, "workers/worker_edit.html", context)


def _only_choices(unions, employers) -> dict:
    """Fill in the union and the firm for users who keep just one."""
    initial = {}
    for name, rows in (("union", unions), ("employer", employers)):
        keys = list(rows.values_list("pk", flat=True)[:2])
        if len(keys) == 1:
            initial[name] = keys[0]
    return initial


def _both_versions(form: WorkerForm, worker: Worker) -> list[tuple[str, str, str]]:
    """(label, typed, stored) of the facts that differ, in words; phones by their tails."""
    rows = []
    for name, field in form.fields.items():
        if name in ("version", "confirmed"):
            continue
        typed, stored = form.cleaned_data.get(name), getattr(worker, name, None)
        if name == "phone":
            typed, stored = (typed or "")[-4:], worker.phone_tail
            if not typed:
                continue
        if (None if typed == "" else typed) != (None if stored == "" else stored):
            rows.append((field.label, _shown(field, typed), _shown(field, stored)))
    return rows


def _shown(field, value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    names = dict(getattr(field, "choices", ()))
    return str(names.get(value, value) or "（空）")
