"""A union goes into another one, with its members (workers.services.union_merging)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.idempotency import once
from unions import forms as union_forms
from unions.models import Union
from workers.forms.unions import UnionMergeForm
from workers.services import merge_unions
from workers.services.union_merging import preview


@requires(Permission.EDIT_ORGANISATION)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def union_merge(request, pk):
    """What would move, and the typed confirmation."""
    unions = Union.objects.editable_by(request.user)
    union = get_object_or_404(unions, pk=pk)
    form = UnionMergeForm(request.POST or None, closed=union, unions=unions)
    if union_forms.attempt(form, merge_unions, closed=union, by=request.user):
        messages.success(request, f"{union.name}已并入{form.cleaned_data['into'].name}")
        return redirect(union)
    context = {"union": union, "form": form, "figures": preview(union)}
    return render(request, "workers/union_merge.html", context)
