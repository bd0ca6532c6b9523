"""The figures of the dashboard, kept for a minute per scope and period."""

import contextlib
import hashlib

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

from core.access import Permission
from core.reporting import Period
from reports import charts, queries
from unions.queries import due_counts

SECONDS = 60


def overview(unions, period: Period, *, mask: bool) -> dict:
    """Figures, movements, parts of the scope and chart options; from the cache while it is fresh.

    A cache that is away costs time, never the page.
    """
    key = _key(unions, period, mask)
    found = _cached(key)
    if found is None:
        found = compute(unions, period, mask=mask)
        with contextlib.suppress(RedisError):
            cache.set(key, found, SECONDS)
    return found


def reminders(user) -> list:
    """What runs out in the user's unions (terms, certificates, posts), for those who may see unions."""
    if not user.has_perm(Permission.VIEW_ORGANISATION):
        return []
    return [row for row in due_counts(user) if row.overdue or row.soon]


def notices(user) -> list[tuple[str, str]]:
    """What the domain apps tell the user (settings.HOME_NOTICES): words and address per line."""
    return [line for path in settings.HOME_NOTICES for line in import_string(path)(user)]


def _cached(key: str) -> dict | None:
    with contextlib.suppress(RedisError):
        return cache.get(key)
    return None


def compute(unions, period: Period, *, mask: bool) -> dict:
    """The same figures, measured now."""
    amounts = queries.amounts_by_union(unions, period)
    figures = queries.measure(unions, period, amounts=amounts)
    movements = queries.movements(unions, period)
    rows = queries.breakdown(unions, period, mask=mask, amounts=amounts)
    return {
        "figures": figures,
        "rows": rows,
        "charts": {
            "rates": charts.rates(figures),
            "movements": charts.movements(movements),
            "sections": queries.section_charts(unions, period),
        },
    }


def _key(unions, period: Period, mask: bool) -> str:
    scope = "town"
    if unions is not None:
        paths = ",".join(unions.order_by("path").values_list("path", flat=True))
        scope = hashlib.sha256(paths.encode()).hexdigest()[:32]
    return f"dashboard:{scope}:{period.code}:{period.end}:{'masked' if mask else 'open'}"
