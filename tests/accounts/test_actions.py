"""Every action that the code writes to the audit trail has a label, and no label lacks an action."""

import ast

from django.conf import settings

from accounts.actions import BUSINESS_ACTIONS, SECURITY_ACTIONS, action_label

APPS = (
    "accounts",
    "unions",
    "workers",
    "training",
    "competitions",
    "rights",
    "reform",
    "exchange",
    "reports",
    "core",
    "demo",
)
WRITERS = {"record", "note", "_record", "note_failed_login"}


def _nodes():
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if path.name != "actions.py":
                yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _written():
    """Actions named where an entry is written."""
    for node in _nodes():
        if isinstance(node, ast.Call) and len(node.args) > 1:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            action = node.args[1]
            if name in WRITERS and isinstance(action, ast.Constant):
                yield action.value


def _named():
    """Every text of the code: a writer may be given its action by a function that several services share."""
    return {node.value for node in _nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_action_that_is_written_has_a_label():
    assert sorted(set(_written()) - set(SECURITY_ACTIONS) - set(BUSINESS_ACTIONS)) == []


def test_every_label_has_an_action():
    assert sorted({*SECURITY_ACTIONS, *BUSINESS_ACTIONS} - _named()) == []


def test_an_unknown_action_shows_its_code():
    assert action_label("old.action") == "old.action"
    assert action_label("workers.reveal") == "查看完整号码"
