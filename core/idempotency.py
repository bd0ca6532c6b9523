"""POSTs that create something happen once, however often they are sent."""

import functools
import hashlib
import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from core.models import UsedKey

FIELD = "once"
KEEP = timedelta(days=2)


def new_key() -> str:
    """A fresh key for a form; ``{% once_key %}`` writes it as a hidden input."""
    return secrets.token_urlsafe(18)


def once(view):
    """Run a creating POST once per key: a repeat is redirected to where the first one led.

    The view runs in one transaction with the note of its key, and a repeat that arrives meanwhile waits.
    Only a redirect counts as success; a form shown again with errors leaves its key unused. A POST without
    a key runs as usual.
    """

    @functools.wraps(view)
    def guarded(request, *args, **kwargs):
        key = request.POST.get(FIELD, "")[:64]
        if request.method != "POST" or not key or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            _lock(key)
            used = UsedKey.objects.filter(user=request.user, key=key).first()
            if used is not None:
                return redirect(used.url)
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                _remember(request.user, key, response.url)
        return response

    return guarded


def _lock(key: str) -> None:
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _remember(user, key: str, url: str) -> None:
    UsedKey.objects.filter(user=user, used_at__lt=timezone.now() - KEEP).delete()
    UsedKey.objects.create(user=user, key=key, url=url)
