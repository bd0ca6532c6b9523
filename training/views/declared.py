"""申报未核验: whose declared level no verified certificate proves."""

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from training.listings.declared import DeclaredListing
from workers.list_pages import people_list_page


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def declared_list(request):
    """People in reach with what is missing, and the way to enter it. The search is posted and sealed."""
    listing = DeclaredListing()
    may_edit = request.user.has_perm(Permission.EDIT_TRAINING)
    template, search = "training/declared_list.html", "姓名 / 拼音 / 号码末四位"
    return people_list_page(request, listing, template, search=search, can_edit=may_edit)
