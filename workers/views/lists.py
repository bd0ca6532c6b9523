"""The roll as a list: search, filters, columns, saved views, and its count on demand."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.pages import exact_count, paginate
from unions.forms import attempt
from unions.saved_views import COLUMNS, VIEW, list_tools
from workers import queries
from workers.filters import FILLED, WorkerFilter
from workers.forms.lists import PasteForm
from workers.listings import WorkerListing
from workers.pasting import find_pasted
from workers.search import LONGEST, seal

SIZE = 50
COUNT_SECONDS = 5  # what a reader who asked for the exact number waits


@requires(Permission.VIEW_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def worker_list(request):
    """The roll in the user's reach. The search box is posted and comes back sealed in the address, because
    names and numbers must not stand in addresses and server logs."""
    if request.method == "POST":
        return redirect(_address_of_search(request))
    found = WorkerFilter(request.GET, queries.roll_of(request.user), request=request)
    if request.GET.get("part") == "filters":
        return render(request, "workers/_worker_filters.html", {"filter": found})
    if request.GET.get("part") == "count":
        return count_fragment(request, found.qs)
    listing = WorkerListing()
    tools = list_tools(request, listing)
    context = {
        "filter": found,
        "page": paginate(request, listing.enriched(found.qs, tools.columns), SIZE, filled=FILLED),
        "text": found.text,
        "understood": found.understood,
        "other_readings": _other_readings(request, found),
        "names": listing.names(),
        "tools": tools,
        "can_edit": request.user.has_perm(Permission.EDIT_ROLL),
        "can_import": request.user.has_perm(Permission.IMPORT_FILES),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
    }
    return render(request, "workers/worker_list.html", context)


@requires(Permission.VIEW_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
def people_find(request):
    """Paste names or numbers and see who is meant. The answer is the page of the POST: no address holds it."""
    form = PasteForm(request.POST or None)
    answers = attempt(form, find_pasted, by=request.user)
    return render(request, "workers/people_find.html", {"form": form, "answers": answers})


def count_fragment(request, rows):
    """The exact number of rows, or that counting them takes too long."""
    return render(request, "components/_count.html", {"count": exact_count(rows, seconds=COUNT_SECONDS)})


def _other_readings(request, found: WorkerFilter) -> list[tuple[str, str]]:
    """(label, address) of the other ways to read the search box."""
    if not found.understood:
        return []
    addresses = []
    for way in found.understood.others:
        query = WorkerListing().kept(request.GET)
        query["by"] = way.kind
        addresses.append((way.label, f"?{query.urlencode()}"))
    return addresses


def _address_of_search(request) -> str:
    """The list's address with the filters of the form and the sealed text."""
    query = WorkerListing().kept(request.POST)
    for name in ("find", "by"):
        query.pop(name, None)
    for name in (COLUMNS, VIEW):
        if request.POST.get(name):
            query[name] = request.POST[name]
    if text := request.POST.get("q", "").strip()[:LONGEST]:
        query["find"] = seal(text)
    return f"{reverse('workers:worker_list')}?{query.urlencode(safe=',')}"
