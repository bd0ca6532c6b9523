"""Every route has a policy; public routes are exactly the ones listed here."""

from django.urls import URLPattern, URLResolver, get_resolver

PUBLIC = {
    "healthz",
    "accounts:invitation_accept",
    "accounts:invitation_password",
    "competitions:award_check",
    "competitions:public_results",
    "judging:card",
    "judging:home",
    "judging:seat",
    "judging:spread",
    "learn:course_open",
    "learn:quiz_open",
    "learn:section_beat",
    "learn:section_file",
    "learn:section_open",
    "showcase:innovation",
    "showcase:list",
    "showcase:picture",
    "training:sign_in",
    "training:sign_in_done",
    "training:sign_in_open",
    "training:sign_in_rate",
}


def _walk(patterns, namespace=""):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback


ROUTES = list(_walk(get_resolver().url_patterns))
OURS = [(name, view) for name, view in ROUTES if not view.__module__.startswith("allauth")]


def test_a_route_declares_its_policy():
    bare = [
        (name, f"{view.__module__}.{view.__name__}") for name, view in OURS if not hasattr(view, "policy")
    ]
    assert bare == [], "decorate them (core.access)"


def test_public_routes_are_the_listed_ones():
    assert {name for name, view in OURS if view.policy == ("public",)} <= PUBLIC


def test_views_are_functions():
    assert [name for name, view in OURS if hasattr(view, "view_class")] == []


def test_url_names_read_noun_then_verb():
    names = [name.split(":")[-1] for name, _ in OURS]
    assert [name for name in names if not name.replace("_", "").isalnum() or name != name.lower()] == []
