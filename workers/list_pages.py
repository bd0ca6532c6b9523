"""Plain lists of people, whose search box must not leave names in addresses."""

from django.shortcuts import redirect

from unions.list_pages import list_page
from workers.searching import address_of_search


def people_list_page(request, listing, template: str, *, search: str, **shown):
    """``list_page`` with a search box labelled ``search``: what is posted comes back sealed in the address."""
    if request.method == "POST":
        return redirect(address_of_search(request, listing))
    return list_page(request, listing, template, search=search, **shown)
