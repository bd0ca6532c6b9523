"""The roll: list with search, one person's page, and revealing a number."""

from allauth.account.decorators import reauthentication_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.pages import paginate
from unions.forms import attempt
from workers import queries, services
from workers.filters import WorkerFilter
from workers.forms.people import RevealForm
from workers.models import Worker
from workers.search import LONGEST, read, seal


@requires(Permission.VIEW_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def worker_list(request):
    """The roll in the user's reach. The search box is posted and comes back sealed in the address, because
    names and numbers must not stand in addresses and server logs."""
    if request.method == "POST":
        return redirect(_address_of_search(request))
    found = WorkerFilter(request.GET, queries.roll_of(request.user), request=request)
    text = found.text
    context = {
        "filter": found,
        "page": paginate(request, found.qs),
        "text": text,
        "asked": read(text) if text else None,
        "names": queries.code_names(*queries.LIST_TABLES),
        "can_edit": request.user.has_perm(Permission.EDIT_ROLL),
        "can_import": request.user.has_perm(Permission.IMPORT_FILES),
    }
    return render(request, "workers/worker_list.html", context)


@requires(Permission.VIEW_ROLL)
@never_cache
@require_safe
def worker_detail(request, pk):
    """One person: facts, documents, jobs and memberships through time, and what was done to the record."""
    worker = _visible_worker(request.user, pk)
    return render(request, "workers/worker_detail.html", _detail(request.user, worker, RevealForm()))


@requires(Permission.REVEAL_NUMBERS)
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def worker_reveal(request, pk):
    """Show a number in full, once, for a reason that is logged. The number stands in the page only."""
    reach = Worker.objects.within_reach(request.user, Permission.REVEAL_NUMBERS)
    worker = get_object_or_404(reach.defer("phone").select_related("union", "employer"), pk=pk)
    form = RevealForm(request.POST or None)
    number = attempt(
        form, services.reveal_number, worker=worker, by=request.user, ip=request.META.get("REMOTE_ADDR")
    )
    if number:
        what = dict(form.fields["what"].choices)[form.cleaned_data["what"]]
        return render(
            request, "workers/worker_reveal.html", {"worker": worker, "number": number, "what": what}
        )
    return render(request, "workers/worker_reveal.html", {"worker": worker, "form": form, "number": ""})


def _visible_worker(user, pk) -> Worker:
    workers = Worker.objects.visible_to(user).defer("phone", "phone_index")
    return get_object_or_404(workers.select_related("union", "employer"), pk=pk)


def _detail(user, worker: Worker, reveal: RevealForm) -> dict:
    names = queries.code_names(*queries.DETAIL_TABLES)
    return {
        "worker": worker,
        "names": names,
        "documents": queries.documents_of(worker),
        "employments": worker.employments.select_related("employer"),
        "memberships": worker.memberships.select_related("union"),
        "history": queries.history(worker, names),
        "reveal": reveal,
        "today": timezone.localdate(),
        "can_edit": Worker.objects.editable_by(user).filter(pk=worker.pk).exists(),
        "can_reveal": user.has_perm(Permission.REVEAL_NUMBERS),
    }


def _address_of_search(request) -> str:
    """The list's address with the filters of the form and the sealed text."""
    query = request.GET.copy()
    query.clear()
    for name in WorkerFilter.Meta.fields:
        if name != "find" and request.POST.get(name):
            query[name] = request.POST[name]
    if text := request.POST.get("q", "").strip()[:LONGEST]:
        query["find"] = seal(text)
    return f"{reverse('workers:worker_list')}?{query.urlencode()}"
