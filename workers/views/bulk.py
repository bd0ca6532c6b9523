"""Bulk edits: from ticked or all matching rows of the roll to a preview, the writing, and undo."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.access import Permission, requires
from core.errors import RuleError
from core.idempotency import once
from core.models import Job
from core.pages import paginate
from unions.forms import attempt
from workers import bulk_previews
from workers.bulk_listing import BulkEditListing
from workers.facts import FACTS
from workers.forms.bulk import CountForm, FactForm, ValueForm
from workers.listings import WorkerListing
from workers.models import BulkEdit, BulkEditRow, Worker
from workers.services import bulk_edits

LONGEST_KEY = 18
ALL = "all"


@requires(Permission.EDIT_ROLL)
@require_safe
def bulk_edit_list(request):
    """The user's own bulk edits, newest first."""
    page = paginate(request, BulkEditListing().filtered(request.user, request.GET), size=30)
    for edit in page:
        edit.fact = FACTS[edit.field]
    context = {"page": page, "can_export": request.user.has_perm(Permission.EXPORT_FILES)}
    return render(request, "workers/bulk_edit_list.html", context)


@requires(Permission.EDIT_ROLL)
@require_POST
@once
def bulk_edit_create(request):
    """First the fact, then the value, then the draft. Posted by the list: ``worker`` keys, or ``scope=all`` and
    the list's own ``query``."""
    try:
        workers, selection = _selected(request)
    except RuleError as error:
        messages.error(request, error.messages[0])
        return redirect("workers:worker_list")
    fact = FACTS.get(request.POST.get("field", ""))
    context = {
        "keys": _keys(request),
        "scope": request.POST.get("scope", ""),
        "query": request.POST.get("query", ""),
        "selection": selection,
        "form": FactForm(request.POST if "field" in request.POST else None),
    }
    if fact is None:
        return render(request, "workers/bulk_edit_create.html", context)
    form = ValueForm(
        request.POST if "value" in request.POST else None, fact=fact, initial={"field": fact.name}
    )
    options = {"workers": workers, "selection": selection, "by": request.user}
    if edit := attempt(form, bulk_edits.draft_bulk_edit, **options):
        return redirect(edit)
    return render(request, "workers/bulk_edit_create.html", context | {"form": form, "fact": fact})


@requires(Permission.EDIT_ROLL)
@never_cache
@require_safe
def bulk_edit_detail(request, pk):
    """The preview of a draft, the progress, or the result with who was left out."""
    return _page(request, _edit(request, pk))


@requires(Permission.EDIT_ROLL)
@never_cache
@require_POST
def bulk_edit_apply(request, pk):
    """Confirm the draft; many rows want their number typed."""
    edit = _edit(request, pk)
    form = CountForm(request.POST)
    if not attempt(form, bulk_edits.confirm_bulk_edit, edit=edit, by=request.user):
        for error in [error for errors in form.errors.values() for error in errors]:
            messages.error(request, error)
    return redirect(edit)


@requires(Permission.EDIT_ROLL)
@require_POST
def bulk_edit_discard(request, pk):
    """Give the draft up."""
    return _do(request, _edit(request, pk), bulk_edits.discard_bulk_edit)


@requires(Permission.EDIT_ROLL)
@require_POST
def bulk_edit_undo(request, pk):
    """Take a written edit back."""
    return _do(request, _edit(request, pk), bulk_edits.request_bulk_undo)


def _do(request, edit: BulkEdit, service):
    try:
        service(edit=edit, by=request.user)
    except RuleError as error:
        messages.error(request, error.messages[0])
    return redirect(edit)


def _edit(request, pk) -> BulkEdit:
    return get_object_or_404(BulkEdit.objects.visible_to(request.user), pk=pk)


def _page(request, edit: BulkEdit):
    fact = FACTS[edit.field]
    names = fact.names()
    counts = bulk_previews.counts_of(edit)
    outcome, before = request.GET.get("outcome", ""), request.GET.get("before")
    rows = bulk_previews.rows_of(edit, request.user, outcome=outcome, before=before)
    page = paginate(request, rows)
    for row in page:
        row.before_shown = fact.shown(row.before, names)
    pending = counts.get(BulkEditRow.Outcome.PENDING, 0)
    context = {
        "edit": edit,
        "fact": fact,
        "value": fact.shown(edit.value, names),
        "form": CountForm(),
        "page": page,
        "outcomes": [
            (code, label, counts[code]) for code, label in BulkEditRow.Outcome.choices if code in counts
        ],
        "befores": [(text, fact.shown(text, names), rows) for text, rows in bulk_previews.befores_of(edit)],
        "outcome": outcome,
        "before": before,
        "pending": pending,
        "skipped": counts.get(BulkEditRow.Outcome.SKIPPED, 0),
        "must_type": pending > bulk_edits.CERTAIN_ABOVE,
        "job": Job.objects.filter(key=edit.job_key).first() if edit.is_busy else None,
    }
    return render(request, "workers/bulk_edit_detail.html", context)


def _selected(request):
    """The chosen rows inside the user's reach, and how they were chosen, in words. Raises RuleError."""
    if request.POST.get("scope") != ALL:
        keys = _keys(request)
        workers = Worker.objects.editable_by(request.user).filter(pk__in=keys)
        count = workers.count() if keys else 0
        if not count:
            raise RuleError("没有选中可以修改的人。请先在名册中勾选，再点“批量修改”。")
        return workers, f"勾选 {count} 人"
    listing = WorkerListing()
    query = listing.kept(QueryDict(request.POST.get("query", "").removeprefix("?")))
    workers = listing.filtered(request.user, query)
    words = "；".join(f"{title}：{value}" for title, value in listing.in_words(request.user, query))
    return workers, f"全部符合条件的人（{words}）"


def _keys(request) -> list[int]:
    found = request.POST.getlist("worker")
    return [int(key) for key in found if key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY]
