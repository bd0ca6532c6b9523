"""Pages of long lists: keyset paging with a capped count, and requests for a part of a page."""

from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import FieldError
from django.db.models import Q, QuerySet

COUNT_CAP = 10_000


def wants_fragment(request) -> bool:
    """True when htmx asks for a part of the page; a restored history entry needs the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def paginate(request, queryset: QuerySet, size: int = 50) -> "Page":
    """The page of ``queryset`` that ``?after=`` or ``?before=`` names, else the first one.

    The address carries only the primary key of the neighbouring row, never its values. The queryset's order
    must consist of field names (``-`` for descending); the primary key is appended to make it total.
    """
    order = _total_order(queryset)
    queryset = queryset.order_by(*order)
    after, before = _key(request, "after"), _key(request, "before")
    number = max(_key(request, "page") or 1, 1)
    if before is not None and (anchor := _anchor(queryset, before, order)):
        rows = list(_beyond(queryset, _reversed(order), anchor)[: size + 1])
        items = rows[:size][::-1]
        return Page(request, queryset, items, size, number, len(rows) > size, True)
    anchor = _anchor(queryset, after, order) if after is not None else None
    rows = list((_beyond(queryset, order, anchor) if anchor else queryset)[: size + 1])
    return Page(request, queryset, rows[:size], size, number if anchor else 1, bool(anchor), len(rows) > size)


@dataclass
class Page:
    """One page of a list. Iterates over its rows; ``count`` stops at COUNT_CAP + 1."""

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
    def count(self) -> int:
        """Rows of the whole list, exact up to COUNT_CAP; one more means "more than that"."""
        if not self.has_next and not self.has_previous:
            return len(self.items)
        return self.queryset.order_by()[: COUNT_CAP + 1].count()

    @property
    def count_text(self) -> str:
        """``1,234`` or ``10,000+``."""
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


def _total_order(queryset) -> tuple[str, ...]:
    order = tuple(queryset.query.order_by or queryset.model._meta.ordering)
    if not all(isinstance(name, str) for name in order) or "?" in order:
        raise FieldError("paginate() needs an order of plain field names")
    if {"pk", "-pk", "id", "-id"} & set(order):
        return order
    return (*order, "pk")


def _reversed(order) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _anchor(queryset, key: int, order) -> dict | None:
    fields = [name.removeprefix("-") for name in order]
    return queryset.order_by().filter(pk=key).values(*fields).first()


def _beyond(queryset, order, anchor: dict):
    """Rows after the anchor row in this order (PostgreSQL: nulls come last ascending, first descending)."""
    beyond, equal = Q(pk__in=[]), Q()
    for name in order:
        field, descending = name.removeprefix("-"), name.startswith("-")
        value = anchor[field]
        beyond |= equal & _past(field, value, descending)
        equal &= Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
    return queryset.order_by(*order).filter(_bound(order[0], anchor) & beyond)


def _past(field: str, value, descending: bool) -> Q:
    if value is None:
        return Q(**{f"{field}__isnull": False}) if descending else Q(pk__in=[])
    if descending:
        return Q(**{f"{field}__lt": value})
    return Q(**{f"{field}__gt": value}) | Q(**{f"{field}__isnull": True})


def _bound(name: str, anchor: dict) -> Q:
    """The first column's bound alone, so that an index on it can be used to start the scan."""
    field = name.removeprefix("-")
    value = anchor[field]
    if value is None or not name.startswith("-"):
        return Q() if value is None else Q(**{f"{field}__gte": value}) | Q(**{f"{field}__isnull": True})
    return Q(**{f"{field}__lte": value})
