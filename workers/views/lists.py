"""The roll as a list: search, filters, columns, saved views, and its count on demand."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.pages import exact_count, paginate
from unions.forms import attempt
from unions.saved_views import COLUMNS, VIEW, list_tools
from workers import as_at, queries
from workers.filters import FILLED, WorkerFilter
from workers.forms.lists import PasteForm
from workers.listing_as_at import PERSONAL, AsAtListing
from workers.listings import WorkerListing, shown_value
from workers.models import Membership, Standing
from workers.pasting import find_pasted
from workers.search import LONGEST, seal, unseal

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
    if request.GET.get("as_at"):
        return _roll_as_at(request)
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
        "in_use": _filters_in_use(request, found),
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


def _roll_as_at(request):
    """The roll as it stood on the day ``as_at``: the same address, so that filters and views stay one thing."""
    listing = AsAtListing()
    form, person = listing.forms(request.user, request.GET)
    is_readable = form.is_valid() and person.form.is_valid()
    if is_readable and request.GET.get("part") == "counts":
        return _counts_as_at(request, listing, form.cleaned_data, person)
    personal = [person.form[name] for name in PERSONAL]
    if request.GET.get("part") == "filters":
        return render(request, "workers/_filters_as_at.html", {"personal": personal})
    tools = list_tools(request, listing)
    rows = listing.rows(request.user, form.cleaned_data, person) if is_readable else Membership.objects.none()
    if request.GET.get("part") == "count":
        return count_fragment(request, rows)
    page = paginate(request, rows, SIZE)
    context = {
        "form": form,
        "person": person,
        "personal": personal,
        "in_use": [name for name in PERSONAL if person.data.get(name)],
        "page": page,
        "reachable": as_at.reachable(request.user, page.items),
        "text": unseal(request.GET.get("find", "")),
        "names": listing.names(),
        "tools": tools,
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
    }
    return render(request, "workers/worker_list_as_at.html", context)


def _counts_as_at(request, listing: AsAtListing, asked: dict, person: WorkerFilter):
    """How many of each standing on the day: fetched by the page after it stands, so nothing waits for it."""
    counts = []
    for standing in (Standing.MEMBER, Standing.RETAINED, Standing.NONE):
        rows = listing.rows(request.user, {**asked, "standing": standing.value}, person)
        query = listing.kept(request.GET)
        query["standing"] = standing.value
        label = "未入会的在职职工" if standing == Standing.NONE else standing.label
        counts.append((label, exact_count(rows, seconds=COUNT_SECONDS), f"?{query.urlencode()}"))
    return render(request, "workers/_counts_as_at.html", {"counts": counts})


def count_fragment(request, rows):
    """The exact number of rows, or that counting them takes too long."""
    return render(request, "components/_count.html", {"count": exact_count(rows, seconds=COUNT_SECONDS)})


def _filters_in_use(request, found: WorkerFilter) -> list[tuple[str, str, str]]:
    """(label, value, address without it) of the folded filters that are set."""
    chips = []
    for name in found.more_in_use:
        query, field = WorkerListing().kept(request.GET), found.form[name]
        query.pop(name, None)
        chips.append((field.label, shown_value(field, field.value()), f"?{query.urlencode()}"))
    return chips


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
    listing = AsAtListing() if request.POST.get("as_at") else WorkerListing()
    query = listing.kept(request.POST)
    for name in ("find", "by"):
        query.pop(name, None)
    for name in (COLUMNS, VIEW):
        if request.POST.get(name):
            query[name] = request.POST[name]
    if text := request.POST.get("q", "").strip()[:LONGEST]:
        query["find"] = seal(text)
    return f"{reverse('workers:worker_list')}?{query.urlencode(safe=',')}"
