"""The frame of every page: navigation by permission, the site's name, the user's place."""

from django.conf import settings


def portal_frame(request):
    """Context processor: site name."""
    return {"site_name": settings.SITE_NAME}
