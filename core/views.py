"""Health and error pages."""

from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import public


@public
@never_cache
@require_safe
def healthz(request):
    """200 while the web process answers and reaches the database, 503 otherwise. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    return JsonResponse({"database": "ok"})


def page_not_found(request, exception):
    """The same page for an unknown address and for a row out of reach."""
    return render(request, "404.html", status=404)


def permission_denied(request, exception):
    """A visible page or row whose action the user's roles do not allow."""
    return render(request, "403.html", status=403)


def form_expired(request, reason=""):
    """The form's CSRF token does not fit: an old page, a new sign-in in another tab, or cookies switched off."""
    return render(request, "403_csrf.html", status=400)
