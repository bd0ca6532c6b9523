"""申报未核验: whose declared level no verified certificate proves."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.pages import paginate
from training.declared_listing import DeclaredListing
from training.views.certificates import address_of_search
from unions.saved_views import list_tools

SIZE = 50


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def declared_list(request):
    """People in reach with what is missing, and the way to enter it. The search is posted and sealed."""
    listing = DeclaredListing()
    if request.method == "POST":
        return redirect(address_of_search(request, listing))
    found = listing.asked(request.user, request.GET)
    context = {
        "filter": found,
        "fields": [field for field in found.form if not field.is_hidden],
        "text": found.text,
        "page": paginate(request, listing.ordered(found), SIZE),
        "names": listing.names(),
        "tools": list_tools(request, listing),
        "can_edit": request.user.has_perm(Permission.EDIT_TRAINING),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
    }
    return render(request, "training/declared_list.html", context)
