"""Pages of long lists: keyset paging with a capped count, counts on demand, and requests for a part of a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.exceptions import FieldError
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.http import url_has_allowed_host_and_scheme
from psycopg2.errors import QueryCanceled

COUNT_CAP = 10_000
COUNT_SECONDS = 0.04  # what a page may spend on counting


def wants_fragment(request) -> bool:
    """True when htmx asks for a part of the page; a restored history entry needs the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def paginate(request, queryset: QuerySet, size: int = 50, *, filled: Iterable[str] = ()) -> "Page":
    """The page of ``queryset`` that ``?after=`` or ``?before=`` names, else the first one.

    The address carries only the primary key of the neighbouring row, never its values. The queryset's order
    must consist of field names (``-`` for descending); the primary key is appended to make it total. ``filled``
    names nullable fields of the order that are never null in this queryset: without it an index on them cannot
    start the scan.
    """
    order = _total_order(queryset, frozenset(filled))
    queryset = queryset.order_by(*(str(part) for part in order))
    after, before = _key(request, "after"), _key(request, "before")
    number = max(_key(request, "page") or 1, 1)
    if before is not None and (anchor := _anchor(queryset, before, order)):
        rows = list(_beyond(queryset, [part.reversed() for part in order], anchor)[: size + 1])
        items = rows[:size][::-1]
        return Page(request, queryset, items, size, number, len(rows) > size, True)
    anchor = _anchor(queryset, after, order) if after is not None else None
    rows = list((_beyond(queryset, order, anchor) if anchor else queryset)[: size + 1])
    return Page(request, queryset, rows[:size], size, number if anchor else 1, bool(anchor), len(rows) > size)


def ticked_versions(request, name: str) -> dict[int, str]:
    """The rows ticked in a form, each box ``key-version``: the version as seen by key; what is no key is left out."""
    pairs = [text.partition("-") for text in request.POST.getlist(name)]
    return {
        int(key): version for key, _, version in pairs if key.isascii() and key.isdigit() and len(key) <= 18
    }


def exact_count(queryset: QuerySet, *, seconds: float) -> int | None:
    """How many rows, or None when counting takes longer than ``seconds``."""
    return _in_time(queryset.order_by().count, seconds)


@dataclass
class Page:
    """One page of a list. Iterates over its rows; ``count`` stops at COUNT_CAP + 1 and never holds the page up."""

    request: object
    queryset: QuerySet
    items: list
    size: int
    number: int
    has_previous: bool
    has_next: bool

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    @cached_property
    def count(self) -> int | None:
        """Rows of the whole list, exact up to COUNT_CAP; one more means "more than that". None: it would take
        longer than COUNT_SECONDS to find out."""
        if not self.has_next and not self.has_previous:
            return len(self.items)
        return _in_time(self.queryset.order_by()[: COUNT_CAP + 1].count, COUNT_SECONDS)

    @property
    def is_counted(self) -> bool:
        """True when ``count`` is exact."""
        return self.count is not None and self.count <= COUNT_CAP

    @property
    def count_text(self) -> str:
        """``1,234`` or ``10,000+``; ``50+`` (what the pages up to here hold) when counting takes too long."""
        if self.count is None:
            return f"{self.size * self.number:,}+"
        return f"{COUNT_CAP:,}+" if self.count > COUNT_CAP else f"{self.count:,}"

    @property
    def next_query(self) -> str:
        """Query string of the next page, filters kept."""
        return self._query(after=self.items[-1].pk, page=self.number + 1)

    @property
    def previous_query(self) -> str:
        """Query string of the previous page, filters kept; the first page has a plain address."""
        if self.number <= 2:
            return self._query()
        return self._query(before=self.items[0].pk, page=self.number - 1)

    @property
    def first_query(self) -> str:
        """Query string of the first page, filters kept."""
        return self._query()

    @property
    def count_query(self) -> str:
        """Query string that asks for the exact count of the same rows."""
        return self._query(part="count")

    def _query(self, **changes) -> str:
        query = self.request.GET.copy()
        for name in ("after", "before", "page"):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"


def ordering(request, allowed: dict[str, tuple[str, ...]], default: str) -> tuple[str, tuple[str, ...]]:
    """(sort key, fields) that ``?sort=`` asks for; ``-key`` reverses; anything unknown gives the default."""
    key = request.GET.get("sort", default)
    fields = allowed.get(key.removeprefix("-"))
    if fields is None:
        key, fields = default, allowed[default.removeprefix("-")]
    return key, _reversed(fields) if key.startswith("-") else tuple(fields)


def _key(request, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


@dataclass(frozen=True)
class _Part:
    """One field of an order."""

    name: str
    descending: bool
    nullable: bool

    def __str__(self):
        return f"-{self.name}" if self.descending else self.name

    def reversed(self):
        return replace(self, descending=not self.descending)

    def past(self, value) -> Q:
        """Rows after this value (PostgreSQL: nulls come last ascending, first descending)."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.descending else Q(pk__in=[])
        if self.descending:
            return Q(**{f"{self.name}__lt": value})
        return Q(**{f"{self.name}__gt": value}) | self._null()

    def bound(self, value) -> Q:
        """The rows from this value on: as first column, an index can start its scan there."""
        if value is None:
            return Q()
        if self.descending:
            return Q(**{f"{self.name}__lte": value})
        return Q(**{f"{self.name}__gte": value}) | self._null()

    def _null(self) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if self.nullable else Q()


def _total_order(queryset, filled: frozenset[str]) -> tuple[_Part, ...]:
    order = tuple(queryset.query.order_by or queryset.model._meta.ordering)
    if not all(isinstance(name, str) for name in order) or "?" in order:
        raise FieldError("paginate() needs an order of plain field names")
    if not {"pk", "-pk", "id", "-id"} & set(order):
        order = (*order, "pk")
    return tuple(_part(queryset, name, filled) for name in order)


def _part(queryset, name: str, filled: frozenset[str]) -> _Part:
    field = name.removeprefix("-")
    computed = "__" in field or field in queryset.query.annotations
    nullable = field not in filled and (
        computed or (field != "pk" and queryset.model._meta.get_field(field).null)
    )
    return _Part(field, name.startswith("-"), nullable)


def _reversed(order) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _anchor(queryset, key: int, order) -> dict | None:
    return queryset.order_by().filter(pk=key).values(*(part.name for part in order)).first()


def _beyond(queryset, order, anchor: dict):
    """Rows after the anchor row in this order."""
    beyond, equal = Q(pk__in=[]), Q()
    for part in order:
        value = anchor[part.name]
        beyond |= equal & part.past(value)
        equal &= Q(**{f"{part.name}__isnull": True}) if value is None else Q(**{part.name: value})
    first = order[0].bound(anchor[order[0].name])
    return queryset.order_by(*(str(part) for part in order)).filter(first & beyond)


def _in_time(ask: Callable[[], int], seconds: float) -> int | None:
    """The answer to a question to the database, or None when it takes longer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)",
                [str(int(seconds * 1000))],
            )
            before = cursor.fetchone()[0]
            answer = ask()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return None
    return answer


def way_back(request, otherwise):
    """Where a button leads back to: the page of ours it stood on (``next``), or ``otherwise``."""
    asked = request.POST.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) else otherwise
