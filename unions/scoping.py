"""Which rows a user reaches. User input meets rows only through these querysets.

A post gives a role over a union and all below it, from a date to a date. A model states its way to a
union (``union_field``) and which permissions open it; everything else is here.
"""

import functools
import operator
from collections.abc import Sequence
from contextlib import contextmanager

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from core.access import Permission
from unions.roles import roles_with

FEW_UNIONS = 200


def posts_of(user) -> list[tuple[str, str, str]]:
    """(role, union path, union name) of the user's posts in effect today, the oldest first; read once per user object,
    so per request."""
    if not user.is_authenticated or not user.is_active:
        return []
    if not hasattr(user, "_posts_today"):
        posts = apps.get_model("unions", "Post").objects.current().filter(user=user).order_by("start", "pk")
        user._posts_today = list(posts.values_list("role", "union__path", "union__name"))
    return user._posts_today


def reach(user, permission: str) -> list[str]:
    """Paths of the unions over which the user holds a permission."""
    roles = roles_with(permission)
    return [path for role, path, _ in posts_of(user) if role in roles]


def reaches_all(user, permission: str) -> bool:
    """True when the user holds the permission over the whole town."""
    return any(_is_root(path) for path in reach(user, permission))


def _is_root(path: str) -> bool:
    return path.count("/") == 1


def _under(field: str, paths: list[str]) -> Q:
    return functools.reduce(
        operator.or_, (Q(**{f"{field}__startswith": path}) for path in paths), Q(pk__in=[])
    )


def unions_under(paths: list[str]):
    """The unions of these paths and below: their keys when they are few, else a query for them.

    With the keys in the statement the planner knows how few rows there are; behind a sub-query it takes them for
    many and walks the whole table in the order of the list (a filter that matched nobody: 725 ms of a million).
    """
    unions = apps.get_model("unions", "Union").objects.filter(_under("path", paths)).order_by()
    keys = list(unions.values_list("pk", flat=True)[: FEW_UNIONS + 1])
    return keys if len(keys) <= FEW_UNIONS else unions.values("pk")


@contextmanager
def reading_unions_once(user):
    """Inside, ``unions_under`` asks once for the same posts of the user: for querysets that are made in a row. Nothing
    may be written inside, or a union that came or moved would be missed."""
    user._unions_under = {}
    try:
        yield
    finally:
        del user._unions_under


def _unions_reached(user, paths: list[str]):
    known = getattr(user, "_unions_under", None)
    if known is None:
        return unions_under(paths)
    key = tuple(sorted(set(paths)))
    if key not in known:
        known[key] = unions_under(paths)
    return known[key]


class ScopedQuerySet(models.QuerySet):
    """Rows that reach a union through ``union_field``."""

    union_field = "union"
    view_permission = Permission.VIEW_ORGANISATION
    edit_permission = Permission.EDIT_ORGANISATION

    def inside(self, unions):
        """Rows of these unions (a queryset of Union or their keys, or None for the whole town)."""
        return self.all() if unions is None else self.filter(**{f"{self.union_field}__in": unions})

    def visible_to(self, user):
        """Rows the user may see."""
        return self.within_reach(user, self.view_permission)

    def editable_by(self, user):
        """Rows the user may change."""
        return self.within_reach(user, self.edit_permission)

    def within_reach(self, user, permission: str):
        """Rows of the unions over which the user holds the permission."""
        if reaches_all(user, permission):
            return self.all()
        paths = reach(user, permission)
        if not paths:
            return self.none()
        return self.inside(_unions_reached(user, paths))


class UnionScopedQuerySet(ScopedQuerySet):
    """The unions themselves."""

    def inside(self, unions):
        return self.all() if unions is None else self.filter(pk__in=unions)


def require_editable(obj: models.Model, by) -> None:
    """The last gate of a write: the row as saved must lie inside the user's reach.

    Raises PermissionDenied, which also rolls the transaction back.
    """
    if not type(obj)._default_manager.editable_by(by).filter(pk=obj.pk).exists():
        raise PermissionDenied


def require_all_editable(rows: Sequence[models.Model], by) -> None:
    """``require_editable`` of rows of one model, asked once. Raises PermissionDenied when one of them lies outside."""
    reached = rows[0]._meta.default_manager.editable_by(by) if rows else None
    if rows and reached.filter(pk__in=[row.pk for row in rows]).count() < len(rows):
        raise PermissionDenied
