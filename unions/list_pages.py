"""What the pages of plain lists have in common: filter, page, names, tools. The template extends ``list.html``."""

from collections.abc import Callable

from django.shortcuts import render

from core.access import Permission
from core.pages import paginate
from unions.saved_views import list_tools

SIZE = 50


def list_page(
    request,
    listing,
    template: str,
    *,
    always: tuple[str, ...] = (),
    search: str = "",
    paint: Callable | None = None,
    **more,
):
    """The page of a ``FilterListing`` whose filters stand in the address; ``always`` names columns that cannot be
    hidden, ``more`` goes to the template too.

    ``search`` is the label of a search box for people: then the filters are posted to the same address, whose view
    redirects to ``workers.searching.address_of_search``. ``paint(page)`` puts on the rows what they show beside.
    """
    found = listing.asked(request.user, request.GET)
    page = paginate(request, listing.ordered(found), SIZE)
    if paint is not None:
        paint(page)
    context = {
        "filter": found,
        "is_filtered": any(request.GET.get(name) for name in found.form.fields),
        "search": search,
        "page": page,
        "names": listing.names(),
        "tools": list_tools(request, listing, always=always),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
    }
    return render(request, template, context | more)
