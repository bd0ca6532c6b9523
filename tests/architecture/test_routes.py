"""Every route has a policy; public routes are exactly the ones listed here."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

PUBLIC = {"healthz", "accounts:invitation_accept", "accounts:invitation_password"}


def _walk(patterns, namespace=""):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback


ROUTES = list(_walk(get_resolver().url_patterns))
OURS = [(name, view) for name, view in ROUTES if not view.__module__.startswith("allauth")]


@pytest.mark.parametrize(("name", "view"), OURS, ids=[name for name, _ in OURS])
def test_a_route_declares_its_policy(name, view):
    assert getattr(view, "policy", None), f"{name}: decorate {view.__module__}.{view.__name__} (core.access)"


def test_public_routes_are_the_listed_ones():
    assert {name for name, view in OURS if getattr(view, "policy", None) == ("public",)} <= PUBLIC


def test_views_are_functions():
    assert [name for name, view in OURS if hasattr(view, "view_class")] == []


def test_url_names_read_noun_then_verb():
    names = [name.split(":")[-1] for name, _ in OURS]
    assert [name for name in names if not name.replace("_", "").isalnum() or name != name.lower()] == []
