"""What personal data is held, why, and for how long: read by all who keep rolls, kept by the town office."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.data_groups import edit_data_group
from core.forms import show_refusal, version_of
from core.forms_privacy import DataGroupForm
from core.models import DataGroup


@requires(Permission.VIEW_ROLL, Permission.MANAGE_PRIVACY)
@never_cache
@require_safe
def group_list(request):
    """The groups with purpose, basis and retention."""
    groups = DataGroup.objects.all()
    context = {
        "groups": groups,
        "undecided": sum(group.retention_months is None for group in groups),
        "can_edit": request.user.has_perm(Permission.MANAGE_PRIVACY),
    }
    return render(request, "core/data_group_list.html", context)


@requires(Permission.MANAGE_PRIVACY)
@never_cache
@require_http_methods(["GET", "POST"])
def group_edit(request, pk):
    """Change one group. When somebody else saved meanwhile, the fresh version must be looked at first."""
    group = get_object_or_404(DataGroup, pk=pk)
    form = DataGroupForm(request.POST or None, group=group)
    if form.is_valid():
        try:
            edit_data_group(group=group, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
            if getattr(error, "code", "") == "stale":
                form.data = form.data.copy()
                form.data["version"] = version_of(group)
        else:
            messages.success(request, f"已保存“{group.title}”")
            return redirect("privacy:group_list")
    return render(request, "core/data_group_edit.html", {"form": form, "group": group})
