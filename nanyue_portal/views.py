"""Where a user goes after signing in."""

from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from core.access import signed_in
from nanyue_portal.navigation import home_of


@signed_in
@require_safe
def start(request):
    """On to the first page that the user's posts open (not everybody may see the dashboard)."""
    return redirect(home_of(request.user))
