"""Every list writes its file from the demo town, with every column: files read fields by name, pages read whole rows."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.http import QueryDict

from accounts.models import User
from core.listing import listings

TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize("username", ["clerk", "officer"])
def test_each_list_says_all_its_columns_of_all_rows(db, settings, username):
    settings.SECURE = False
    call_command("seed_demo", workers=300, seed=7, today=TODAY, verbosity=0)
    user, written = User.objects.get(username=username), {}
    for name, listing in listings().items():
        if not user.has_perm(listing.permission):
            continue
        query = QueryDict(f"as_at={TODAY}" if name == "workers_as_at" else "")
        rows = listing.filtered(user, query)
        written[name] = len(list(listing.lines(rows, list(listing.columns), chunk=500)))
    assert written["promises"] > 0
    assert sum(count > 0 for count in written.values()) > len(written) / 2
