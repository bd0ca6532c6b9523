"""The search box of lists about people: what was typed is posted and comes back sealed in the address."""

from django.urls import reverse

from core.listing import Listing
from unions.saved_views import COLUMNS, VIEW
from workers.search import LONGEST, seal


def address_of_search(request, listing: Listing) -> str:
    """The list's address with the filters of the form and the sealed text: names and numbers stand in no address."""
    query = listing.kept(request.POST)
    query.pop("find", None)
    for name in (COLUMNS, VIEW):
        if request.POST.get(name):
            query[name] = request.POST[name]
    if text := request.POST.get("q", "").strip()[:LONGEST]:
        query["find"] = seal(text)
    return f"{reverse(listing.url_name)}?{query.urlencode(safe=',')}"
