"""Reads the matrix and walks the resolver."""

from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.matrix import ROLES, TABLE


@dataclass(frozen=True)
class Line:
    """One address: what it is about, and the status per method and role."""

    url_name: str
    objects: tuple[str, ...]
    get: dict[str, int]
    post: dict[str, int]


def read_matrix(table: str = TABLE) -> dict[str, Line]:
    """The matrix by URL name; refuses a line that is not complete or occurs twice."""
    head, body = table.strip().split("\n", 1)
    assert tuple(head.split()) == ROLES
    words = iter(body.split())
    lines = {}
    for name in words:
        about, *of_get = [next(words) for _ in range(2 + len(ROLES))]
        of_post = [next(words) for _ in range(1 + len(ROLES))]
        assert (of_get.pop(0), of_post.pop(0)) == ("GET", "POST"), f"{name}: one line for GET, one for POST"
        assert name not in lines, f"{name} occurs twice"
        objects = () if about == "-" else tuple(about.split(","))
        lines[name] = Line(name, objects, _by_role(of_get), _by_role(of_post))
    return lines


def _by_role(statuses) -> dict[str, int]:
    """Statuses under the titles of the roles."""
    return dict(zip(ROLES, map(int, statuses), strict=True))


def walk(patterns=None, namespace: str = ""):
    """(URL name, view) of every address of the project."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback


def names_of(*, allauth: bool) -> set[str]:
    """URL names served by allauth, or by us."""
    return {name for name, view in walk() if view.__module__.startswith("allauth") == allauth}
