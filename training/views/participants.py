"""People in classes: one list over all classes, narrowed to one by its code."""

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from training.listings.enrolments import EnrolmentListing
from workers.list_pages import people_list_page


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def enrolment_list(request):
    """Who takes part in what, with hours and results. The search is posted and comes back sealed in the address."""
    listing = EnrolmentListing()
    return people_list_page(
        request, listing, "training/enrolment_list.html", search="姓名 / 拼音 / 证件或手机末四位"
    )
