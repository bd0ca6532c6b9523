"""差一步: people one rung below an open class of their trade."""

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Permission, requires
from training.listings.next_steps import NextStepListing
from unions.list_pages import list_page


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def next_step_list(request):
    """Whom an open class leads one rung up, with rung, next rung and class."""
    return list_page(request, NextStepListing(), "training/next_step_list.html")
