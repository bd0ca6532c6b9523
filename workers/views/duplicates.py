"""Pairs that may be one person: candidates, one pair beside each other, the merge, and what was merged."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.idempotency import once
from core.pages import paginate
from unions import forms as union_forms
from unions.models import Employer, Union
from workers import comparing, queries
from workers.duplicate_listing import DuplicateListing
from workers.forms.merging import DistinctForm, MergeForm
from workers.models import Change, DuplicatePair, Merge, Worker
from workers.services import mark_distinct, merge_workers, request_search

# What is left of a merge once its person was anonymised.
FORGOTTEN: dict[str, list] = {"memberships": [], "employments": [], "documents": []}


@requires(Permission.VIEW_ROLL)
@never_cache
@require_safe
def duplicate_list(request):
    """Candidates in the user's reach."""
    listing = DuplicateListing()
    form = listing.asked(request.user, request.GET)
    page = paginate(request, listing.pairs(request.user, form))
    settles = request.user.has_perm(Permission.SETTLE_CONFLICTS)
    context = {
        "form": form,
        "page": page,
        "rows": [(pair, comparing.grounds_of(pair)) for pair in page],
        "settles": settles,
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "exported": listing.kept(request.GET).urlencode(),
        "search": comparing.last_search() if settles else None,
        "groups": comparing.large_groups() if settles else [],
    }
    return render(request, "workers/duplicate_list.html", context)


@requires(Permission.SETTLE_CONFLICTS)
@require_POST
def duplicate_search(request):
    """Search the whole roll now; a search that waits or runs is not doubled."""
    request_search(by=request.user)
    messages.success(request, "已开始查找疑似重复记录，完成后刷新本页查看")
    return redirect("workers:duplicate_list")


@requires(Permission.VIEW_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def duplicate_detail(request, pk):
    """Both records of a pair; POST remembers that they are two people."""
    pairs = DuplicatePair.objects.visible_to(request.user).select_related("decided_by")
    pair = get_object_or_404(pairs, pk=pk)
    may_edit = DuplicatePair.objects.editable_by(request.user).filter(pk=pk).exists()
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = DistinctForm(request.POST or None)
    if union_forms.attempt(form, mark_distinct, pair=pair, by=request.user):
        messages.success(request, "已记住：不是同一人")
        return redirect("workers:duplicate_list")
    one, two = _side(pair.low_id), _side(pair.high_id)
    context = _beside(one, two) | {
        "pair": pair,
        "form": form,
        "grounds": comparing.grounds_of(pair),
        "may_edit": may_edit,
        "is_merged": bool(one.merged_into_id or two.merged_into_id),
    }
    return render(request, "workers/duplicate_detail.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def worker_merge(request, pk, other):
    """Merge the second record into the first."""
    workers = Worker.objects.editable_by(request.user)
    kept, absorbed = get_object_or_404(workers, pk=pk), get_object_or_404(workers, pk=other)
    beside = _beside(kept, absorbed)
    shown = {line.label: (line.left, line.right) for line in beside["lines"]}
    named = {
        field.name: shown.get(str(field.verbose_name), ("", "")) for field in Worker._meta.concrete_fields
    }
    form = MergeForm(request.POST or None, kept=kept, absorbed=absorbed, shown=named)
    if union_forms.attempt(form, merge_workers, kept=kept, absorbed=absorbed, by=request.user):
        messages.success(request, f"已合并，记录保留为“{kept.name}”")
        return redirect(kept)
    context = beside | {"kept": kept, "absorbed": absorbed, "form": form}
    return render(request, "workers/worker_merge.html", context)


@requires(Permission.VIEW_ROLL)
@never_cache
@require_safe
def merge_detail(request, pk):
    """What each of two merged records held before."""
    merges = Merge.objects.visible_to(request.user).select_related("merged_by")
    merge = get_object_or_404(merges, pk=pk)
    kept = Worker.objects.defer("phone").get(pk=merge.kept_id)
    absorbed = Worker.objects.defer("phone").get(pk=merge.absorbed_id)
    rows = merge.rows or {"kept": FORGOTTEN, "absorbed": FORGOTTEN}
    sides = [("保留记录", kept, rows["kept"]), ("并入记录", absorbed, rows["absorbed"])]
    spells = [spell for _, _, rows in sides for spell in rows["memberships"]]
    jobs = [job for _, _, rows in sides for job in rows["employments"]]
    context = {
        "merge": merge,
        "kept": kept,
        "sides": sides,
        "unions": dict(Union.objects.filter(pk__in={s["union"] for s in spells}).values_list("pk", "name")),
        "employers": dict(
            Employer.objects.filter(pk__in={j["employer"] for j in jobs}).values_list("pk", "name")
        ),
        "changes": dict(Change.choices),
        "names": queries.code_names("id_document_type", "membership_status"),
    }
    return render(request, "workers/merge_detail.html", context)


def _side(pk: int) -> Worker:
    workers = Worker.objects.select_related("union", "employer").defer("phone", "phone_index")
    return workers.get(pk=pk)


def _beside(one: Worker, two: Worker) -> dict:
    names = queries.code_names(*queries.DETAIL_TABLES)
    entered = comparing.entered_by([one, two])
    return {
        "lines": comparing.lines_of(one, two, names),
        "names": names,
        "sides": [
            {
                "worker": worker,
                "entered": entered[worker.pk],
                "employments": worker.employments.select_related("employer"),
                "memberships": worker.memberships.select_related("union"),
            }
            for worker in (one, two)
        ],
    }
