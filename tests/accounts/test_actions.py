"""Every action that the code writes to the audit trail has a label, and no label lacks an action."""

import ast

from django.conf import settings

from accounts.actions import BUSINESS_ACTIONS, SECURITY_ACTIONS, action_label

APPS = ("accounts", "unions", "workers", "training", "reform", "exchange", "reports", "core", "demo")
WRITERS = {"record", "note", "_record", "note_failed_login"}


def _written():
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or len(node.args) < 2:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                action = node.args[1]
                if name in WRITERS and isinstance(action, ast.Constant):
                    yield action.value


def test_actions_and_labels_agree():
    assert set(_written()) == set(SECURITY_ACTIONS) | set(BUSINESS_ACTIONS)


def test_an_unknown_action_shows_its_code():
    assert action_label("old.action") == "old.action"
    assert action_label("workers.reveal") == "查看完整号码"
